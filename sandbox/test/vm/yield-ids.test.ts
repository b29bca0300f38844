import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import type { FunctionCallOutcome } from "../../src/vm/interface.ts";
import { type CallOptions, call, withHost } from "./call.ts";

const IMPORTS = `
  (import "env" "promise_yield_create_with_id"
    (func $yield (param i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_yield_resume_with_yield_id" (func $resume (param i64 i64 i64 i64) (result i32)))`;
/** A yield id at 0 and another at 32; "next" at 64; 1 yoctoNEAR as u128 at 80, none at 96. */
const TEXT = `${"a".repeat(32)}${"b".repeat(32)}next${"x".repeat(12)}\\01${"\\00".repeat(31)}`;

const create = (id: number, amount = 96, length = 32): string =>
  `(call $yield (i64.const 4) (i64.const 64) (i64.const 3) (i64.const 0) (i64.const ${amount})
     (i64.const 5000) (i64.const 0) (i64.const ${length}) (i64.const ${id}))`;
const resume = (id: number, length = 32): string =>
  `(call $resume (i64.const ${length}) (i64.const ${id}) (i64.const 4) (i64.const 0))`;
const expectLong = (call: string, value: string): string =>
  `(if (i64.ne ${call} (i64.const ${value})) (then unreachable))`;
const expectInt = (call: string, value: number): string =>
  `(if (i32.ne ${call} (i32.const ${value})) (then unreachable))`;

function run(body: string, options: CallOptions = {}): FunctionCallOutcome {
  return call(withHost(IMPORTS, TEXT, body), options);
}

test("behavior: a yield with an id of the contract's own calls the method with arguments, deposit and gas", () => {
  const outcome = run(expectLong(create(0, 80), "0"));
  assert.equal(outcome.error, null);
  const [receipt] = outcome.receipts;
  assert.equal(receipt!.yieldDataId!.length, 32);
  assert.deepEqual(receipt!.actions, [
    {
      kind: "FunctionCall",
      methodName: "next",
      args: new TextEncoder().encode("aaa"),
      gas: 5000n,
      depositYocto: 1n,
    },
  ]);
  assert.equal(outcome.balanceYocto, 1001n);
  assert.equal(outcome.gasProfile.get("yield_create_with_id_base"), 290_000_000_000n);
});

test("behavior: an id is in use until its yield is done, in this call and in the state", () => {
  const twice = run(
    `${expectLong(create(0), "0")} ${expectLong(create(0), "-1")} ${expectLong(create(32), "1")}`,
  );
  assert.equal(twice.error, null);
  assert.equal(twice.receipts.length, 2);
  const pendingYield = twice.receipts[0]!.yieldDataId!;
  assert.equal(run(expectLong(create(0), "-1"), { pendingYield }).error, null);
  assert.equal(run(expectLong(create(32), "0"), { pendingYield }).error, null);
});

test("behavior: a yield is resumed by its id, an unknown id by nobody", () => {
  const own = run(`(drop ${create(0)}) ${expectInt(resume(32), 0)} ${expectInt(resume(0), 1)}`);
  assert.equal(own.error, null);
  assert.equal(own.resumedYields.length, 1);
  assert.deepEqual(own.resumedYields[0]!.dataId, own.receipts[0]!.yieldDataId);
  const pendingYield = own.receipts[0]!.yieldDataId!;
  assert.equal(run(expectInt(resume(0), 1), { pendingYield }).error, null);
  assert.equal(run(expectInt(resume(32), 0), { pendingYield }).error, null);
});

test("behavior: an id has 32 bytes, and both functions came with protocol 85", () => {
  const malformed = { kind: "HostError", name: "YieldIdMalformed", fields: {} };
  assert.deepEqual(run(`(drop ${create(0, 96, 31)})`).error, malformed);
  assert.deepEqual(run(`(drop ${resume(0, 33)})`).error, malformed);
  assert.equal(run("nop", { parameters: runtimeParameters(84) }).error?.kind, "LinkError");
});
