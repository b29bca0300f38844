/** A keyset that a node checked its shares against must be the contract's own. Source: contract.md §4.5. */
import type { DomainId } from "../brand.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Keyset } from "../state.ts";

/** Refuses with EPOCH_MISMATCH or KEYSET_MISMATCH unless epoch, domains, keys and attempts are equal. */
export function requireEqualKeyset(provided: Keyset, expected: Keyset, { ports }: Context): void {
  // The hash covers all of it, and that of the stored keyset is known without reading it.
  if (ports.keysetHash(provided) !== ports.keysetHash(expected)) refuseDifference(provided, expected);
}

function refuseDifference(provided: Keyset, expected: Keyset): void {
  if (provided.epoch_id !== expected.epoch_id) {
    refuse("EPOCH_MISMATCH", { provided: provided.epoch_id, expected: expected.epoch_id });
  }
  for (const wanted of expected.domains) {
    const { domain_id } = wanted;
    const found = provided.domains.find((domain) => domain.domain_id === domain_id);
    if (!found) refuse("KEYSET_MISMATCH", { part: "missing_domain", domain_id });
    if (found.key !== wanted.key) refuse("KEYSET_MISMATCH", { part: "key", domain_id });
    if (found.attempt !== wanted.attempt) refuse("KEYSET_MISMATCH", { part: "attempt", domain_id });
  }
  // Every expected domain was found, so a longer list holds a domain that is unknown or listed twice.
  if (provided.domains.length > expected.domains.length) {
    refuse("KEYSET_MISMATCH", { part: "extra_domain", domain_id: surplusDomain(provided, expected) });
  }
}

function surplusDomain(provided: Keyset, expected: Keyset): DomainId {
  const surplus = provided.domains.find(
    ({ domain_id }, at) =>
      !expected.domains.some((domain) => domain.domain_id === domain_id) ||
      provided.domains.findIndex((domain) => domain.domain_id === domain_id) !== at,
  );
  if (!surplus) throw new Error("a longer keyset has no surplus domain");
  return surplus.domain_id;
}
