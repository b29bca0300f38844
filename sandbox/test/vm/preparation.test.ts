import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import type { RuntimeParameters } from "../../src/vm/interface.ts";
import { runFunctionCall } from "../../src/vm/run-function-call.ts";
import { assemble } from "./assemble.ts";
import { bodyRepeating, bodyWithLocals, buildModule, EMPTY_BODY } from "./build-module.ts";
import { call, method, request } from "./call.ts";

function refusal(code: Uint8Array, parameters: RuntimeParameters = runtimeParameters(86)): string | null {
  const { error, burntGas } = runFunctionCall(request(code, { parameters }));
  if (error === null) return null;
  assert.equal(burntGas, 0n);
  assert.ok(error.kind === "CompilationError", JSON.stringify(error));
  return error.detail;
}

/** Both sides of a limit: `make(n)` is a module that has n of what is limited. */
function atLimit(reason: string, limit: number, make: (n: number) => Uint8Array, version = 86): void {
  const parameters = runtimeParameters(version);
  assert.equal(refusal(make(limit), parameters), null, `${reason} at the limit`);
  assert.equal(refusal(make(limit + 1), parameters), reason, `${reason} beyond the limit`);
}

const times = (n: number, text: string): string => text.repeat(n);
const M = '(func (export "m"))';

test("behavior: at most 10,000 functions, imported ones included", () => {
  const functions = (n: number): (readonly number[])[] => Array.from({ length: n }, () => EMPTY_BODY);
  atLimit("TooManyFunctions", 10_000, (n) => buildModule({ bodies: functions(n) }));
  atLimit("TooManyFunctions", 10_000, (n) => buildModule({ imports: 1, bodies: functions(n - 1) }));
});

test("behavior: at most 1,000,000 locals", () => {
  assert.equal(refusal(moduleWithLocals(20, 49_998, 40)), null);
  assert.equal(refusal(moduleWithLocals(20, 49_998, 41)), "TooManyLocals");
});

test("behavior: wasmtime's compiler takes 50,000 locals of a function, two of which are nearcore's", () => {
  assert.equal(refusal(moduleWithLocals(1, 49_998)), null);
  assert.equal(refusal(moduleWithLocals(1, 49_999)), "failed to compile: wasm[0]::function[3]");
});

test("behavior: from protocol 87 on, a local needs two bytes of contract", () => {
  const code = moduleWithLocals(1, 1000);
  assert.equal(refusal(code, runtimeParameters(86)), null);
  assert.equal(refusal(code, runtimeParameters(87)), "TooManyLocals");
});

test("behavior: at most 64 parameters of a function and 50,000 of a contract", () => {
  const params = (n: number): string => `(func (param ${times(n, "i32 ")}))`;
  atLimit("TooManyParamsPerFunction", 64, (n) => assemble(`(module ${params(n)} ${M})`));
  atLimit("TooManyParamsPerContract", 50_000, (n) =>
    assemble(`(module ${times(1000, params(50))} ${n > 50_000 ? params(1) : ""} ${M})`),
  );
});

test("behavior: at most 1024 types", () => {
  // Every count of parameters from 0 to 39, by every result, is a type of its own; binaryen drops unused ones.
  const kinds = ["i32", "i64", "f32", "f64"];
  const typed = (n: number): string =>
    Array.from({ length: n }, (_, i) => {
      const bits = Array.from({ length: 6 }, (_, bit) => kinds[(i >> (2 * bit)) & 3]).join(" ");
      return `(func (param ${bits}))`;
    }).join("");
  atLimit("TooManyTypes", 1024, (n) => assemble(`(module ${typed(n - 1)} ${M})`));
});

test("behavior: how many types a module says it has counts before they are looked at", () => {
  // magic and version, type section of 5 bytes: a count as LEB128, then no type but zeros.
  const damaged = (...count: number[]) =>
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, ...count, ...Array(5 - count.length).fill(0));
  assert.equal(refusal(damaged(0x81, 0x08)), "TooManyTypes");
  assert.equal(refusal(damaged(0x80, 0x08)), "Deserialization");
  assert.equal(refusal(damaged(0xff, 0xff, 0xff, 0xff, 0x0f)), "TooManyTypes");
  assert.equal(refusal(damaged(0x81, 0x08).subarray(0, 14)), "Deserialization");
});

test("behavior: one table of at most 10,000 elements", () => {
  atLimit("TooManyTables", 1, (n) => assemble(`(module ${times(n, "(table 1 funcref)")} ${M})`));
  atLimit("TooManyTableElements", 10_000, (n) => assemble(`(module (table ${n} funcref) ${M})`));
});

test("behavior: a function has at most 5000 blocks, a contract 50,000", () => {
  const blocks = (n: number): readonly number[] => bodyRepeating([0x03, 0x40, 0x0b], n);
  atLimit("TooManyBlocksPerFunction", 5000, (n) => buildModule({ bodies: [blocks(n)] }));
  const full = Array.from({ length: 10 }, () => blocks(5000));
  atLimit("TooManyBlocksPerContract", 50_000, (n) => buildModule({ bodies: [...full, blocks(n - 50_000)] }));
});

