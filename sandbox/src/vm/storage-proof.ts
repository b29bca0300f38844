import { encodedNodeBytes, type TrieNode } from "../trie/counting-trie.ts";
import type { CallState } from "./call-state.ts";
import { HostError } from "./host-error.ts";

/** nearcore reckons with this much for the nodes that a removal may pull into the proof. */
const REMOVAL_BYTES = 2000n;

/** What a call has added to the storage proof that validators need to repeat it. */
export interface StorageProof {
  readonly nodes: Set<TrieNode>;
  /** Keys whose values are in, as latin-1 strings. */
  readonly values: Set<string>;
  bytes: bigint;
}

export function storageProof(): StorageProof {
  return { nodes: new Set(), values: new Set(), bytes: 0n };
}

/** Notes that the key was looked up. */
export function recordLookup(state: CallState, key: Uint8Array, keyText: string): void {
  if (state.storageChanges.has(keyText)) return;
  const { proof, request } = state;
  for (const node of request.storage.nodesPassed?.(key) ?? []) {
    if (proof.nodes.has(node)) continue;
    proof.nodes.add(node);
    proof.bytes += BigInt(encodedNodeBytes(node));
  }
}

/** Notes that the key's value, as it was before this call, was read. */
export function recordValue(state: CallState, keyText: string, value: Uint8Array): void {
  const { proof } = state;
  if (state.storageChanges.has(keyText) || proof.values.has(keyText)) return;
  proof.values.add(keyText);
  proof.bytes += BigInt(value.length);
}

export function recordRemoval(state: CallState): void {
  state.proof.bytes += REMOVAL_BYTES;
}

/** Throws `RecordedStorageExceeded` when the call's part of the proof is too large. */
export function checkStorageProof(state: CallState): void {
  const limit = state.request.parameters.limits.per_receipt_storage_proof_size_limit!;
  if (state.proof.bytes > limit) throw new HostError("RecordedStorageExceeded", { limit });
}
