import { createHash } from "node:crypto";
import type { Keyset } from "./keyshare.ts";

/** The keyset's hash as contract.md §1 defines it: lower-case hex, 64 characters. */
export function keysetHash(keyset: Keyset): string {
  const domains = [...keyset.domains]
    .sort((a, b) => a.domain_id - b.domain_id)
    .map(({ attempt, domain_id, key }) => ({ attempt, domain_id, key }));
  const canonical = JSON.stringify({ domains, epoch_id: keyset.epoch_id });
  return createHash("sha256").update("mpc-recovery/keyset/v1").update(canonical).digest("hex");
}
