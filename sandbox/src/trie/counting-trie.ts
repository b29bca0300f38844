/**
 * A trie of the shape of nearcore's state trie that keeps keys only: it says how many nodes a lookup passes, which is
 * what writes and removes pay for. Nodes never change, so that an old root is a snapshot (the chunk's start).
 */
export type CountingTrie = TrieNode | null;

/** A node; the same node is the same object as long as nothing below it changes. */
export type TrieNode = Leaf | Extension | Branch;

/** The rest of a key, in nibbles. */
interface Leaf {
  readonly kind: "Leaf";
  readonly nibbles: Uint8Array;
}

/** Nibbles that all keys below share. */
interface Extension {
  readonly kind: "Extension";
  readonly nibbles: Uint8Array;
  readonly child: TrieNode;
}

interface Branch {
  readonly kind: "Branch";
  /** Sixteen, by nibble. */
  readonly children: readonly (TrieNode | null)[];
  /** Whether a key ends here. */
  readonly hasValue: boolean;
}

/** A tag and the memory usage. */
const NODE_BYTES = 1 + 8;
const HASH_BYTES = 32;
/** Length and hash. */
const VALUE_REFERENCE_BYTES = 4 + HASH_BYTES;
const CHILDREN_MASK_BYTES = 2;
const KEY_LENGTH_BYTES = 4;

const NO_NIBBLES = new Uint8Array();
const NO_CHILDREN: readonly null[] = Array.from({ length: 16 }, () => null);

export const EMPTY_TRIE: CountingTrie = null;

/** The trie with `key` in it (the same one if it was). */
export function insertKey(trie: CountingTrie, key: Uint8Array): CountingTrie {
  return insert(trie, toNibbles(key));
}

/** The trie without `key` (the same one if it was not there). */
export function removeKey(trie: CountingTrie, key: Uint8Array): CountingTrie {
  return remove(trie, toNibbles(key));
}

export function hasKey(trie: CountingTrie, key: Uint8Array): boolean {
  return walk(trie, key).found;
}

/** The nodes that a lookup of `key` passes, from the root on. */
export function nodesPassed(trie: CountingTrie, key: Uint8Array): readonly TrieNode[] {
  return walk(trie, key).nodes;
}

/** Bytes of the node in nearcore's encoding (RawTrieNodeWithSize), as a storage proof has it. */
export function encodedNodeBytes(node: TrieNode): number {
  switch (node.kind) {
    case "Leaf":
      return NODE_BYTES + encodedKeyBytes(node.nibbles) + VALUE_REFERENCE_BYTES;
    case "Extension":
      return NODE_BYTES + encodedKeyBytes(node.nibbles) + HASH_BYTES;
    case "Branch": {
      const children = node.children.filter((child) => child !== null).length;
      const value = node.hasValue ? VALUE_REFERENCE_BYTES : 0;
      return NODE_BYTES + CHILDREN_MASK_BYTES + children * HASH_BYTES + value;
    }
  }
}

/** Nodes that a lookup of `key` passes, plus one (the value) if the key is there: what nearcore charges a change. */
export function nodesOnPath(trie: CountingTrie, key: Uint8Array): number {
  const { nodes, found } = walk(trie, key);
  return nodes.length + (found ? 1 : 0);
}

function walk(trie: CountingTrie, key: Uint8Array): { nodes: readonly TrieNode[]; found: boolean } {
  const nodes: TrieNode[] = [];
  let rest = toNibbles(key);
  let node = trie;
  for (;;) {
    if (node === null) return { nodes, found: false };
    nodes.push(node);
    switch (node.kind) {
      case "Leaf":
        return { nodes, found: sharedLength(node.nibbles, rest) === longest(node.nibbles, rest) };
      case "Extension":
        if (sharedLength(node.nibbles, rest) < node.nibbles.length) return { nodes, found: false };
        rest = rest.subarray(node.nibbles.length);
        node = node.child;
        break;
      case "Branch":
        if (rest.length === 0) return { nodes, found: node.hasValue };
        node = node.children[rest[0]!]!;
        rest = rest.subarray(1);
        break;
    }
  }
}

