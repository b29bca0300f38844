import { createHash } from "node:crypto";
import { FormatError } from "../attestation/strict-fields.ts";
import { parsePublicKey } from "../crypto/keys.ts";

/** Who may approve: pinned in a program's image. */
export interface Committee {
  /** Merkle root over the members' keys, 32 bytes, lower-case hex. */
  readonly root: string;
  /** How many members must sign. */
  readonly threshold: number;
}

/** Proves that a key is in the committee: from the leaf up, which sibling stands on which side. */
export type CommitteePath = readonly { readonly side: "left" | "right"; readonly hash: string }[];

/**
 * The root over these `ed25519:…` keys, in whatever order they are given. Leaves are SHA-256 of `00` and the raw
 * key, nodes of `01` and both children; an odd node moves up as it is. Source: recovery-services.md §4.3.
 *
 * Throws KeyError, and FormatError for no keys, too many, or one twice.
 */
export function committeeRoot(publicKeys: readonly string[]): string {
  return hex(levels(publicKeys).at(-1)![0]!);
}

/** The path of one member. Throws as `committeeRoot` does, and FormatError for a key that isn't among them. */
export function committeePath(publicKeys: readonly string[], member: string): CommitteePath {
  const tree = levels(publicKeys);
  let index = sortedKeys(publicKeys).indexOf(member);
  if (index < 0) throw new FormatError("committee", `the member ${member}`);
  const path: { side: "left" | "right"; hash: string }[] = [];
  for (const level of tree.slice(0, -1)) {
    const sibling = level[index ^ 1];
    if (sibling !== undefined) path.push({ side: index % 2 === 1 ? "left" : "right", hash: hex(sibling) });
    index >>= 1;
  }
  return path;
}

/** The root that a key's path leads to. Throws KeyError for a text that isn't an ed25519 key. */
export function rootOfPath(publicKey: string, path: CommitteePath): string {
  const leaf = leafHash(publicKey);
  return hex(
    path.reduce((node, { side, hash }) => {
      const sibling = Buffer.from(hash, "hex");
      return side === "left" ? nodeHash(sibling, node) : nodeHash(node, sibling);
    }, leaf),
  );
}

/** How many members a committee may have. */
export const MAX_COMMITTEE = 256;

function levels(publicKeys: readonly string[]): readonly (readonly Buffer[])[] {
  const keys = sortedKeys(publicKeys);
  if (keys.length === 0 || keys.length > MAX_COMMITTEE || new Set(keys).size !== keys.length) {
    throw new FormatError("committee", `1 to ${MAX_COMMITTEE} different keys`);
  }
  const tree = [keys.map(leafHash)];
  for (let level = tree[0]!; level.length > 1; level = tree.at(-1)!) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, at) =>
      level.slice(2 * at, 2 * at + 2),
    );
    tree.push(pairs.map(([left, right]) => (right === undefined ? left! : nodeHash(left!, right))));
  }
  return tree;
}

function sortedKeys(publicKeys: readonly string[]): string[] {
  return [...publicKeys].sort();
}

function leafHash(publicKey: string): Buffer {
  return sha256(Buffer.of(0), parsePublicKey(publicKey, "ed25519"));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.of(1), left, right);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
