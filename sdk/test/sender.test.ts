import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { base58 } from "@scure/base";
import { decodeSignedTransaction } from "near-api-js";
import { createSender } from "../src/client/sender.ts";
import { ed25519KeyPairFromSeed } from "../src/crypto/keys.ts";
import { type FakeAnswer, nearError, startFakeNode } from "./fake-node.ts";

const KEY_PAIR = ed25519KeyPairFromSeed(new Uint8Array(32).fill(5));
const CALL = { gas: 30_000_000_000_000n, depositYocto: 0n };
const SUCCESS = outcome({ SuccessValue: Buffer.from('{"id":1}').toString("base64") });

test("behavior: a call is signed for contract, method, gas and nonce, and its outcome is read", async (context) => {
  const { call, sent } = await startSender(context, [SUCCESS]);
  const result = await call();
  assert.equal(result.value && (result.value as { id: number }).id, 1);
  assert.deepEqual(result.logs, ["EVENT_JSON:{}", "more"]);
  assert.equal(result.burntGas, 3_000n);
  const transaction = sent[0]?.transaction;
  assert.equal(transaction?.signerId, "a.near");
  assert.equal(transaction?.receiverId, "mpc.near");
  assert.equal(transaction?.nonce, 8n);
  const action = transaction?.actions[0]?.functionCall;
  assert.equal(action?.methodName, "confirm_recovery");
  assert.equal(action?.gas, CALL.gas);
  assert.equal(Buffer.from(action?.args ?? []).toString(), '{"recovery_id":1}');
});

test("behavior: calls made at once are sent one after the other, with nonces of their own", async (context) => {
  const { call, sent } = await startSender(context, [SUCCESS, SUCCESS, SUCCESS]);
  await Promise.all([call(), call(), call()]);
  assert.deepEqual(
    sent.map(({ transaction }) => transaction.nonce),
    [8n, 9n, 10n],
  );
});

test("behavior: an unanswered transaction is sent again with the same bytes", async (context) => {
  const lost: FakeAnswer = { raw: (_, response) => response.destroy() };
  const { call, sent } = await startSender(context, [lost, nearError("TIMEOUT_ERROR", null, 408), SUCCESS]);
  await call();
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map(({ base64 }) => base64)).size, 1);
});

test("behavior: a taken nonce at the first sending signs anew; an expired one too", async (context) => {
  const { call, sent } = await startSender(context, [
    invalid({ InvalidNonce: { tx_nonce: 8, ak_nonce: 20 } }),
    invalid("Expired"),
    SUCCESS,
  ]);
  await call();
  assert.deepEqual(
    sent.map(({ transaction }) => transaction.nonce),
    [8n, 9n, 10n],
  );
});

test("behavior: a taken nonce after a lost answer means that it may have happened: it is looked up", async (context) => {
  const lost: FakeAnswer = { raw: (_, response) => response.destroy() };
  const taken = invalid({ InvalidNonce: { tx_nonce: 8, ak_nonce: 8 } });
  const { call, sent, node } = await startSender(context, [lost, taken], SUCCESS);
  assert.deepEqual((await call()).value, { id: 1 });
  assert.equal(sent.length, 2);
  assert.ok(node.asked.includes("tx"));
  const unknown = await startSender(context, [lost, taken], nearError("UNKNOWN_TRANSACTION"));
  await assert.rejects(unknown.call(), { code: "CALL_OUTCOME_UNKNOWN", retryable: true });
  assert.equal(unknown.sent.length, 2);
});

