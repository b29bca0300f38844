import { timingSafeEqual } from "node:crypto";

/**
 * Compares two keys, secrets or digests in a time that depends on their length only.
 *
 * Returns false when the lengths differ. Use it wherever one side came from a peer.
 */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Compares two keys in text form (`ed25519:…`) the same way; the kind is part of the comparison. */
export function equalKeyTexts(left: string, right: string): boolean {
  return equalBytes(Buffer.from(left, "utf8"), Buffer.from(right, "utf8"));
}
