import { createHash } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { bech32 } from "@scure/base";

/** How many operators' keys one file may be sealed to. */
export const MAX_AGE_RECIPIENTS = 16;

const PREFIX = "age";
const KEY_BYTES = 32;
const ANY_SCALAR = new Uint8Array(KEY_BYTES).fill(1);

/**
 * Whether a text is an X25519 recipient of age (`age1…`, 62 characters) with a right checksum, and a point that a key
 * can be agreed on with. Source: age-encryption.org/v1. The other kinds of recipients are refused: not every stock
 * `age` opens what is sealed to them.
 */
export function isAgeRecipient(text: string): boolean {
  try {
    const { prefix, bytes } = bech32.decodeToBytes(text);
    return (
      prefix === PREFIX &&
      text === text.toLowerCase() &&
      bytes.length === KEY_BYTES &&
      x25519.getSharedSecret(ANY_SCALAR, bytes).length === KEY_BYTES
    );
  } catch {
    return false;
  }
}

/** 16 hex characters that stand for a set of recipients in any order; `none` for the empty set. */
export function recipientsFingerprint(recipients: readonly string[]): string {
  if (recipients.length === 0) return "none";
  const text = [...new Set(recipients)].sort().join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
