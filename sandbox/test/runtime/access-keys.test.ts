import assert from "node:assert/strict";
import { test } from "node:test";
import { base58 } from "@scure/base";
import { fastForward } from "../../src/chain/fast-forward.ts";
import { submitTransaction } from "../../src/chain/submit.ts";
import type { Action, Permission } from "../../src/transaction/actions.ts";
import {
  balance,
  call,
  NEAR,
  refusal,
  send,
  signed,
  type TestChain,
  TGAS,
  testChain,
  testKey,
  transfer,
} from "./test-chain.ts";

const LIMITED = testKey("limited");

test("a function-call key signs calls of its methods on its receiver, and nothing else", () => {
  const chain = withLimitedKey({ methodNames: ["work"] });
  const key = { key: LIMITED };
  assert.equal(send(chain, "alice", "bob", [call("work")], key).status.kind, "SuccessValue");
  const refused = (actions: readonly Action[], receiver = "bob") =>
    refusal(chain, "alice", receiver, actions, key);
  assert.deepEqual(refused([call("other")]), {
    InvalidAccessKeyError: { MethodNameMismatch: { method_name: "other" } },
  });
  assert.deepEqual(refused([call("work")], "carol"), {
    InvalidAccessKeyError: { ReceiverMismatch: { tx_receiver: "carol", ak_receiver: "bob" } },
  });
  assert.deepEqual(refused([call("work", TGAS, 1n)]), { InvalidAccessKeyError: "DepositWithFunctionCall" });
  assert.deepEqual(refused([transfer(1n)]), { InvalidAccessKeyError: "RequiresFullAccess" });
  assert.deepEqual(refused([call("work"), call("work")]), { InvalidAccessKeyError: "RequiresFullAccess" });
});

test("an empty method list allows every method", () => {
  const chain = withLimitedKey({ methodNames: [] });
  chain.methods.set("other", () => ({}));
  assert.equal(send(chain, "alice", "bob", [call("other")], { key: LIMITED }).status.kind, "SuccessValue");
});

test("the allowance falls by what the transaction really cost", () => {
  const chain = withLimitedKey({ allowanceYocto: NEAR, methodNames: [] });
  const before = balance(chain, "alice");
  send(chain, "alice", "bob", [call("work", 100n * TGAS)], { key: LIMITED });
  const spent = before - balance(chain, "alice");
  const key = chain.chain.state.accounts.get("alice")!.keys.get(LIMITED.publicKey)!;
  assert.ok(key.permission.kind === "FunctionCall");
  assert.equal(key.permission.allowanceYocto, NEAR - spent);
});

test("an allowance below the cost refuses the transaction and stays", () => {
  const chain = withLimitedKey({ allowanceYocto: 1000n, methodNames: [] });
  const error = refusal(chain, "alice", "bob", [call("work")], { key: LIMITED }) as {
    InvalidAccessKeyError: { NotEnoughAllowance: { allowance: string } };
  };
  assert.equal(error.InvalidAccessKeyError.NotEnoughAllowance.allowance, "1000");
});

test("nonces must grow, and stay below the block's range", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  send(chain, "alice", "bob", [transfer(1n)], { nonce: 7n });
  assert.deepEqual(refusal(chain, "alice", "bob", [transfer(1n)], { nonce: 6n }), {
    InvalidNonce: { tx_nonce: 6, ak_nonce: 7 },
  });
  const height = chain.chain.head.height + 1n;
  const bound = height * 1_000_000n;
  assert.deepEqual(refusal(chain, "alice", "bob", [transfer(1n)], { nonce: bound }), {
    NonceTooLarge: { tx_nonce: Number(bound), upper_bound: Number(bound) },
  });
  send(chain, "alice", "bob", [transfer(1n)], { nonce: bound - 1n });
});

test("a key's first nonce lies in the range of the block before the one that added it", () => {
  const chain = testChain({ alice: 10n * NEAR });
  fastForward(chain.chain, 100n);
  const { publicKey } = testKey("second");
  const accessKey = { nonce: 5n, permission: { kind: "FullAccess" } } as const;
  const { transaction } = send(chain, "alice", "alice", [{ kind: "AddKey", publicKey, accessKey }]);
  const { block } = chain.chain.outcomes.get(transaction.receiptIds[0]!)!;
  const added = chain.chain.state.accounts.get("alice")!.keys.get(publicKey)!;
  assert.equal(added.nonce, (block.height - 1n) * 1_000_000n);
});

test("unknown signers and keys, and wrong signatures", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  assert.deepEqual(refusal(chain, "nobody", "bob", [transfer(1n)]), {
    SignerDoesNotExist: { signer_id: "nobody" },
  });
  const stranger = testKey("stranger");
  assert.deepEqual(refusal(chain, "alice", "bob", [transfer(1n)], { key: stranger }), {
    InvalidAccessKeyError: { AccessKeyNotFound: { account_id: "alice", public_key: stranger.publicKey } },
  });
  const good = signed(chain.chain, "alice", "bob", [transfer(1n)]);
  const signature = good.signature.with(10, good.signature[10]! ^ 1);
  assert.deepEqual(submitTransaction(chain.chain, { ...good, signature }), {
    ok: false,
    error: "InvalidSignature",
  });
});

test("a transaction on an unknown or too old block has expired", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const old = signed(chain.chain, "alice", "bob", [transfer(1n)]);
  const unknown = { ...old, blockHash: base58.decode("1".repeat(32)) };
  assert.deepEqual(submitTransaction(chain.chain, unknown), { ok: false, error: "Expired" });
  fastForward(chain.chain, 1000n);
  assert.deepEqual(submitTransaction(chain.chain, old), { ok: false, error: "Expired" });
});

test("keys are added and deleted only by their account", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const { publicKey } = testKey("bob");
  const { status } = send(chain, "alice", "bob", [{ kind: "DeleteKey", publicKey }]);
  assert.deepEqual(status, {
    kind: "Failure",
    actionIndex: 0,
    error: { ActorNoPermission: { account_id: "bob", actor_id: "alice" } },
  });
  const missing = testKey("missing").publicKey;
  const own = send(chain, "bob", "bob", [{ kind: "DeleteKey", publicKey: missing }]);
  assert.deepEqual(own.status, {
    kind: "Failure",
    actionIndex: 0,
    error: { DeleteKeyDoesNotExist: { account_id: "bob", public_key: missing } },
  });
});

/** Alice with a key for calls of bob. */
function withLimitedKey(limits: { methodNames: string[]; allowanceYocto?: bigint }): TestChain {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR, carol: NEAR });
  chain.methods.set("work", () => ({ burntGas: TGAS }));
  const permission: Permission = {
    kind: "FunctionCall",
    receiverId: "bob",
    methodNames: limits.methodNames,
    allowanceYocto: limits.allowanceYocto ?? null,
  };
  const action: Action = {
    kind: "AddKey",
    publicKey: LIMITED.publicKey,
    accessKey: { nonce: 0n, permission },
  };
  send(chain, "alice", "alice", [action]);
  return chain;
}
