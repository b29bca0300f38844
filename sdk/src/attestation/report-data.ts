import { createHash } from "node:crypto";
import { parsePublicKey } from "../crypto/keys.ts";

/** The two keys that a quote speaks for, both `ed25519:…`: of the machine's TLS, and of its NEAR account. */
export interface AttestedKeys {
  readonly tls_public_key: string;
  readonly account_public_key: string;
}

/**
 * The 64 bytes of report data for these keys: version `0001`, SHA3-384 of the two raw keys, zeros.
 *
 * Throws KeyError for keys that aren't ed25519. Source: recovery-services.md §4.2.
 */
export function reportDataFor(keys: AttestedKeys): Uint8Array {
  const hash = createHash("sha3-384")
    .update(parsePublicKey(keys.tls_public_key, "ed25519"))
    .update(parsePublicKey(keys.account_public_key, "ed25519"))
    .digest();
  return Buffer.concat([VERSION, hash], REPORT_DATA_BYTES);
}

/** How many bytes of report data a quote carries. */
export const REPORT_DATA_BYTES = 64;

const VERSION = Buffer.from("0001", "hex");
