import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionCallOutcome } from "../../src/vm/interface.ts";
import { assemble } from "./assemble.ts";
import { type CallOptions, call, withHost } from "./call.ts";

const OP = 822_756n;
const ENTRY = 8n;
const BASE = 264_768_111n;
const READ_MEMORY = 2_609_863_200n;
const READ_MEMORY_BYTE = 3_801_333n;
const WRITE_MEMORY = 2_803_794_861n;
const WRITE_MEMORY_BYTE = 2_723_772n;
const READ_REGISTER = 2_517_165_186n;
const READ_REGISTER_BYTE = 98_562n;
const WRITE_REGISTER = 2_865_522_486n;
const WRITE_REGISTER_BYTE = 3_801_564n;

const IMPORTS = `
  (import "env" "storage_write" (func $write (param i64 i64 i64 i64 i64) (result i64)))
  (import "env" "storage_read" (func $read (param i64 i64 i64) (result i64)))
  (import "env" "storage_remove" (func $remove (param i64 i64 i64) (result i64)))
  (import "env" "storage_has_key" (func $has (param i64 i64) (result i64)))
  (import "env" "log_utf8" (func $log (param i64 i64)))
  (import "env" "value_return" (func $return (param i64 i64)))
  (import "env" "read_register" (func $read_register (param i64 i64)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "write_register" (func $write_register (param i64 i64 i64)))
  (import "env" "input" (func $input (param i64)))
  (import "env" "current_account_id" (func $account (param i64)))
  (import "env" "attached_deposit" (func $deposit (param i64)))
  (import "env" "sha256" (func $sha256 (param i64 i64 i64)))
  (import "env" "ripemd160" (func $ripemd160 (param i64 i64 i64)))
  (import "env" "used_gas" (func $used_gas (result i64)))`;

/** Runs a body of `operators` operators over a memory that starts with "keyvalue" and returns what the host charged. */
function hostGas(body: string, operators: bigint, options: CallOptions = {}): [bigint, FunctionCallOutcome] {
  const text = withHost(IMPORTS, "keyvalue", body);
  const outcome = call(text, options);
  assert.equal(outcome.error, null);
  assert.equal(outcome.wasmInstructionGas, (ENTRY + operators) * OP);
  const loading = 35_445_963n + 1_089_295n * BigInt(assemble(text).length);
  return [outcome.burntGas - outcome.wasmInstructionGas - loading, outcome];
}

const WRITE = "(drop (call $write (i64.const 3) (i64.const 0) (i64.const 5) (i64.const 3) (i64.const 1)))";
const KEY_3 = READ_MEMORY + 3n * READ_MEMORY_BYTE;

test("behavior: storage_write of a new key pays for key, value and the trie nodes on the way", () => {
  const [gas, outcome] = hostGas(WRITE, 7n, { nodes: 4 });
  const value = READ_MEMORY + 5n * READ_MEMORY_BYTE;
  const write = 64_196_736_000n + 3n * 70_482_867n + 5n * 31_018_539n;
  assert.equal(gas, BASE + write + KEY_3 + value + 4n * 2_280_000_000n);
  assert.deepEqual([...outcome.storageChanges], [["key", new TextEncoder().encode("value")]]);
  // 3 bytes of key, 5 of value, 40 for the record
  assert.equal(outcome.storageUsageBytes, 100n + 48n);
});

test("behavior: overwriting also pays for the evicted bytes and puts them into the register", () => {
  const [gas, outcome] = hostGas(WRITE, 7n, { storage: { key: "older value" } });
  const write = 64_196_736_000n + 3n * 70_482_867n + 5n * 31_018_539n + 11n * 32_117_307n;
  const register = WRITE_REGISTER + 11n * WRITE_REGISTER_BYTE;
  assert.equal(gas, BASE + write + KEY_3 + READ_MEMORY + 5n * READ_MEMORY_BYTE + register);
  assert.equal(outcome.storageUsageBytes, 100n + 5n - 11n);
});

test("behavior: a second change of a key in the same call pays no trie nodes", () => {
  const [once] = hostGas(WRITE, 7n, { nodes: 4 });
  const [twice] = hostGas(`${WRITE} ${WRITE}`, 14n, { nodes: 4 });
  const nodes = 4n * 2_280_000_000n;
  const evicted = 5n * 32_117_307n + WRITE_REGISTER + 5n * WRITE_REGISTER_BYTE;
  assert.equal(twice, 2n * once - nodes + evicted);
});

test("behavior: storage_read pays for the value only when there is one", () => {
  const read = "(drop (call $read (i64.const 3) (i64.const 0) (i64.const 1)))";
  const miss = BASE + 56_356_845_749n + 3n * 30_952_533n + KEY_3;
  assert.equal(hostGas(read, 5n)[0], miss);
  const [hit] = hostGas(read, 5n, { storage: { key: "value" } });
  assert.equal(hit, miss + 5n * 5_611_004n + WRITE_REGISTER + 5n * WRITE_REGISTER_BYTE);
});

test("behavior: values of more than 4000 bytes pay a unit and one more per byte", () => {
  const read = "(drop (call $read (i64.const 3) (i64.const 0) (i64.const 1)))";
  const cost = (length: number): bigint => hostGas(read, 5n, { storage: { key: "x".repeat(length) } })[0];
  const perByte = 5_611_004n + WRITE_REGISTER_BYTE;
  assert.equal(cost(4001) - cost(4000), perByte + 1n + 4001n);
});

