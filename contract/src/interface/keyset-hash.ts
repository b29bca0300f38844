/** The hash that names a keyset in receipts, on disk and between programs. Source: contract.md §1. */
import type { Sha256Hex } from "../protocol/brand.ts";
import type { Keyset } from "../protocol/state.ts";

const TAG = "mpc-recovery/keyset/v1";

/**
 * The bytes that are hashed, as ASCII text: the tag, then RFC 8785 JSON of `{epoch_id, domains}` with the domains
 * sorted by id. Canonical here means members sorted by name and no spaces; ids are whole numbers, keys plain ASCII.
 */
export function keysetPreimage(keyset: Keyset): string {
  const domains = [...keyset.domains].sort((a, b) => a.domain_id - b.domain_id);
  const written = domains.map(
    ({ attempt, domain_id, key }) => `{"attempt":${attempt},"domain_id":${domain_id},"key":"${key}"}`,
  );
  return `${TAG}{"domains":[${written.join(",")}],"epoch_id":${keyset.epoch_id}}`;
}

/** `sha256Hex` hashes ASCII text to 64 lower-case hex characters. */
export function keysetHash(keyset: Keyset, sha256Hex: (text: string) => string): Sha256Hex {
  return sha256Hex(keysetPreimage(keyset)) as Sha256Hex;
}
