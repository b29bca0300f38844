import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  appendBlock,
  type BlockTree,
  blockPath,
  blockTreeRoot,
  emptyBlockTree,
  forgetLeaves,
} from "../../src/chain/block-tree.ts";
import { merklePath, merkleRoot, merkleTree } from "../../src/chain/merkle.ts";

const LEAVES = Array.from({ length: 300 }, (_, index) => createHash("sha256").update(String(index)).digest());

test("property: roots and paths are those of the plain tree over the first leaves", () => {
  const tree = treeOf(LEAVES.length);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: LEAVES.length }), fc.nat(), (size, choice) => {
      const leaf = choice % size;
      const plain = merkleTree(LEAVES.slice(0, size));
      assert.deepEqual(blockPath(tree, leaf, size), merklePath(plain, leaf));
      assert.deepEqual(blockTreeRoot(treeOf(size)), merkleRoot(plain));
    }),
  );
});

test("property: forgetting old leaves keeps the paths of the others, also of what comes later", () => {
  const sizes = fc.integer({ min: 1, max: LEAVES.length });
  fc.assert(
    fc.property(sizes, sizes, fc.nat(), (first, second, choice) => {
      const before = Math.min(first, second);
      const size = Math.max(first, second);
      const tree = treeOf(before);
      const oldest = choice % before;
      forgetLeaves(tree, oldest);
      for (const leaf of LEAVES.slice(before, size)) appendBlock(tree, leaf);
      const plain = merkleTree(LEAVES.slice(0, size));
      assert.deepEqual(blockTreeRoot(tree), merkleRoot(plain));
      for (let leaf = oldest; leaf < size; leaf++) {
        assert.deepEqual(blockPath(tree, leaf, size), merklePath(plain, leaf));
      }
    }),
  );
});

test("a tree that forgets as it grows keeps few nodes", () => {
  const tree = emptyBlockTree();
  for (let round = 0; round < 40; round++) {
    for (const leaf of LEAVES) {
      appendBlock(tree, leaf);
      forgetLeaves(tree, Math.max(0, tree.size - 50));
    }
  }
  const kept = tree.levels.reduce((sum, nodes) => sum + nodes.size, 0);
  assert.equal(tree.size, 40 * LEAVES.length);
  assert.ok(kept < 150, `${kept} nodes`);
  assert.equal(blockPath(tree, tree.size - 100, tree.size), null);
  assert.equal(blockPath(tree, tree.size, tree.size), null);
});

function treeOf(size: number): BlockTree {
  const tree = emptyBlockTree();
  for (const leaf of LEAVES.slice(0, size)) appendBlock(tree, leaf);
  return tree;
}