test("behavior: storage_remove and storage_has_key", () => {
  const remove = "(drop (call $remove (i64.const 3) (i64.const 0) (i64.const 1)))";
  const miss = BASE + 53_473_030_500n + 3n * 38_220_384n + KEY_3;
  assert.equal(hostGas(remove, 5n, { nodes: 2 })[0], miss + 2n * 2_280_000_000n);
  const [hit, outcome] = hostGas(remove, 5n, { storage: { key: "value" } });
  assert.equal(hit, miss + 5n * 11_531_556n + WRITE_REGISTER + 5n * WRITE_REGISTER_BYTE);
  assert.equal(outcome.storageUsageBytes, 100n - 48n);
  assert.deepEqual([...outcome.storageChanges], [["key", null]]);
  const has = "(drop (call $has (i64.const 3) (i64.const 0)))";
  assert.equal(hostGas(has, 4n)[0], BASE + 54_039_896_625n + 3n * 30_790_845n + KEY_3);
});

test("behavior: log_utf8 by length and up to a NUL", () => {
  const decode = 3_111_779_061n + 8n * 291_580_479n;
  const log = 3_543_313_050n + 8n * 13_198_791n;
  const [byLength, outcome] = hostGas("(call $log (i64.const 8) (i64.const 0))", 3n);
  assert.equal(byLength, BASE + decode + log + READ_MEMORY + 8n * READ_MEMORY_BYTE);
  assert.deepEqual(outcome.logs, ["keyvalue"]);
  const [toNul] = hostGas("(call $log (i64.const -1) (i64.const 0))", 3n);
  assert.equal(toNul, BASE + decode + log + 9n * (READ_MEMORY + READ_MEMORY_BYTE));
});

test("behavior: value_return pays for data receipts by receiver and byte", () => {
  const body = "(call $return (i64.const 8) (i64.const 0))";
  const plain = BASE + READ_MEMORY + 8n * READ_MEMORY_BYTE;
  const [gas, outcome] = hostGas(body, 3n);
  assert.equal(gas, plain);
  assert.deepEqual(outcome.returnValue, { kind: "Value", bytes: new TextEncoder().encode("keyvalue") });
  const receivers = { outputDataReceivers: ["alice.near", "dave.near"] };
  const [sending] = hostGas(body, 3n, { context: receivers });
  const own = 17_212_011n + 17_212_011n;
  const other = 47_683_715n + 17_212_011n;
  assert.equal(sending, plain + 8n * (own + other));
});

test("behavior: registers are paid by the byte, but input is shared", () => {
  assert.equal(
    hostGas("(call $write_register (i64.const 0) (i64.const 8) (i64.const 0))", 4n)[0],
    BASE + READ_MEMORY + 8n * READ_MEMORY_BYTE + WRITE_REGISTER + 8n * WRITE_REGISTER_BYTE,
  );
  const input = BASE + WRITE_REGISTER;
  assert.equal(hostGas("(call $input (i64.const 0))", 2n)[0], input);
  assert.equal(hostGas("(drop (call $register_len (i64.const 0)))", 3n)[0], BASE);
  const [gas] = hostGas("(call $input (i64.const 0)) (call $read_register (i64.const 0) (i64.const 16))", 5n);
  const read = BASE + READ_REGISTER + 5n * READ_REGISTER_BYTE + WRITE_MEMORY + 5n * WRITE_MEMORY_BYTE;
  assert.equal(gas, input + read);
  const account = hostGas("(call $account (i64.const 0))", 2n)[0];
  assert.equal(account, BASE + WRITE_REGISTER + 10n * WRITE_REGISTER_BYTE);
  assert.equal(
    hostGas("(call $deposit (i64.const 0))", 2n)[0],
    BASE + WRITE_MEMORY + 16n * WRITE_MEMORY_BYTE,
  );
});

test("behavior: sha256 by the byte, ripemd160 by the block of padding", () => {
  const read = READ_MEMORY + 8n * READ_MEMORY_BYTE;
  assert.equal(
    hostGas("(call $sha256 (i64.const 8) (i64.const 0) (i64.const 0))", 4n)[0],
    4_540_970_250n + 8n * 24_117_351n + read + WRITE_REGISTER + 32n * WRITE_REGISTER_BYTE,
  );
  const ripemd = (length: bigint): bigint =>
    hostGas(`(call $ripemd160 (i64.const ${length}) (i64.const 0) (i64.const 0))`, 4n)[0];
  assert.equal(ripemd(8n), 853_675_086n + 680_107_584n + read + WRITE_REGISTER + 20n * WRITE_REGISTER_BYTE);
  assert.equal(ripemd(56n) - ripemd(55n), 680_107_584n + READ_MEMORY_BYTE);
});

test("behavior: used_gas sees every operator before the call", () => {
  const body = `(i64.store (i32.const 0) (call $used_gas)) (call $return (i64.const 8) (i64.const 0))`;
  const text = withHost(IMPORTS, "", body);
  const outcome = call(text);
  assert.ok(outcome.returnValue.kind === "Value");
  const seen = Buffer.from(outcome.returnValue.bytes).readBigUInt64LE();
  const loading = 35_445_963n + 1_089_295n * BigInt(assemble(text).length);
  assert.equal(seen, loading + (ENTRY + 2n) * OP + BASE);
});

test("behavior: the profile adds up to what was burnt", () => {
  const { gasProfile, burntGas, wasmInstructionGas } = hostGas(WRITE, 7n, { nodes: 3 })[1];
  const sum = [...gasProfile.values()].reduce((total, gas) => total + gas, 0n);
  assert.equal(sum + wasmInstructionGas, burntGas);
  assert.equal(gasProfile.get("storage_write_base"), 64_196_736_000n);
  assert.equal(gasProfile.get("read_cached_trie_node"), 3n * 2_280_000_000n);
});
