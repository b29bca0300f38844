import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type TestContext, test } from "node:test";
import { CALLS } from "../../contract/src/interface/methods.ts";
import { responseJson } from "../../contract/src/interface/request-texts.ts";
import type { Sign } from "../../contract/src/protocol/commands.ts";
import type { SignatureResponse } from "../../contract/src/protocol/requests/signature-request.ts";
import {
  answerTo,
  answerWith,
  CKD,
  ECDSA,
  EDDSA,
  HONEST_MAJORITY_ECDSA,
  keyOfDomain,
  payloadFor,
  requestOf,
  signCall,
} from "../../contract/test/support/requests.ts";
import { startSandbox } from "../../sandbox/src/launcher/start-sandbox.ts";
import { sign } from "../src/actions/sign.ts";
import type { CallContract, CallOptions } from "../src/client/call-contract.ts";
import { askNode } from "../src/client/json-rpc.ts";
import type { ReadContract } from "../src/client/read-contract.ts";
import { derivePublicKey, verifySignatureResponse } from "../src/crypto/derived-keys.ts";
import { ContractError } from "../src/errors/contract-error.ts";
import { SignatureError } from "../src/errors/signature-error.ts";
import { TransactionError } from "../src/errors/transaction-error.ts";
import * as sdk from "../src/index.ts";
import { keyOf, startNetwork } from "./test-chain.ts";

const CALL = signCall(EDDSA, "path");

/** x.near on a contract whose keys are those of the domains; `answer` stands for what comes back. */
function asking(answer: () => unknown, key?: string) {
  const made: { method: string; args: unknown; options: CallOptions }[] = [];
  const caller = {
    accountId: "x.near",
    call: async (method: string, args: unknown, options: CallOptions) => {
      made.push({ method, args, options });
      return { value: await answer(), transactionHash: "hash", logs: [], burntGas: 0n };
    },
  } as unknown as CallContract;
  const reader: ReadContract = {
    view: async (method, args) => {
      assert.equal(method, "public_key");
      const { domain_id } = args as { domain_id: number };
      return { value: key ?? keyOfDomain(domain_id), blockHeight: 7 as never, blockHash: "h" };
    },
  };
  const ask = ({ request }: Sign, options?: sdk.SignOptions) => sign(caller, reader, request, options);
  return { ask, made };
}

const answering = (response: SignatureResponse) => asking(() => responseJson(response));

for (const domain of [ECDSA, EDDSA, HONEST_MAJORITY_ECDSA]) {
  test(`behavior: an answer is verified under the key that is derived here (domain ${domain})`, async () => {
    const call = signCall(domain);
    const request = requestOf("x", call);
    const { ask, made } = answering(answerTo(request));
    const answer = await ask(call);
    assert.deepEqual(answer, {
      response: answerTo(request),
      publicKey: derivePublicKey(keyOfDomain(domain), request.tweak),
      transactionHash: "hash",
    });
    const options = { gas: CALLS.sign.gas, depositYocto: 1n, answerMillis: 240_000 };
    assert.deepEqual(made, [{ method: "sign", args: { request: call.request }, options }]);
  });
}

test("behavior: a forged answer is refused: another's, another path's, payload's or key's, or one that was changed", async () => {
  const request = requestOf("x", CALL);
  const group = BigInt(`0x${createHash("sha256").update("somebody else").digest("hex")}`) >> 5n;
  const right = answerTo(request);
  const [first = 0, ...others] = right.signature ?? [];
  const ecdsa = answerTo(requestOf("x", signCall(ECDSA)));
  const forged: readonly SignatureResponse[] = [
    answerTo(requestOf("y", CALL)),
    answerTo(requestOf("x", signCall(EDDSA, "other"))),
    answerTo(requestOf("x", signCall(EDDSA, "path", payloadFor(EDDSA, "00".repeat(32))))),
    answerWith(group, request),
    { ...right, signature: [first ^ 1, ...others] },
    { ...right, signature: new Array<number>(64).fill(0) },
    ecdsa,
  ];
  for (const response of forged) {
    await assert.rejects(answering(response).ask(CALL), (error: unknown) => {
      assert.ok(error instanceof SignatureError);
      assert.deepEqual([error.code, error.retryable], ["ANSWER_INVALID", false]);
      return true;
    });
  }
  const flipped = { ...ecdsa, recovery_id: (ecdsa.recovery_id ?? 0) ^ 1 };
  await assert.rejects(answering(flipped).ask(signCall(ECDSA)), { code: "ANSWER_INVALID" });
});

test("behavior: what is no answer at all is refused by its shape", async () => {
  for (const value of [null, "signed", {}, { scheme: "Ed25519", signature: [1, 2] }, { scheme: "Other" }]) {
    await assert.rejects(asking(() => value).ask(CALL), { code: "RESULT_INVALID" });
  }
});

test("behavior: a key from which none is derived ends it before anything is sent", async () => {
  for (const key of [keyOfDomain(CKD), `ed25519:${"1".repeat(32)}x`]) {
    const { ask, made } = asking(() => null, key);
    await assert.rejects(ask(CALL), { code: "NO_DERIVED_KEY_HERE" });
    assert.deepEqual(made, []);
  }
});

