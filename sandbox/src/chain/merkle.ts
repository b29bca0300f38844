import { createHash } from "node:crypto";

/** A sibling on the way from a leaf to the root, and on which side of the way it lies. */
export interface MerklePathItem {
  readonly hash: Uint8Array;
  readonly direction: "Left" | "Right";
}

export type MerklePath = readonly MerklePathItem[];

/** nearcore's merkle tree: level 0 has the leaves, the last level the root. An odd last node is promoted as it is. */
export type MerkleTree = readonly (readonly Uint8Array[])[];

export function merkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  const levels = [leaves];
  while (levels.at(-1)!.length > 1) levels.push(levelAbove(levels.at(-1)!));
  return levels;
}

/** The root; 32 zero bytes for a tree without leaves. */
export function merkleRoot(tree: MerkleTree): Uint8Array {
  return tree.at(-1)![0] ?? new Uint8Array(32);
}

/** Siblings from the `index`-th leaf up to the root. */
export function merklePath(tree: MerkleTree, index: number): MerklePath {
  return tree.flatMap((level, height): MerklePathItem[] => {
    const node = Math.floor(index / 2 ** height);
    const hash = level[siblingOf(node)];
    return hash === undefined ? [] : [{ hash, direction: sideOfSibling(node) }];
  });
}

export function siblingOf(node: number): number {
  return node % 2 === 0 ? node + 1 : node - 1;
}

export function sideOfSibling(node: number): "Left" | "Right" {
  return node % 2 === 0 ? "Right" : "Left";
}

export function combineHashes(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash("sha256").update(left).update(right).digest();
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const right = level[index + 1];
    above.push(right === undefined ? level[index]! : combineHashes(level[index]!, right));
  }
  return above;
}
