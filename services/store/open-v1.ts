import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { Opened } from "./seal.ts";
import { parseContext, type SealContext } from "./seal-context.ts";
import type { StoreKey } from "./store-key.ts";

const FORMAT = "mpc-recovery-sealed-v1";
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const MAX_HEADER_BYTES = 2_048;
const NEWLINE = 10;

/**
 * Opens a file of the first format, which is no longer written: one line of JSON header (the associated data), a
 * nonce, and XChaCha20-Poly1305 under the store key itself. Such a file may be the only copy of a share.
 */
export function openV1(key: StoreKey, file: Uint8Array): Opened {
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
    return { kind: "opened", context: parsed.context, plaintext, recipients: "none" };
  } catch {
    return { kind: "damaged", reason: "the contents don't match their authentication tag" };
  }
}

function parseHeader(header: Uint8Array): { keyId: string; context: SealContext } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(header).toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const fields = value as Record<string, unknown>;
    const context = parseContext(fields);
    if (fields.format !== FORMAT || typeof fields.key_id !== "string" || context === undefined)
      return undefined;
    return { keyId: fields.key_id, context };
  } catch {
    return undefined;
  }
}
