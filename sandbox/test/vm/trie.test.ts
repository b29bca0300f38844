import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type CountingTrie,
  EMPTY_TRIE,
  encodedNodeBytes,
  hasKey,
  insertKey,
  nodesOnPath,
  nodesPassed,
  removeKey,
} from "../../src/trie/counting-trie.ts";
import { accessKeyKey, accountKey, contractCodeKey, contractDataKey } from "../../src/trie/trie-keys.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const trieOf = (...keys: Uint8Array[]): CountingTrie => keys.reduce(insertKey, EMPTY_TRIE);

test("behavior: an empty trie has no nodes; a lone leaf is one node, and one more when it is the key", () => {
  assert.equal(nodesOnPath(EMPTY_TRIE, bytes(1)), 0);
  assert.equal(nodesOnPath(trieOf(bytes(1)), bytes(1)), 2);
  assert.equal(nodesOnPath(trieOf(bytes(1)), bytes(2)), 1);
});

test("behavior: keys that part are extension, branch, leaf", () => {
  // 0x12 and 0x13 share nibble 1: extension(1), branch, leaf
  const trie = trieOf(bytes(0x12), bytes(0x13));
  assert.equal(nodesOnPath(trie, bytes(0x12)), 4);
  assert.equal(nodesOnPath(trie, bytes(0x14)), 2);
  assert.equal(nodesOnPath(trie, bytes(0x22)), 1);
  // 0x12 and 0x22 share nothing: branch, leaf
  assert.equal(nodesOnPath(trieOf(bytes(0x12), bytes(0x22)), bytes(0x12)), 3);
  // 0x12 begins 0x1234: extension(12), branch with the value
  const nested = trieOf(bytes(0x12), bytes(0x12, 0x34));
  assert.equal(nodesOnPath(nested, bytes(0x12)), 3);
  assert.equal(nodesOnPath(nested, bytes(0x12, 0x34)), 4);
});

test("behavior: a trie has one shape, whatever the order of changes, and removing undoes inserting", () => {
  const keys = fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 3 }), {
    selector: (key) => Buffer.from(key).toString("hex"),
    maxLength: 30,
  });
  fc.assert(
    fc.property(keys, keys, (kept, extra) => {
      const isKept = (key: Uint8Array): boolean => kept.some((other) => Buffer.compare(key, other) === 0);
      const expected = trieOf(...kept);
      assert.deepEqual(trieOf(...[...kept].reverse()), expected);
      const grown = extra.reduce(insertKey, expected);
      assert.ok([...kept, ...extra].every((key) => hasKey(grown, key)));
      const shrunk = extra.filter((key) => !isKept(key)).reduce(removeKey, grown);
      assert.deepEqual(shrunk, expected);
    }),
  );
});

test("behavior: an old root is a snapshot", () => {
  const before = trieOf(bytes(0x12));
  insertKey(before, bytes(0x13));
  assert.equal(nodesOnPath(before, bytes(0x12)), 2);
});

test("behavior: nodes on a path have the sizes of nearcore's encoding", () => {
  const sizes = (trie: CountingTrie, key: Uint8Array): number[] =>
    nodesPassed(trie, key).map(encodedNodeBytes);
  // tag, length and flagged key (2 nibbles), length and hash of the value, memory usage
  assert.deepEqual(sizes(trieOf(bytes(1)), bytes(1)), [1 + 4 + 2 + 36 + 8]);
  // extension of 1 nibble, branch of 2 children, leaf without nibbles
  const parted = [1 + 4 + 1 + 32 + 8, 1 + 2 + 64 + 8, 1 + 4 + 1 + 36 + 8];
  assert.deepEqual(sizes(trieOf(bytes(0x12), bytes(0x13)), bytes(0x12)), parted);
  // extension of 2 nibbles, branch with a value and 1 child
  assert.deepEqual(sizes(trieOf(bytes(0x12), bytes(0x12, 0x34)), bytes(0x12)), [
    1 + 4 + 2 + 32 + 8,
    1 + 36 + 2 + 32 + 8,
  ]);
});

test("behavior: keys are nearcore's", () => {
  const hex = (key: Uint8Array): string => Buffer.from(key).toString("hex");
  assert.equal(hex(accountKey("ab")), "006162");
  assert.equal(hex(contractCodeKey("ab")), "016162");
  assert.equal(hex(accessKeyKey("ab", bytes(0, 9))), "026162020009");
  assert.equal(hex(contractDataKey("ab", bytes(0xff))), "0961622cff");
});
