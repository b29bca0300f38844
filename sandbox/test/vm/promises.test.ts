import assert from "node:assert/strict";
import { test } from "node:test";
import { call, withHost } from "./call.ts";

const IMPORTS = `
  (import "env" "promise_batch_create" (func $create (param i64 i64) (result i64)))
  (import "env" "promise_batch_then" (func $then (param i64 i64 i64) (result i64)))
  (import "env" "promise_and" (func $and (param i64 i64) (result i64)))
  (import "env" "promise_return" (func $return (param i64)))
  (import "env" "promise_batch_action_create_account" (func $account (param i64)))
  (import "env" "promise_batch_action_transfer" (func $transfer (param i64 i64)))
  (import "env" "promise_batch_action_delete_key" (func $delete_key (param i64 i64 i64)))
  (import "env" "promise_batch_action_function_call_weight"
    (func $call (param i64 i64 i64 i64 i64 i64 i64 i64)))
  (import "env" "promise_yield_create" (func $yield (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_yield_resume" (func $resume (param i64 i64 i64 i64) (result i32)))
  (import "env" "alt_bn128_g1_sum" (func $bn128 (param i64 i64 i64)))`;
/** dave.near at 0, alice.near at 9; 1 yoctoNEAR as u128 at 24. */
const TEXT = `dave.nearalice.near\\00\\00\\00\\00\\00\\01`;
const DAVE = "(i64.const 9) (i64.const 0)";
const ALICE = "(i64.const 10) (i64.const 9)";
const RECEIPT = 108_059_500_000n;
const DATA = 36_486_732_312n;

const functionCall = (promise: string, gas: bigint, weight: number): string =>
  `(call $call ${promise} (i64.const 4) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 24)
     (i64.const ${gas}) (i64.const ${weight}))`;

test("behavior: a receipt burns its send fee and reserves its execution", () => {
  const outcome = call(withHost(IMPORTS, TEXT, `(drop (call $create ${DAVE}))`));
  assert.equal(outcome.gasProfile.get("action:new_action_receipt"), RECEIPT);
  assert.equal(outcome.usedGas - outcome.burntGas, RECEIPT);
  assert.deepEqual(outcome.receipts, [
    { receiverId: "dave.near", actions: [], dependsOn: [], yieldDataId: null, refundToAccountId: null },
  ]);
});

test("behavior: a dependency pays for a data receipt, sent and executed now", () => {
  const body = `(call $return (call $then (call $create ${DAVE}) ${ALICE}))`;
  const outcome = call(withHost(IMPORTS, TEXT, body));
  assert.equal(outcome.gasProfile.get("action:new_action_receipt"), 2n * RECEIPT + 2n * DATA);
  assert.deepEqual(outcome.receipts[1]!.dependsOn, [0]);
  assert.deepEqual(outcome.returnValue, { kind: "ReceiptIndex", index: 1 });
});

test("behavior: promise_and joins receipts, and nothing can be appended to the join", () => {
  const join = `(i64.store (i32.const 100) (call $create ${DAVE})) (i64.store (i32.const 108) (call $create ${ALICE}))`;
  const joined = "(call $and (i64.const 100) (i64.const 2))";
  const outcome = call(withHost(IMPORTS, TEXT, `${join} (drop (call $then ${joined} ${DAVE}))`));
  assert.deepEqual(outcome.receipts[2]!.dependsOn, [0, 1]);
  const appended = call(withHost(IMPORTS, TEXT, `${join} (call $account ${joined})`));
  assert.deepEqual(appended.error, {
    kind: "HostError",
    name: "CannotAppendActionToJointPromise",
    fields: {},
  });
  assert.deepEqual(appended.receipts, []);
});

test("behavior: unused gas goes to weighted calls, rounded down, and the rest to the last", () => {
  const body = `${functionCall(`(call $create ${DAVE})`, 5n, 1)} ${functionCall("(i64.const 0)", 7n, 2)}
    ${functionCall("(i64.const 0)", 11n, 0)}`;
  const outcome = call(withHost(IMPORTS, TEXT, body));
  const gas = outcome.receipts[0]!.actions.map((action) =>
    action.kind === "FunctionCall" ? action.gas : 0n,
  );
  const unused = gas[0]! - 5n + (gas[1]! - 7n);
  assert.equal(outcome.usedGas, 100_000_000_000_000n);
  assert.equal(gas[0]!, 5n + unused / 3n);
  assert.equal(gas[1]!, 7n + unused - unused / 3n);
  assert.equal(gas[2]!, 11n);
});