test("behavior: a function's operands take at most 8192 bytes", () => {
  // n constants are on the stack before the first addition
  const nested = (n: number): Uint8Array =>
    assemble(method(`(drop ${times(n - 1, "(i64.add (i64.const 1) ")} (i64.const 1) ${times(n - 1, ")")})`));
  atLimit("OperandStackTooLarge", 1024, nested);
});

test("behavior: a function body has at most 196,608 bytes", () => {
  // a byte for no locals, the nops, and the end
  atLimit("FunctionBodyTooLarge", 196_606, (n) => buildModule({ bodies: [bodyRepeating([0x01], n)] }));
});

test("behavior: from protocol 88 on at most 65,536 globals", () => {
  const globals = (n: number): Uint8Array => buildModule({ bodies: [EMPTY_BODY], globals: n });
  atLimit("TooManyGlobals", 65_536, globals, 88);
  assert.equal(refusal(globals(65_537), runtimeParameters(86)), null);
});

test("behavior: of a limit and damage, the one that comes first in the module is the error", () => {
  const limited = bodyWithLocals(1_000_001);
  const damaged = [0, 0xff, 0x0b];
  assert.equal(refusal(buildModule({ bodies: [limited, damaged] })), "TooManyLocals");
  assert.equal(refusal(buildModule({ bodies: [damaged, limited] })), "Deserialization");
  const foreign = buildModule({ imports: 1, bodies: [damaged] });
  foreign.set(Buffer.from("enw"), Buffer.from(foreign).indexOf("env"));
  assert.equal(refusal(foreign), "Instantiate");
});

test("behavior: only functions of env can be imported", () => {
  const importing = (what: string): string | null => refusal(assemble(`(module ${what} ${M})`));
  assert.equal(importing('(import "env" "panic" (func))'), null);
  assert.equal(importing('(import "x" "panic" (func))'), "Instantiate");
  assert.equal(importing('(import "env" "memory" (memory 1))'), "Memory");
  assert.equal(importing('(import "env" "g" (global i32))'), "Instantiate");
  assert.equal(importing('(import "env" "t" (table 1 funcref))'), "Instantiate");
});

test("behavior: the contract's own memory is replaced by 1024 to 2048 pages", () => {
  const size = (declared: string): string =>
    method("(if (i32.ne (memory.size) (i32.const 1024)) (then unreachable))", declared);
  for (const declared of ["(memory 1)", "(memory 17 20)", "(memory 2000)"]) {
    assert.equal(call(size(declared)).error, null, declared);
  }
});

test("behavior: features that nearcore does not enable are refused", () => {
  for (const body of ["(drop (i8x16.splat (i32.const 1)))", "(return_call $f)", "(atomic.fence)"]) {
    const code = assemble(`(module (memory 1) (func $f) (func (export "m") ${body}))`);
    assert.equal(refusal(code), "Deserialization", body);
  }
  assert.equal(refusal(assemble(`(module (func (result i32 i32) (unreachable)) ${M})`)), "Deserialization");
  const sharedMemory = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 3, 1, 1);
  assert.equal(refusal(sharedMemory), "Deserialization");
  for (const text of ["(local externref)", "(drop (ref.null extern))"]) {
    assert.equal(refusal(assemble(method(text))), "Deserialization", text);
  }
  assert.equal(refusal(assemble(`(module (table 1 externref) ${M})`)), "Deserialization");
});

test("behavior: imports follow the protocol version", () => {
  const importing = (name: string, type: string, version: number): unknown =>
    call(`(module (import "env" "${name}" (func ${type})) ${M})`, {
      parameters: runtimeParameters(version),
    }).error;
  const unknown = { kind: "LinkError", detail: "unknown or invalid import" };
  const verify = "(param i64 i64 i64 i64 i64 i64) (result i64)";
  assert.deepEqual(importing("p256_verify", verify, 84), unknown);
  assert.equal(importing("p256_verify", verify, 86), null);
  assert.deepEqual(importing("sha3_256", "(param i64 i64 i64)", 86), unknown);
  assert.equal(importing("sha3_256", "(param i64 i64 i64)", 87), null);
  assert.deepEqual(importing("chain_id", "(param i64)", 84), unknown);
  assert.equal(importing("chain_id", "(param i64)", 86), null);
  assert.deepEqual(importing("log_utf8", "(param i32)", 86), {
    kind: "LinkError",
    detail: "types incompatible: expected type `(func (param i32))`, found type `(func (param i64 i64))`",
  });
});

/** `functions` functions of `locals` i32 locals each, and method m with `own` locals. */
function moduleWithLocals(functions: number, locals: number, own = 0): Uint8Array {
  const others = Array.from({ length: functions }, () => bodyWithLocals(locals));
  return buildModule({ bodies: [...others, bodyWithLocals(own)] });
}