test("behavior: the errors of keys, accounts and balances are typed and not repeated", async (context) => {
  const cases: [unknown, string][] = [
    [{ InvalidAccessKeyError: "DepositWithFunctionCall" }, "ACCESS_KEY_NO_DEPOSIT"],
    [{ InvalidAccessKeyError: { MethodNameMismatch: { method_name: "x" } } }, "ACCESS_KEY_WRONG_METHOD"],
    [{ InvalidAccessKeyError: { ReceiverMismatch: { tx_receiver: "x" } } }, "ACCESS_KEY_WRONG_RECEIVER"],
    [{ InvalidAccessKeyError: { NotEnoughAllowance: {} } }, "ACCESS_KEY_ALLOWANCE_SPENT"],
    [{ InvalidAccessKeyError: { AccessKeyNotFound: {} } }, "ACCESS_KEY_NOT_FOUND"],
    [{ SignerDoesNotExist: { signer_id: "a" } }, "SIGNER_MISSING"],
    [{ NotEnoughBalance: { balance: "0" } }, "BALANCE_TOO_LOW"],
    ["InvalidSignature", "TRANSACTION_INVALID"],
  ];
  for (const [reported, code] of cases) {
    const { call, sent } = await startSender(context, [invalid(reported)]);
    await assert.rejects(call(), { name: "TransactionError", code, retryable: false });
    assert.equal(sent.length, 1, code);
  }
});

test("behavior: a missing key or account is told before anything is sent", async (context) => {
  const { call, sent, node } = await startSender(context, [SUCCESS]);
  const { behave } = node;
  const answers: [FakeAnswer, string][] = [
    [
      { result: { error: "access key ed25519:x does not exist while viewing", logs: [] } },
      "ACCESS_KEY_NOT_FOUND",
    ],
    [nearError("UNKNOWN_ACCESS_KEY"), "ACCESS_KEY_NOT_FOUND"],
    [nearError("UNKNOWN_ACCOUNT"), "SIGNER_MISSING"],
  ];
  for (const [answer, code] of answers) {
    node.behave = (method, params) => (method === "query" ? answer : behave(method, params));
    await assert.rejects(call(), { code });
  }
  assert.equal(sent.length, 0);
});

test("behavior: the contract's refusal, a lack of gas and a missing method are told apart", async (context) => {
  const panic =
    '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"EPOCH_MISMATCH","info":{"provided":1,"expected":2}}}}';
  const cases: [unknown, object][] = [
    [
      { ExecutionError: `Smart contract panicked: ${panic}` },
      { name: "ContractError", code: "EPOCH_MISMATCH", info: { provided: 1, expected: 2 } },
    ],
    [
      { ExecutionError: "Smart contract panicked: bug" },
      { name: "ExecutionError", code: "CONTRACT_PANICKED" },
    ],
    [{ ExecutionError: "Exceeded the prepaid gas." }, { code: "OUT_OF_GAS" }],
    [{ MethodResolveError: "MethodNotFound" }, { code: "METHOD_NOT_FOUND" }],
    [
      { CompilationError: { CodeDoesNotExist: { account_id: "mpc.near" } } },
      { code: "CONTRACT_NOT_DEPLOYED" },
    ],
  ];
  for (const [error, expected] of cases) {
    const failed = outcome({ Failure: { ActionError: { index: 0, kind: { FunctionCallError: error } } } });
    const { call } = await startSender(context, [failed]);
    await assert.rejects(call(), expected);
  }
});

test("behavior: one failed call doesn't stop the next", async (context) => {
  const { call } = await startSender(context, [invalid("InvalidSignature"), SUCCESS]);
  await assert.rejects(call());
  assert.deepEqual((await call()).value, { id: 1 });
});

test("behavior: when the first endpoint is gone, the others are used, with the same bytes", async (context) => {
  const { node, sent } = await startSender(context, [SUCCESS]);
  const gone = { ...node.endpoint, url: "http://127.0.0.1:1" };
  const account = { contractId: "mpc.near", accountId: "a.near", keyPair: KEY_PAIR };
  const caller = createSender({ ...account, endpoint: gone, fallbackEndpoints: [node.endpoint] });
  assert.deepEqual((await caller.call("confirm_recovery", {}, CALL)).value, { id: 1 });
  assert.equal(sent.length, 1);
});