test("behavior: deposits leave the balance, which includes the attached deposit", () => {
  const body = `(call $transfer (call $create ${DAVE}) (i64.const 24))`;
  const outcome = call(withHost(IMPORTS, TEXT, body));
  assert.equal(outcome.balanceYocto, 1001n);
  assert.deepEqual(outcome.receipts[0]!.actions, [{ kind: "Transfer", depositYocto: 1n }]);
  const empty = { accountBalanceYocto: 0n, attachedDepositYocto: 0n };
  const broke = call(withHost(IMPORTS, TEXT, body), { context: empty });
  assert.deepEqual(broke.error, { kind: "HostError", name: "BalanceExceeded", fields: {} });
});

test("behavior: an empty account's call with 1 yoctoNEAR is subsidised", () => {
  const context = { accountBalanceYocto: 0n, attachedDepositYocto: 0n };
  const outcome = call(withHost(IMPORTS, TEXT, functionCall(`(call $create ${DAVE})`, 5n, 0)), { context });
  assert.equal(outcome.error, null);
  assert.deepEqual([outcome.balanceYocto, outcome.subsidizedYocto], [0n, 1n]);
});

test("behavior: a transfer to an implicit account pays for the account and its key", () => {
  const implicit = "0".repeat(64);
  const text = withHost(
    IMPORTS,
    implicit,
    "(call $transfer (call $create (i64.const 64) (i64.const 0)) (i64.const 500))",
  );
  const outcome = call(text);
  assert.equal(
    outcome.gasProfile.get("action:transfer"),
    115_123_062_500n + 500_000_000_000n + 101_765_125_000n,
  );
});

test("behavior: an invalid account id, promise index and public key are refused with nearcore's errors", () => {
  const refused = (body: string): unknown => call(withHost(IMPORTS, TEXT, body)).error;
  assert.deepEqual(refused("(drop (call $create (i64.const 1) (i64.const 0)))"), {
    kind: "HostError",
    name: "InvalidAccountId",
    fields: {},
  });
  assert.deepEqual(refused("(call $account (i64.const 3))"), {
    kind: "HostError",
    name: "InvalidPromiseIndex",
    fields: { promise_idx: 3n },
  });
  assert.deepEqual(refused(`(call $delete_key (call $create ${DAVE}) (i64.const 5) (i64.const 0))`), {
    kind: "HostError",
    name: "InvalidPublicKey",
    fields: {},
  });
});

const YIELD = `(drop (call $yield (i64.const 4) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)
  (i64.const 1) (i64.const 7)))`;

test("behavior: a yield makes a receipt of its own that waits for a data id", () => {
  const outcome = call(withHost(IMPORTS, TEXT, YIELD));
  const [receipt] = outcome.receipts;
  assert.equal(receipt!.receiverId, "alice.near");
  assert.equal(receipt!.yieldDataId!.length, 32);
  // all gas that is left goes to the one weighted call
  assert.equal(outcome.usedGas, 100_000_000_000_000n);
});

test("behavior: a yield of this call can be resumed once, one in the state always, others never", () => {
  const resumeStored = "(call $resume (i64.const -1) (i64.const 7) (i64.const 4) (i64.const 0))";
  const own = `${YIELD} (if (i32.ne ${resumeStored} (i32.const 1)) (then unreachable))
    (if (i32.ne ${resumeStored} (i32.const 0)) (then unreachable))`;
  // The mock takes a second resume for the first one.
  const outcome = call(withHost(IMPORTS, TEXT, own), { beyondMock: true });
  assert.equal(outcome.error, null);
  assert.equal(outcome.resumedYields.length, 1);
  assert.deepEqual(outcome.resumedYields[0]!.dataId, outcome.receipts[0]!.yieldDataId);
  const foreign =
    "(if (i32.ne (call $resume (i64.const 32) (i64.const 0) (i64.const 4) (i64.const 0)) (i32.const 1)) (then unreachable))";
  const dataId = "d".repeat(32);
  const pendingYield = new TextEncoder().encode(dataId);
  assert.equal(call(withHost(IMPORTS, dataId, foreign), { pendingYield }).error, null);
  assert.deepEqual(call(withHost(IMPORTS, dataId, foreign)).error, { kind: "WasmTrap", trap: "Unreachable" });
});

test("behavior: what the embedded chain leaves out links and is refused by name", () => {
  const outcome = call(withHost(IMPORTS, TEXT, "(call $bn128 (i64.const 0) (i64.const 0) (i64.const 0))"));
  assert.deepEqual(outcome.error, {
    kind: "HostError",
    name: "NotSupportedByEmbeddedChain",
    fields: { method_name: "alt_bn128_g1_sum" },
  });
});
