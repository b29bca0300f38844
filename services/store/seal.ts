import { randomBytes } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { StoreKey } from "./store-key.ts";

/**
 * What a sealed file belongs to. It stands readable at the head of the file and is bound to the contents as
 * associated data, so that a file can't be passed off as that of another network, contract, account or keyset.
 */
export interface SealContext {
  readonly network: string;
  readonly contract: string;
  readonly account: string;
  readonly keyset_hash: string;
  readonly epoch_id: number;
}

export type Opened =
  | { readonly kind: "opened"; readonly context: SealContext; readonly plaintext: Uint8Array }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "other_key"; readonly key_id: string };

const FORMAT = "mpc-recovery-sealed-v1";
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const MAX_HEADER_BYTES = 2_048;
const NEWLINE = 10;

/**
 * Seals bytes with XChaCha20-Poly1305: one line of JSON header (the associated data), then nonce, then ciphertext.
 * The nonce is random and has 24 bytes, so one key can seal any number of files.
 */
export function seal(key: StoreKey, context: SealContext, plaintext: Uint8Array): Uint8Array {
  const header = Buffer.from(
    `${JSON.stringify({ format: FORMAT, key_id: key.id, ...orderedContext(context) })}\n`,
  );
  const nonce = randomBytes(NONCE_BYTES);
  const body = xchacha20poly1305(key.bytes, nonce, header).encrypt(plaintext);
  return Buffer.concat([header, nonce, body]);
}

/**
 * Opens a sealed file. A torn or changed file is `damaged`; which of both can't be told. A caller must still
 * compare `context` with what it expected.
 */
export function open(key: StoreKey, file: Uint8Array): Opened {
  const end = file.subarray(0, MAX_HEADER_BYTES).indexOf(NEWLINE);
  if (end < 0) return { kind: "damaged", reason: "the header line is missing or cut off" };
  const header = file.subarray(0, end + 1);
  const parsed = parseHeader(header);
  if (parsed === undefined) return { kind: "damaged", reason: `the header isn't a ${FORMAT} header` };
  if (parsed.keyId !== key.id) return { kind: "other_key", key_id: parsed.keyId };
  if (file.length < header.length + NONCE_BYTES + TAG_BYTES)
    return { kind: "damaged", reason: "the file is cut off" };
  const nonce = file.subarray(header.length, header.length + NONCE_BYTES);
  try {
    const body = file.subarray(header.length + NONCE_BYTES);
    const plaintext = xchacha20poly1305(key.bytes, nonce, header).decrypt(body);
    return { kind: "opened", context: parsed.context, plaintext };
  } catch {
    return { kind: "damaged", reason: "the contents don't match their authentication tag" };
  }
}

/** Whether a sealed file's context is exactly the expected one. */
export function sameContext(a: SealContext, b: SealContext): boolean {
  return JSON.stringify(orderedContext(a)) === JSON.stringify(orderedContext(b));
}

function orderedContext({ network, contract, account, keyset_hash, epoch_id }: SealContext): SealContext {
  return { network, contract, account, keyset_hash, epoch_id };
}

function parseHeader(header: Uint8Array): { keyId: string; context: SealContext } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(header).toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { format, key_id, network, contract, account, keyset_hash, epoch_id } = value as Record<
      string,
      unknown
    >;
    if (format !== FORMAT || typeof key_id !== "string" || typeof epoch_id !== "number") return undefined;
    if (typeof network !== "string" || typeof contract !== "string") return undefined;
    if (typeof account !== "string" || typeof keyset_hash !== "string") return undefined;
    return { keyId: key_id, context: { network, contract, account, keyset_hash, epoch_id } };
  } catch {
    return undefined;
  }
}
