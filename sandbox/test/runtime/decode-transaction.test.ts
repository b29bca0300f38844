import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { actions, createTransaction, KeyPair, KeyPairSigner } from "near-api-js";
import { BorshError } from "../../src/transaction/borsh-reader.ts";
import {
  decodeSignedTransaction,
  UnsupportedByEmbeddedChainError,
} from "../../src/transaction/decode-transaction.ts";
import { isSignatureValid } from "../../src/transaction/signature.ts";

const PAIR = KeyPair.fromString(
  "ed25519:3D4YudUahN1nawWogh8pAKSj92sUNMdbZGjn7kERKzYoTy8tnFQuwoGUC51DowKqorvkr2pytJSnwuSbsNVfqygr",
);

test("what near-api-js encodes is decoded, and its signature holds", async () => {
  const bytes = await encoded([
    actions.createAccount(),
    actions.transfer(5n),
    actions.addFunctionCallAccessKey(PAIR.getPublicKey(), "bob", ["a", "b"], 7n),
    actions.functionCall("run", Uint8Array.of(1, 2), 30n, 40n),
  ]);
  const transaction = decodeSignedTransaction(bytes);
  assert.equal(transaction.signerId, "alice");
  assert.equal(transaction.receiverId, "bob");
  assert.equal(transaction.nonce, 3n);
  assert.equal(transaction.publicKey, PAIR.getPublicKey().toString());
  assert.deepEqual(transaction.actions[1], { kind: "Transfer", depositYocto: 5n });
  assert.deepEqual(transaction.actions[2], {
    kind: "AddKey",
    publicKey: PAIR.getPublicKey().toString(),
    accessKey: {
      nonce: 0n,
      permission: { kind: "FunctionCall", allowanceYocto: 7n, receiverId: "bob", methodNames: ["a", "b"] },
    },
  });
  const call = transaction.actions[3]!;
  assert.ok(call.kind === "FunctionCall");
  assert.deepEqual([call.methodName, [...call.args], call.gas, call.depositYocto], ["run", [1, 2], 30n, 40n]);
  assert.ok(isSignatureValid(transaction.publicKey, transaction.hash, transaction.signature));
});

test("bytes left over, and every truncation, are refused", async () => {
  const bytes = await encoded([actions.transfer(5n)]);
  assert.throws(() => decodeSignedTransaction(Uint8Array.of(...bytes, 0)), /Not all bytes read/);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeSignedTransaction(bytes.subarray(0, length)), BorshError);
  }
});

test("actions that are left out are refused by name, unknown ones as unknown", async () => {
  const bytes = await encoded([actions.transfer(5n)]);
  // The transfer's tag: before its 16 bytes of money and the 65 bytes of signature.
  const tagAt = bytes.length - 65 - 16 - 1;
  assert.throws(() => decodeSignedTransaction(bytes.with(tagAt, 9)), UnsupportedByEmbeddedChainError);
  assert.throws(() => decodeSignedTransaction(bytes.with(tagAt, 200)), /Unexpected variant tag: 200/);
});

test("versioned transactions are refused by name, unknown versions as invalid", async () => {
  const bytes = await encoded([actions.transfer(5n)]);
  const versioned = (version: number) => Uint8Array.of(version, ...bytes);
  assert.throws(
    () => decodeSignedTransaction(versioned(1)),
    /versioned transactions \(V1\) are not supported/,
  );
  assert.throws(() => decodeSignedTransaction(versioned(2)), /invalid transaction version 2/);
});

test("property: a changed byte is refused, or the signature no longer holds", async () => {
  const bytes = await encoded([actions.functionCall("run", Uint8Array.of(1), 30n, 40n)]);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = bytes.with(at, bytes[at]! ^ flip);
      assert.equal(isAccepted(changed), false);
    }),
    { numRuns: 300 },
  );
});

test("property: arbitrary bytes are never more than refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      assert.equal(isAccepted(bytes), false);
    }),
    { numRuns: 500 },
  );
});

function isAccepted(bytes: Uint8Array): boolean {
  try {
    const { hash, publicKey, signature } = decodeSignedTransaction(bytes);
    return isSignatureValid(publicKey, hash, signature);
  } catch (error) {
    assert.ok(error instanceof BorshError || error instanceof UnsupportedByEmbeddedChainError, String(error));
    return false;
  }
}

async function encoded(list: ReturnType<typeof actions.transfer>[]): Promise<Uint8Array> {
  const transaction = createTransaction("alice", PAIR.getPublicKey(), "bob", 3n, list, new Uint8Array(32));
  const { signedTransaction } = await new KeyPairSigner(PAIR).signTransaction(transaction);
  return new Uint8Array(signedTransaction.encode());
}
