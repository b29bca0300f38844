import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import { assemble } from "./assemble.ts";
import { call, method, withHost } from "./call.ts";

const GAS_EXCEEDED = { kind: "HostError", name: "GasExceeded", fields: {} };
const STACK_EXHAUSTED = { kind: "HostError", name: "MemoryAccessViolation", fields: {} };
const PROMISES = `
  (import "env" "promise_batch_create" (func $create (param i64 i64) (result i64)))
  (import "env" "promise_batch_action_function_call" (func $call (param i64 i64 i64 i64 i64 i64 i64)))`;
const PROMISE_90_TGAS = `(call $call (call $create (i64.const 9) (i64.const 0)) (i64.const 4) (i64.const 0)
  (i64.const 0) (i64.const 0) (i64.const 100) (i64.const 90000000000000))`;

test("behavior: exactly the needed gas is enough, one unit less is not and burns all", () => {
  for (const body of ["nop", "(drop (i32.load (i32.const 0)))", "(call $f)"]) {
    const text = method(body, "(memory 1) (func $f nop)");
    const needed = call(text).burntGas;
    const enough = call(text, { context: { prepaidGas: needed } });
    assert.equal(enough.error, null, body);
    const short = call(text, { context: { prepaidGas: needed - 1n } });
    assert.deepEqual(short.error, GAS_EXCEEDED, body);
    assert.deepEqual([short.burntGas, short.usedGas], [needed - 1n, needed - 1n], body);
  }
});

test("behavior: an endless loop and endless recursion end", () => {
  const loop = call(method("(loop (br 0))"), { context: { prepaidGas: 10n ** 11n } });
  assert.deepEqual([loop.error, loop.burntGas], [GAS_EXCEEDED, 10n ** 11n]);
  assert.deepEqual(call('(module (func $m (export "m") (call $m)))').error, STACK_EXHAUSTED);
});

test("behavior: the stack holds 262,144 bytes of frames and operands and no more", () => {
  // m counts down from n, calling itself: activations of 64 + 4 (parameter) + 8 (two i32 operands) bytes
  const text = (depth: number): string =>
    `(module (func $f (param i32) (if (i32.gt_s (local.get 0) (i32.const 1))
       (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
     (func (export "m") (call $f (i32.const ${depth}))))`;
  // m itself: 64 + 4 of operands
  const depth = Math.floor((262_144 - 68) / 76);
  assert.equal(call(text(depth)).error, null);
  assert.deepEqual(call(text(depth + 1)).error, STACK_EXHAUSTED);
});

test("behavior: a trap keeps the gas that was burnt up to it", () => {
  const outcome = call(method("nop (drop (i32.div_s (i32.const 1) (i32.const 0))) nop nop nop"));
  assert.deepEqual(outcome.error, { kind: "WasmTrap", trap: "IllegalArithmetic" });
  // activation, nop, const, const, div: what follows the trap is not charged
  assert.equal(outcome.wasmInstructionGas, (8n + 4n) * 822_756n);
});

test("behavior: when gas was promised, running out burns into the promised gas by the charge that failed", () => {
  // The loop's charge of loop and br (2 operators) is the one that fails.
  const outcome = call(withHost(PROMISES, "dave.near", `${PROMISE_90_TGAS} (loop (br 0))`));
  assert.deepEqual(outcome.error, GAS_EXCEEDED);
  const reserved = 90_000_000_000_000n + 108_059_500_000n + 780_000_000_000n + 4n * 2_235_934n;
  const limit = 100_000_000_000_000n - reserved;
  const beyond = outcome.burntGas - limit;
  assert.ok(beyond > 0n && beyond <= 2n * 822_756n, `burnt ${beyond} beyond the limit`);
  assert.equal(outcome.usedGas, 100_000_000_000_000n);
});

test("behavior: attaching more gas than there is fails and burns all", () => {
  const context = { prepaidGas: 50_000_000_000_000n };
  const outcome = call(withHost(PROMISES, "dave.near", PROMISE_90_TGAS), { context });
  assert.deepEqual(outcome.error, GAS_EXCEEDED);
  assert.equal(outcome.usedGas, 50_000_000_000_000n);
});

test("behavior: a view is bounded by the protocol's limit, not by prepaid gas", () => {
  const context = { isView: true, prepaidGas: 0n };
  assert.equal(call(method("nop"), { context }).error, null);
  const standard = runtimeParameters();
  assert.equal(standard.limits.max_gas_burnt_view, 1_000_000_000_000_000n);
  // The real limit would take seconds.
  const parameters = { ...standard, limits: { ...standard.limits, max_gas_burnt_view: 10n ** 12n } };
  const endless = call(method("(loop (br 0))"), { context, parameters });
  assert.deepEqual(endless.error, { kind: "HostError", name: "GasLimitExceeded", fields: {} });
  assert.equal(endless.burntGas, 10n ** 12n);
});

test("behavior: too little gas for loading burns what there is", () => {
  const outcome = call(method("nop"), { context: { prepaidGas: 100n } });
  assert.deepEqual([outcome.error, outcome.burntGas], [GAS_EXCEEDED, 100n]);
});

test("behavior: no method, a bad signature, no name and a refused module burn nothing; a link error burns loading", () => {
  const burnt = (text: string, name = "m"): [unknown, bigint] => {
    const { error, burntGas } = call(text, { method: name });
    return [error, burntGas];
  };
  const unresolved = (cause: string): unknown => ({ kind: "MethodResolveError", cause });
  assert.deepEqual(burnt(method("nop"), "n"), [unresolved("MethodNotFound"), 0n]);
  assert.deepEqual(burnt(method("nop"), ""), [unresolved("MethodEmptyName"), 0n]);
  assert.deepEqual(burnt('(module (func (export "m") (param i32)))'), [
    unresolved("MethodInvalidSignature"),
    0n,
  ]);
  assert.deepEqual(burnt('(module (memory (export "m") 1))'), [unresolved("MethodNotFound"), 0n]);
  assert.deepEqual(burnt('(module (import "x" "y" (func)) (func (export "m")))'), [
    { kind: "CompilationError", cause: "PrepareError", detail: "Instantiate" },
    0n,
  ]);
  const unlinked = '(module (import "env" "y" (func)) (func (export "m")))';
  assert.deepEqual(burnt(unlinked), [
    { kind: "LinkError", detail: "unknown or invalid import" },
    35_445_963n + 1_089_295n * BigInt(assemble(unlinked).length),
  ]);
});

test("behavior: segments outside of memory and tables trap at the start", () => {
  const trap = { kind: "WasmTrap", trap: "MemoryOutOfBounds" };
  assert.deepEqual(
    call('(module (memory 1) (data (i32.const 67108864) "x") (func (export "m")))').error,
    trap,
  );
  const elements = '(module (table 1 funcref) (elem (i32.const 1) $f) (func $f (export "m")))';
  assert.deepEqual(call(elements).error, trap);
});
