import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble } from "./assemble.ts";
import { call, method } from "./call.ts";

/** regular_op_cost, linear_op_base_cost and linear_op_unit_cost of protocol 86. */
const OP = 822_756n;
const BULK = 26_328_192n;
/** An activation without locals costs as much as 64 / 8 operators. */
const ENTRY = 8n;

/** Loading costs 35,445,963 and 1,089,295 for every byte; the rest is what instructions cost. */
function instructionGas(text: string): bigint {
  const outcome = call(text);
  assert.equal(outcome.error, null);
  const loading = 35_445_963n + 1_089_295n * BigInt(assemble(text).length);
  assert.equal(outcome.burntGas - outcome.wasmInstructionGas, loading);
  assert.equal(outcome.usedGas, outcome.burntGas);
  return outcome.wasmInstructionGas;
}

test("behavior: a method that is nop costs its activation and one operator; the function's end is free", () => {
  const text = method("nop");
  assert.equal(assemble(text).length, 32);
  assert.equal(instructionGas(text), (ENTRY + 1n) * OP);
  // 35,445,963 + 32 × 1,089,295 + 9 × 822,756, written out
  assert.equal(call(text).burntGas, 77_708_207n);
});

test("behavior: adding two constants and dropping the sum is four operators", () => {
  const text = method("(drop (i32.add (i32.const 1) (i32.const 2)))");
  assert.equal(assemble(text).length, 37);
  assert.equal(instructionGas(text), (ENTRY + 4n) * OP);
  assert.equal(call(text).burntGas, 85_622_950n);
});

test("behavior: block, else and end are free, if costs one operator, only the taken branch is charged", () => {
  const branches = "(then nop) (else nop nop nop)";
  assert.equal(instructionGas(method(`(if (i32.const 1) ${branches})`)), (ENTRY + 2n + 1n) * OP);
  assert.equal(instructionGas(method(`(if (i32.const 0) ${branches})`)), (ENTRY + 2n + 3n) * OP);
  assert.equal(instructionGas(method("(block nop)")), (ENTRY + 1n) * OP);
});

test("behavior: a loop header is charged once per iteration", () => {
  const turns = 10n;
  const text = method(
    `(local.set 0 (i32.const ${turns}))
     (loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))`,
    "",
    "(local i32)",
  );
  // activation: ceil((64 + 4) / 8); before the loop: const, set; per turn: loop, get, const, sub, set, get, br_if
  assert.equal(instructionGas(text), (9n + 2n + turns * 7n) * OP);
});

test("behavior: br_if charges the same whether it jumps, and what it jumps over is free", () => {
  const text = (taken: number): string => method(`(block (br_if 0 (i32.const ${taken})) nop nop)`);
  assert.equal(instructionGas(text(1)), (ENTRY + 2n) * OP);
  assert.equal(instructionGas(text(0)), (ENTRY + 4n) * OP);
});

test("behavior: br_table is one operator wherever it goes", () => {
  const text = (to: number): string =>
    method(`(block (block (block (br_table 0 1 2 (i32.const ${to}))) nop) nop nop) nop`);
  assert.equal(instructionGas(text(0)), (ENTRY + 2n + 4n) * OP);
  assert.equal(instructionGas(text(1)), (ENTRY + 2n + 3n) * OP);
  assert.equal(instructionGas(text(2)), (ENTRY + 2n + 1n) * OP);
  assert.equal(instructionGas(text(99)), (ENTRY + 2n + 1n) * OP);
});

test("behavior: return ends the charging", () => {
  assert.equal(instructionGas(method("nop (return) nop nop")), (ENTRY + 2n) * OP);
});

test("behavior: a call costs one operator and the callee's activation", () => {
  assert.equal(instructionGas(method("(call $f)", "(func $f nop)")), (ENTRY + 1n + ENTRY + 1n) * OP);
});

test("behavior: call_indirect costs its index and one operator", () => {
  const before = "(type $t (func)) (table 2 funcref) (elem (i32.const 1) $f) (func $f nop nop)";
  const text = method("(call_indirect (type $t) (i32.const 1))", before);
  assert.equal(instructionGas(text), (ENTRY + 2n + ENTRY + 2n) * OP);
});

