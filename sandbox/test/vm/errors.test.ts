import assert from "node:assert/strict";
import { test } from "node:test";
import { describeActionError, describeViewError } from "../../src/vm/describe-error.ts";
import type { FunctionCallError } from "../../src/vm/interface.ts";
import { call, method, withHost } from "./call.ts";

const CONTRACT = "alice.near";

function viewText(error: FunctionCallError | null): string {
  assert.ok(error !== null);
  return describeViewError(error, CONTRACT);
}

function actionJson(error: FunctionCallError | null): unknown {
  assert.ok(error !== null);
  return describeActionError(error, CONTRACT).FunctionCallError;
}

test("behavior: a panic reads in a view and in an action as nearcore writes it", () => {
  const panic = '(import "env" "panic_utf8" (func $panic (param i64 i64)))';
  const { error } = call(withHost(panic, 'no \\"way\\"\\n', "(call $panic (i64.const 9) (i64.const 0))"));
  assert.equal(
    viewText(error),
    'wasm execution failed with error: HostError(GuestPanic { panic_msg: "no \\"way\\"\\n" })',
  );
  assert.deepEqual(actionJson(error), { ExecutionError: 'Smart contract panicked: no "way"\n' });
});

test("behavior: every trap has nearcore's name and text", () => {
  const table =
    "(type $t (func)) (type $u (func (param i32))) (table 2 funcref) (elem (i32.const 0) $f) (func $f)";
  const cases: readonly (readonly [body: string, name: string, text: string])[] = [
    ["unreachable", "Unreachable", "An `unreachable` opcode was executed."],
    [
      "(drop (i32.rem_u (i32.const 1) (i32.const 0)))",
      "IllegalArithmetic",
      "An arithmetic exception, e.g. divided by zero.",
    ],
    [
      "(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))",
      "IllegalArithmetic",
      "An arithmetic exception, e.g. divided by zero.",
    ],
    [
      "(drop (i32.trunc_f64_u (f64.const -1)))",
      "IllegalArithmetic",
      "An arithmetic exception, e.g. divided by zero.",
    ],
    ["(drop (i32.load (i32.const 67108861)))", "MemoryOutOfBounds", "Memory out of bounds trap."],
    [
      "(memory.fill (i32.const 67108864) (i32.const 0) (i32.const 1))",
      "MemoryOutOfBounds",
      "Memory out of bounds trap.",
    ],
    ["(call_indirect (type $t) (i32.const 2))", "MemoryOutOfBounds", "Memory out of bounds trap."],
    ["(call_indirect (type $t) (i32.const 1))", "IndirectCallToNull", "Indirect call to null."],
    [
      "(call_indirect (type $u) (i32.const 0) (i32.const 0))",
      "IncorrectCallIndirectSignature",
      "Call indirect incorrect signature trap.",
    ],
  ];
  for (const [body, name, text] of cases) {
    const { error } = call(method(body, `(memory 1) ${table}`));
    assert.equal(viewText(error), `wasm execution failed with error: WasmTrap(${name})`, body);
    assert.deepEqual(actionJson(error), { ExecutionError: `WebAssembly trap: ${text}` }, body);
  }
});

test("behavior: resolving, linking and compiling fail in nearcore's words", () => {
  const missing = call(method("nop"), { method: "n" }).error;
  assert.equal(viewText(missing), "wasm execution failed with error: MethodResolveError(MethodNotFound)");
  assert.deepEqual(actionJson(missing), { MethodResolveError: "MethodNotFound" });
  const unlinked = call('(module (import "env" "y" (func)) (func (export "m")))').error;
  assert.equal(
    viewText(unlinked),
    'wasm execution failed with error: LinkError { msg: "unknown or invalid import" }',
  );
  assert.deepEqual(actionJson(unlinked), { ExecutionError: "Link Error: unknown or invalid import" });
  const refused = call('(module (import "x" "y" (func)) (func (export "m")))').error;
  assert.equal(
    viewText(refused),
    "wasm execution failed with error: CompilationError(PrepareError(Instantiate))",
  );
  assert.deepEqual(actionJson(refused), { CompilationError: { PrepareError: "Instantiate" } });
  const noCode: FunctionCallError = { kind: "CompilationError", cause: "CodeDoesNotExist", detail: "" };
  assert.equal(
    viewText(noCode),
    'wasm execution failed with error: CompilationError(CodeDoesNotExist { account_id: "alice.near" })',
  );
});