test("behavior: refusals, time-outs and an outcome that nobody knows reach the caller as they are", async () => {
  const failures = [
    [new ContractError({ code: "NOT_ENOUGH_SIGNERS", info: { domain_id: 1 } }), false],
    [new ContractError({ code: "REQUEST_TIMED_OUT", info: {} }), false],
    // The request may have been made: to ask again under the same path is safe, it waits for the same answer.
    [new TransactionError("CALL_OUTCOME_UNKNOWN", "hash"), true],
  ] as const;
  for (const [failure, retryable] of failures) {
    const { ask, made } = asking(() => Promise.reject(failure));
    await assert.rejects(ask(CALL), (error: unknown) => error === failure);
    assert.equal(failure.retryable, retryable);
    assert.equal(made.length, 1, "nothing is sent twice");
  }
});

test("behavior: the wait and the signal that the caller gives go with the call", async () => {
  const { signal } = new AbortController();
  const { ask, made } = answering(answerTo(requestOf("x", CALL)));
  await ask(CALL, { answerMillis: 5, signal });
  assert.equal(made[0]?.options.answerMillis, 5);
  assert.equal(made[0]?.options.signal, signal);
});

async function liveNetwork(context: TestContext) {
  const sandbox = await startSandbox();
  context.after(sandbox.stop);
  const { contractId, members, rpcUrl } = await startNetwork(sandbox, ["alice", "bob"]);
  const [alice, bob] = members as [(typeof members)[0], (typeof members)[0]];
  const endpoint = { url: rpcUrl };
  const senderOf = (accountId: string, keyPair: sdk.Ed25519KeyPair) =>
    sdk.createSender({ endpoint, contractId, accountId, keyPair });
  const node = senderOf(alice.accountId, alice.nodeKey);
  const key = { networkId: "localnet", contractId, accountId: alice.accountId, role: "node" } as const;
  await sdk.submitParticipantInfo(node, {
    participant_info: alice.info,
    tls_key_proof: sdk.signTlsKeyProof(alice.tlsKey, { ...key, signerKey: node.signerKey }),
  });
  const caller = senderOf(bob.accountId, bob.ownerKey);
  const { ask } = askNode(endpoint);
  const fastForward = (blocks: number) => ask("sandbox_fast_forward", { delta_height: blocks });
  return { caller, node, fastForward, reader: sdk.createRpcReader({ endpoint, contractId }) };
}

test("behavior: on a chain it waits for the answer, and a forged one before it changes nothing", async (context) => {
  const { caller, node, reader } = await liveNetwork(context);
  const message = "ab".repeat(33);
  const asked = { path: "wallet", payload_v2: { Eddsa: message }, domain_id: 0 };
  const asking = sign(caller, reader, asked);
  let isAnswered = false;
  const done = asking.finally(() => {
    isAnswered = true;
  });
  const [pending] = await shown(reader);
  assert.deepEqual(pending?.request, sdk.signatureRequestOf(caller.accountId, asked));
  assert.ok(!isAnswered);
  const request = pending?.request ?? assert.fail();
  const forged = answerWith(12_345n, request) as never;
  await assert.rejects(sdk.respond(node, { request, response: forged }), { code: "INVALID_SIGNATURE" });
  assert.ok(!isAnswered);
  await sdk.respond(node, { request, response: answerWith(groupSecret(), request) as never });
  const { publicKey, response } = await done;
  assert.ok(verifySignatureResponse(publicKey, message as never, response));
  const view = { path: "wallet", predecessor: caller.accountId, domain_id: 0 };
  assert.equal((await sdk.derivedPublicKey(reader, view)).value, publicKey);
});

test("behavior: on a chain nobody's answer is a time-out that the contract tells, and what waited is gone", async (context) => {
  const { caller, fastForward, reader } = await liveNetwork(context);
  const asking = sign(caller, reader, {
    path: "",
    payload_v2: { Eddsa: "00".repeat(32) },
    domain_id: 0,
  });
  const refused = assert.rejects(asking, { code: "REQUEST_TIMED_OUT" });
  await shown(reader);
  await fastForward(201);
  await refused;
  assert.deepEqual((await sdk.pendingRequests(reader)).value, []);
});

async function shown(reader: ReadContract) {
  for (;;) {
    const { value } = await sdk.pendingRequests(reader);
    if (value.length > 0) return value;
  }
}

/** Of the key with which `startNetwork` starts its domain. Source: RFC 8032, 5.1.5. */
function groupSecret(): bigint {
  const { d = "" } = keyOf(255).privateKey.export({ format: "jwk" });
  const bytes = createHash("sha512").update(Buffer.from(d, "base64url")).digest().subarray(0, 32);
  bytes[0] = (bytes[0] ?? 0) & 0xf8;
  bytes[31] = ((bytes[31] ?? 0) & 0x7f) | 0x40;
  return BigInt(`0x${bytes.reverse().toString("hex")}`);
}
