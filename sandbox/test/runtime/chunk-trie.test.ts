import assert from "node:assert/strict";
import { test } from "node:test";
import { chunkTrie } from "../../src/runtime/chunk-trie.ts";

const KEY = Buffer.from("key");

test("a chunk sees the trie as of its start: charged nodes, and nodes that count towards the storage proof", () => {
  const trie = chunkTrie();
  trie.setAccount("alice.near", true);
  trie.setData("alice.near", "key", true);
  assert.equal(trie.chargeableNodes("alice.near", KEY), 0, "changed earlier in the same chunk");
  assert.deepEqual(trie.nodesPassed("alice.near", KEY), []);
  trie.flush();
  const nodes = trie.nodesPassed("alice.near", KEY);
  assert.ok(nodes.length > 0);
  assert.equal(trie.chargeableNodes("alice.near", KEY), nodes.length + 1, "one more for the value");
  trie.setData("alice.near", "key", false);
  assert.deepEqual(trie.nodesPassed("alice.near", KEY), []);
  trie.flush();
  assert.equal(trie.chargeableNodes("alice.near", KEY), trie.nodesPassed("alice.near", KEY).length);
});