test("behavior: an activation costs a started eighth of its bytes: 64, 4 for i32 and f32, 8 for the rest", () => {
  const cases: readonly (readonly [locals: string, bytes: bigint])[] = [
    ["(local i32)", 68n],
    ["(local f32)", 68n],
    ["(local i32 f32)", 72n],
    ["(local i64)", 72n],
    ["(local f64)", 72n],
    ["(local i32 i64 f32 f64)", 88n],
    ["(local funcref)", 72n],
    ["(local funcref i32)", 76n],
  ];
  for (const [locals, bytes] of cases) {
    assert.equal(instructionGas(method("nop", "", locals)), ((bytes + 7n) / 8n + 1n) * OP, locals);
  }
  const parameters = method("(call $f (i64.const 1) (i32.const 2))", "(func $f (param i64 i32) nop)");
  assert.equal(instructionGas(parameters), (ENTRY + 3n + 10n + 1n) * OP);
});

test("behavior: loads, stores, division and truncation are plain operators", () => {
  assert.equal(instructionGas(method("(drop (i32.load (i32.const 8)))", "(memory 1)")), (ENTRY + 3n) * OP);
  assert.equal(
    instructionGas(method("(i64.store (i32.const 8) (i64.const 1))", "(memory 1)")),
    (ENTRY + 3n) * OP,
  );
  assert.equal(instructionGas(method("(drop (i32.div_u (i32.const 8) (i32.const 2)))")), (ENTRY + 4n) * OP);
  assert.equal(instructionGas(method("(drop (i32.trunc_f32_s (f32.const 8)))")), (ENTRY + 3n) * OP);
});

test("behavior: bulk operators cost a base and a unit for every element", () => {
  const n = 1000n;
  const memory = "(memory 1)";
  const bulk = (body: string, before: string): bigint => instructionGas(method(body, before));
  const fill = `(memory.fill (i32.const 0) (i32.const 1) (i32.const ${n}))`;
  const copy = `(memory.copy (i32.const 0) (i32.const 9) (i32.const ${n}))`;
  assert.equal(bulk(fill, memory), (ENTRY + 3n) * OP + BULK + n * OP);
  assert.equal(bulk(copy, memory), (ENTRY + 3n) * OP + BULK + n * OP);
  assert.equal(
    bulk("(memory.fill (i32.const 0) (i32.const 1) (i32.const 0))", memory),
    (ENTRY + 3n) * OP + BULK,
  );
});

test("behavior: memory.grow costs a base and a unit for every page, and the 1024 pages at start are free", () => {
  const grow = (pages: number): string =>
    method(
      `(if (i32.ne (memory.grow (i32.const ${pages})) (i32.const 1024)) (then unreachable))`,
      "(memory 1)",
    );
  // grow's operand, grow, const, ne, if
  assert.equal(instructionGas(grow(7)), (ENTRY + 1n) * OP + BULK + 7n * OP + 3n * OP);
  assert.equal(instructionGas(grow(1024)), (ENTRY + 1n) * OP + BULK + 1024n * OP + 3n * OP);
  assert.deepEqual(call(grow(1025)).error, { kind: "WasmTrap", trap: "Unreachable" });
});

test("behavior: tables grow up to the limit of elements and no further", () => {
  const grow = (elements: number): string =>
    method(
      `(if (i32.eq (table.grow $t (ref.null func) (i32.const ${elements})) (i32.const -1)) (then unreachable))`,
      "(table $t 10 funcref)",
    );
  assert.equal(call(grow(9990)).error, null);
  assert.deepEqual(call(grow(9991)).error, { kind: "WasmTrap", trap: "Unreachable" });
});

test("behavior: the start function runs first and is charged", () => {
  const text = '(module (start $s) (func $s nop nop) (func (export "m") nop))';
  assert.equal(instructionGas(text), (ENTRY + 2n + ENTRY + 1n) * OP);
});
