import { createHash } from "node:crypto";

/** Root of nearcore's merkle tree over leaf hashes: an odd last node is promoted; no leaves give 32 zero bytes. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return new Uint8Array(32);
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const right = level[index + 1];
      above.push(right === undefined ? level[index]! : combineHashes(level[index]!, right));
    }
    level = above;
  }
  return level[0]!;
}

/** The right edge of a growing merkle tree (nearcore's `PartialMerkleTree`). */
export interface GrowingTree {
  readonly path: readonly Uint8Array[];
  readonly size: number;
}

export const EMPTY_TREE: GrowingTree = { path: [], size: 0 };

export function appendLeaf(tree: GrowingTree, leaf: Uint8Array): GrowingTree {
  const path = [...tree.path];
  let node = leaf;
  for (let size = tree.size; size % 2 === 1; size = (size - 1) / 2) node = combineHashes(path.pop()!, node);
  path.push(node);
  return { path, size: tree.size + 1 };
}

export function growingRoot(tree: GrowingTree): Uint8Array {
  if (tree.path.length === 0) return new Uint8Array(32);
  return tree.path.reduceRight((right, left) => combineHashes(left, right));
}

export function combineHashes(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash("sha256").update(left).update(right).digest();
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