function insert(node: CountingTrie, rest: Uint8Array): TrieNode {
  if (node === null) return leaf(rest);
  switch (node.kind) {
    case "Leaf":
      return insertAtLeaf(node, rest);
    case "Extension":
      return insertAtExtension(node, rest);
    case "Branch": {
      if (rest.length === 0) return node.hasValue ? node : { ...node, hasValue: true };
      const child = node.children[rest[0]!]!;
      const changed = insert(child, rest.subarray(1));
      return changed === child ? node : withChild(node, rest[0]!, changed);
    }
  }
}

function insertAtLeaf(node: Leaf, rest: Uint8Array): TrieNode {
  const shared = sharedLength(node.nibbles, rest);
  if (shared === longest(node.nibbles, rest)) return node;
  const branch = insert(insert(emptyBranch(), node.nibbles.subarray(shared)), rest.subarray(shared));
  return prefixed(rest.subarray(0, shared), branch);
}

function insertAtExtension(node: Extension, rest: Uint8Array): TrieNode {
  const shared = sharedLength(node.nibbles, rest);
  if (shared === node.nibbles.length) {
    const child = insert(node.child, rest.subarray(shared));
    return child === node.child ? node : { ...node, child };
  }
  const below = prefixed(node.nibbles.subarray(shared + 1), node.child);
  const branch = insert(withChild(emptyBranch(), node.nibbles[shared]!, below), rest.subarray(shared));
  return prefixed(rest.subarray(0, shared), branch);
}

function remove(node: CountingTrie, rest: Uint8Array): CountingTrie {
  if (node === null) return null;
  switch (node.kind) {
    case "Leaf":
      return sharedLength(node.nibbles, rest) === longest(node.nibbles, rest) ? null : node;
    case "Extension": {
      if (sharedLength(node.nibbles, rest) < node.nibbles.length) return node;
      const child = remove(node.child, rest.subarray(node.nibbles.length));
      if (child === node.child) return node;
      return child === null ? null : prefixed(node.nibbles, child);
    }
    case "Branch": {
      if (rest.length === 0) return node.hasValue ? squashed({ ...node, hasValue: false }) : node;
      const child = node.children[rest[0]!]!;
      const changed = remove(child, rest.subarray(1));
      return changed === child ? node : squashed(withChild(node, rest[0]!, changed));
    }
  }
}

/** A branch with one way on is no branch. */
function squashed(branch: Branch): CountingTrie {
  const ways = branch.children.flatMap((child, nibble) => (child === null ? [] : [{ child, nibble }]));
  const [first, second] = ways;
  if (first === undefined) return branch.hasValue ? leaf(NO_NIBBLES) : null;
  if (second !== undefined || branch.hasValue) return branch;
  return prefixed(Uint8Array.of(first.nibble), first.child);
}

/** `node` behind more nibbles, in its shortest form. */
function prefixed(nibbles: Uint8Array, node: TrieNode): TrieNode {
  if (nibbles.length === 0) return node;
  switch (node.kind) {
    case "Leaf":
      return leaf(concat(nibbles, node.nibbles));
    case "Extension":
      return { kind: "Extension", nibbles: concat(nibbles, node.nibbles), child: node.child };
    case "Branch":
      return { kind: "Extension", nibbles: Uint8Array.from(nibbles), child: node };
  }
}

function leaf(nibbles: Uint8Array): Leaf {
  return { kind: "Leaf", nibbles: Uint8Array.from(nibbles) };
}

function emptyBranch(): Branch {
  return { kind: "Branch", children: NO_CHILDREN, hasValue: false };
}

function withChild(branch: Branch, nibble: number, child: CountingTrie): Branch {
  return { ...branch, children: branch.children.with(nibble, child) };
}

function toNibbles(key: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(key.length * 2);
  key.forEach((byte, i) => {
    nibbles[2 * i] = byte >> 4;
    nibbles[2 * i + 1] = byte & 0x0f;
  });
  return nibbles;
}

/** Two nibbles a byte, behind one or two nibbles of flags. */
function encodedKeyBytes(nibbles: Uint8Array): number {
  return KEY_LENGTH_BYTES + Math.floor(nibbles.length / 2) + 1;
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const limit = Math.min(a.length, b.length);
  let i = 0;
  while (i < limit && a[i] === b[i]) i++;
  return i;
}

function longest(a: Uint8Array, b: Uint8Array): number {
  return Math.max(a.length, b.length);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