test("behavior: views may not ask for the caller, write, or promise, and the error names the function", () => {
  const prohibited: readonly (readonly [name: string, type: string, args: string])[] = [
    ["signer_account_id", "(param i64)", "(i64.const 0)"],
    ["signer_account_pk", "(param i64)", "(i64.const 0)"],
    ["predecessor_account_id", "(param i64)", "(i64.const 0)"],
    ["promise_return", "(param i64)", "(i64.const 0)"],
    ["promise_batch_action_create_account", "(param i64)", "(i64.const 0)"],
    ["prepaid_gas", "(result i64)", ""],
    ["used_gas", "(result i64)", ""],
    ["promise_results_count", "(result i64)", ""],
    ["promise_and", "(param i64 i64) (result i64)", "(i64.const 0) (i64.const 0)"],
    ["promise_batch_create", "(param i64 i64) (result i64)", "(i64.const 0) (i64.const 0)"],
    ["storage_remove", "(param i64 i64 i64) (result i64)", "(i64.const 0) (i64.const 0) (i64.const 0)"],
  ];
  for (const [name, type, args] of prohibited) {
    const run = `(call $f ${args})`;
    const body = type.includes("result") ? `(drop ${run})` : run;
    const text = withHost(`(import "env" "${name}" (func $f ${type}))`, "", body);
    const { error } = call(text, { context: { isView: true } });
    assert.deepEqual(error, { kind: "HostError", name: "ProhibitedInView", fields: { method_name: name } });
    assert.deepEqual(actionJson(error), { ExecutionError: `${name} is not allowed in view calls` });
  }
});

test("behavior: what is left out says so by name", () => {
  const imports = '(import "env" "bls12381_p1_sum" (func $f (param i64 i64 i64) (result i64)))';
  const { error } = call(withHost(imports, "", "(drop (call $f (i64.const 0) (i64.const 0) (i64.const 0)))"));
  assert.deepEqual(actionJson(error), {
    ExecutionError: "not supported by the embedded chain: bls12381_p1_sum",
  });
});

test("behavior: NaNs are canonical, whatever went in", () => {
  const imports = '(import "env" "value_return" (func $return (param i64 i64)))';
  const body = `
    (f64.store (i32.const 0) (f64.add (f64.const nan:0xdeadbeef) (f64.const 1)))
    (f32.store (i32.const 8) (f32.mul (f32.const -nan:0x123) (f32.const 1)))
    (f32.store (i32.const 12) (f32.neg (f32.const nan:0x123)))
    (call $return (i64.const 16) (i64.const 0))`;
  const { returnValue } = call(withHost(imports, "", body));
  assert.ok(returnValue.kind === "Value");
  const bytes = Buffer.from(returnValue.bytes);
  assert.equal(bytes.readBigUInt64LE(0), 0x7ff8_0000_0000_0000n);
  assert.equal(bytes.readUInt32LE(8), 0x7fc0_0000);
  // neg only flips the sign
  assert.equal(bytes.readUInt32LE(12), 0xff80_0123);
});

test("behavior: logs are limited in number and in length together", () => {
  const imports = '(import "env" "log_utf8" (func $log (param i64 i64)))';
  const logs = (count: number, length: number): unknown =>
    call(withHost(imports, "", `(call $log (i64.const ${length}) (i64.const 0))`.repeat(count)), {
      context: { prepaidGas: 10n ** 15n },
    }).error;
  assert.equal(logs(100, 1), null);
  assert.deepEqual(logs(101, 1), {
    kind: "HostError",
    name: "NumberOfLogsExceeded",
    fields: { limit: 100n },
  });
  assert.equal(logs(2, 8192), null);
  assert.deepEqual(logs(3, 8192), {
    kind: "HostError",
    name: "TotalLogLengthExceeded",
    fields: { length: 24_576n, limit: 16_384n },
  });
});

test("behavior: registers are limited in number, and at the limit none can be replaced", () => {
  const imports = '(import "env" "write_register" (func $write (param i64 i64 i64)))';
  const write = (register: number): string =>
    `(call $write (i64.const ${register}) (i64.const 1) (i64.const 0))`;
  const hundred = Array.from({ length: 100 }, (_, i) => write(i)).join("");
  assert.equal(call(withHost(imports, "x", hundred)).error, null);
  const violation = { kind: "HostError", name: "MemoryAccessViolation", fields: {} };
  assert.deepEqual(call(withHost(imports, "x", hundred + write(0))).error, violation);
  assert.deepEqual(call(withHost(imports, "x", hundred + write(100))).error, violation);
});
