import assert from "node:assert/strict";
import { test } from "node:test";
import { type CountingTrie, EMPTY_TRIE, insertKey } from "../../src/trie/counting-trie.ts";
import { describeActionError, describeViewError } from "../../src/vm/describe-error.ts";
import type { FunctionCallError } from "../../src/vm/interface.ts";
import { type CallOptions, call, withHost } from "./call.ts";

const IMPORTS = `
  (import "env" "storage_read" (func $read (param i64 i64 i64) (result i64)))
  (import "env" "storage_write" (func $write (param i64 i64 i64 i64 i64) (result i64)))
  (import "env" "storage_remove" (func $remove (param i64 i64 i64) (result i64)))
  (import "env" "storage_has_key" (func $has (param i64 i64) (result i64)))`;
const KEYS = "abcdefgh";
const LIMIT = 4_000_000;
const EXCEEDED = { kind: "HostError", name: "RecordedStorageExceeded", fields: { limit: BigInt(LIMIT) } };

const at = (key: string): string => `(i64.const 1) (i64.const ${KEYS.indexOf(key)})`;
const read = (key: string): string => `(drop (call $read ${at(key)} (i64.const 0)))`;
const write = (key: string): string =>
  `(drop (call $write ${at(key)} (i64.const 1) (i64.const 0) (i64.const 0)))`;
const remove = (key: string): string => `(drop (call $remove ${at(key)} (i64.const 0)))`;
const has = (key: string): string => `(drop (call $has ${at(key)}))`;

/** The stored values fill the limit but for `spare` bytes, half of them under "a", half under "b". */
function run(operations: readonly string[], spare = 0, options: CallOptions = {}): FunctionCallError | null {
  const storage = { a: "x".repeat(LIMIT / 2 - spare), b: "x".repeat(LIMIT / 2), c: "x" };
  const context = { prepaidGas: 10n ** 15n, storageUsageBytes: 10n ** 9n };
  // The mock records nothing.
  const found = call(withHost(IMPORTS, KEYS, operations.join(" ")), {
    storage,
    context,
    beyondMock: true,
    ...options,
  });
  return found.error;
}

test("behavior: a call may read values of 4,000,000 bytes and not one more", () => {
  assert.equal(run([read("a"), read("b")]), null);
  assert.deepEqual(run([read("a"), read("b"), read("c")]), EXCEEDED);
  assert.equal(run([read("a"), read("b"), read("c")], 1), null);
});

test("behavior: a value counts once; looking whether a key is there does not count it; new values do not count", () => {
  assert.equal(run([read("a"), read("a"), read("b"), read("b"), has("c"), write("d"), read("d")]), null);
});

test("behavior: replaced and removed values count like read ones, and a removal 2,000 bytes more", () => {
  assert.equal(run([write("a"), read("b")]), null);
  assert.deepEqual(run([write("a"), read("b"), write("c")]), EXCEEDED);
  assert.equal(run([read("a"), remove("b")], 2000), null);
  assert.deepEqual(run([read("a"), remove("b")], 1999), EXCEEDED);
  assert.deepEqual(run([remove("h"), remove("h"), read("a"), read("b")], 3999), EXCEEDED);
});

test("behavior: every trie node on the way counts once with its encoded size", () => {
  const trie = ["a", "b"].reduce<CountingTrie>((all, key) => insertKey(all, Buffer.from(key)), EMPTY_TRIE);
  // "a" and "b" share a nibble: extension, branch of two, and a leaf for each
  const nodes = 46 + 75 + 2 * 50;
  assert.equal(run([read("a"), read("b"), has("a")], nodes, { trie }), null);
  assert.deepEqual(run([read("a"), read("b")], nodes - 1, { trie }), EXCEEDED);
});

test("behavior: the error names the limit as nearcore prints it", () => {
  const error = run([read("a"), read("b"), read("c")]);
  assert.ok(error !== null);
  assert.equal(
    describeViewError(error, "alice.near"),
    "wasm execution failed with error: HostError(RecordedStorageExceeded { limit: 4.0 MB })",
  );
  assert.deepEqual(describeActionError(error, "alice.near").FunctionCallError, {
    ExecutionError: "Size of the recorded trie storage proof has exceeded the allowed limit (4.0 MB)",
  });
});
