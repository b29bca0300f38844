import { combineHashes, type MerklePath, type MerklePathItem, siblingOf, sideOfSibling } from "./merkle.ts";

/**
 * nearcore's merkle tree over all block hashes, which every header commits to. Only complete subtrees are kept: the
 * tree of every earlier size follows from them. Leaves are numbered from 0, the genesis block.
 */
export interface BlockTree {
  size: number;
  /** Roots of complete subtrees of 2^level leaves by their position in the level. */
  readonly levels: Map<number, Uint8Array>[];
}

export function emptyBlockTree(): BlockTree {
  return { size: 0, levels: [] };
}

export function appendBlock(tree: BlockTree, blockHash: Uint8Array): void {
  let node = blockHash;
  let position = tree.size;
  for (let level = 0; ; level++) {
    levelOf(tree, level).set(position, node);
    if (position % 2 === 0) break;
    node = combineHashes(tree.levels[level]!.get(position - 1)!, node);
    position = (position - 1) / 2;
  }
  tree.size++;
}

/** Root over all leaves; 32 zero bytes when there are none. */
export function blockTreeRoot(tree: BlockTree): Uint8Array {
  return subtreeRoot(tree, heightOf(tree.size), 0, tree.size) ?? new Uint8Array(32);
}

/**
 * Path from a leaf to the root that the tree had at `size`, or null when the leaf isn't in that tree or has been
 * forgotten.
 */
export function blockPath(tree: BlockTree, leaf: number, size: number): MerklePath | null {
  if (leaf >= size || size > tree.size || tree.levels[0]?.get(leaf) === undefined) return null;
  const path: MerklePathItem[] = [];
  let node = leaf;
  for (let level = 0; level < heightOf(size); level++) {
    const hash = subtreeRoot(tree, level, siblingOf(node), size);
    if (hash !== null) path.push({ hash, direction: sideOfSibling(node) });
    node = Math.floor(node / 2);
  }
  return path;
}

/** Drops what neither paths from leaves at `oldest` or later nor the growing edge need. */
export function forgetLeaves(tree: BlockTree, oldest: number): void {
  for (const [level, nodes] of tree.levels.entries()) {
    const firstNeeded = Math.floor(oldest / 2 ** level) - 1;
    for (const position of nodes.keys()) {
      if (position >= firstNeeded) break;
      nodes.delete(position);
    }
  }
}

function levelOf(tree: BlockTree, level: number): Map<number, Uint8Array> {
  const nodes = tree.levels[level] ?? new Map<number, Uint8Array>();
  tree.levels[level] = nodes;
  return nodes;
}

/** Root of the subtree as it was when the tree had `size` leaves; null when none of them is in it. */
function subtreeRoot(tree: BlockTree, level: number, position: number, size: number): Uint8Array | null {
  const width = 2 ** level;
  if (position * width >= size) return null;
  if ((position + 1) * width <= size) return tree.levels[level]!.get(position)!;
  const left = subtreeRoot(tree, level - 1, 2 * position, size)!;
  const right = subtreeRoot(tree, level - 1, 2 * position + 1, size);
  return right === null ? left : combineHashes(left, right);
}

/** Number of levels above the leaves. */
function heightOf(size: number): number {
  let height = 0;
  while (2 ** height < size) height++;
  return height;
}