test("behavior: an endpoint that turns its caller away, for instance since an API key ran out, is passed over", async (context) => {
  const { node, sent } = await startSender(context, [SUCCESS]);
  for (const status of [401, 403]) {
    const away = await startFakeNode(context, () => ({
      raw: (_, response) => response.writeHead(status).end("no"),
    }));
    const account = { contractId: "mpc.near", accountId: "a.near", keyPair: KEY_PAIR };
    const caller = createSender({ ...account, endpoint: away.endpoint, fallbackEndpoints: [node.endpoint] });
    sent.length = 0;
    assert.deepEqual((await caller.call("confirm_recovery", {}, CALL)).value, { id: 1 });
    assert.equal(sent.length, 1, `${status}`);
  }
});

test("behavior: a nonce that an endpoint made up doesn't spoil the calls after it", async (context) => {
  const { node, call, sent } = await startSender(context, [
    invalid({ NonceTooLarge: { tx_nonce: 1, upper_bound: 1 } }),
    SUCCESS,
  ]);
  const { behave } = node;
  const madeUp = { nonce: 9_000_000_000_000_000, permission: "FullAccess" };
  node.behave = (method, params) => (method === "query" ? { result: madeUp } : behave(method, params));
  await assert.rejects(call(), { code: "TRANSACTION_INVALID" });
  node.behave = behave;
  await call();
  assert.equal(sent[1]?.transaction.nonce, 8n);
});

test("behavior: a nonce taken at the second endpoint means that the first may have sent it", async (context) => {
  const taken = invalid({ InvalidNonce: { tx_nonce: 8, ak_nonce: 8 } });
  const second = await startSender(context, [taken], SUCCESS);
  const first = await startSender(context, [{ raw: (_, response) => response.destroy() }]);
  const account = { contractId: "mpc.near", accountId: "a.near", keyPair: KEY_PAIR };
  const endpoints = { endpoint: first.node.endpoint, fallbackEndpoints: [second.node.endpoint] };
  const caller = createSender({ ...account, ...endpoints });
  assert.deepEqual((await caller.call("confirm_recovery", {}, CALL)).value, { id: 1 });
  assert.deepEqual([first.sent.length, second.sent.length], [1, 1]);
  assert.equal(first.sent[0]?.base64, second.sent[0]?.base64);
});

async function startSender(context: TestContext, answers: FakeAnswer[], whenLookedUp: FakeAnswer = SUCCESS) {
  const sent: { base64: string; transaction: ReturnType<typeof decodeSignedTransaction>["transaction"] }[] =
    [];
  const node = await startFakeNode(context, (method, params) => {
    if (method === "query") return { result: { nonce: 7, permission: "FullAccess", block_height: 1 } };
    if (method === "block")
      return { result: { header: { hash: base58.encode(new Uint8Array(32)), height: 1 } } };
    if (method === "tx") return whenLookedUp;
    const base64 = String(params.signed_tx_base64);
    sent.push({ base64, transaction: decodeSignedTransaction(Buffer.from(base64, "base64")).transaction });
    return answers[sent.length - 1] ?? nearError("INTERNAL_ERROR");
  });
  const caller = createSender({
    endpoint: node.endpoint,
    contractId: "mpc.near",
    accountId: "a.near",
    keyPair: KEY_PAIR,
  });
  return { node, sent, call: () => caller.call("confirm_recovery", { recovery_id: 1 }, CALL) };
}

function invalid(error: unknown): FakeAnswer {
  return nearError("INVALID_TRANSACTION", { TxExecutionError: { InvalidTxError: error } });
}

function outcome(status: unknown): FakeAnswer {
  const receipt = { outcome: { logs: ["more"], gas_burnt: 2_000 } };
  const transaction = { outcome: { logs: ["EVENT_JSON:{}"], gas_burnt: 1_000 } };
  return { result: { status, transaction_outcome: transaction, receipts_outcome: [receipt] } };
}
