import type { Keyset, KeysetDomain, Keyshare } from "./keyshare.ts";

/**
 * Proves with the scheme's mathematics that a share belongs to the public key and to this participant.
 * A scheme's package provides one; `reason` never contains secret material.
 */
export type CheckKeyshare = (
  share: Keyshare,
  expectedPublicKey: string,
  participantId: number,
) => { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The checker of every scheme that a program can hold shares of, by `Keyshare.scheme`. */
export type KeyshareCheckers = Readonly<Record<string, CheckKeyshare>>;

export type KeysharesCheck =
  | { readonly kind: "exact" }
  | { readonly kind: "refused"; readonly problems: readonly KeyshareProblem[] };

/** What is wrong with one domain's share. */
export type KeyshareProblem =
  | { readonly kind: "missing"; readonly domain_id: number }
  | { readonly kind: "extra"; readonly domain_id: number }
  | { readonly kind: "duplicate"; readonly domain_id: number }
  | {
      readonly kind: "stale";
      readonly domain_id: number;
      readonly field: "epoch_id" | "attempt" | "public_key";
      readonly expected: string | number;
      readonly found: string | number;
    }
  | { readonly kind: "unknown_scheme"; readonly domain_id: number; readonly scheme: string }
  | { readonly kind: "corrupt"; readonly domain_id: number; readonly reason: string };

/**
 * Whether the shares are exactly one participant's shares of the contract's keyset: none missing, extra, stale,
 * duplicate or corrupt. Every problem is reported, not only the first.
 */
export function checkKeyshares(
  keyset: Keyset,
  shares: readonly Keyshare[],
  participantId: number,
  checkers: KeyshareCheckers,
): KeysharesCheck {
  const problems = [
    ...keyset.domains.flatMap((domain) =>
      domainProblems(domain, keyset.epoch_id, shares, participantId, checkers),
    ),
    ...extraDomains(keyset, shares).map((domain_id) => ({ kind: "extra", domain_id }) as const),
  ];
  return problems.length === 0 ? { kind: "exact" } : { kind: "refused", problems };
}

/** One line for people, without any secret. */
export function describeProblem(problem: KeyshareProblem): string {
  const domain = `domain ${problem.domain_id}`;
  switch (problem.kind) {
    case "missing":
      return `${domain}: no share, the contract's keyset has this domain`;
    case "extra":
      return `${domain}: there is a share, the contract's keyset has no such domain`;
    case "duplicate":
      return `${domain}: more than one share`;
    case "stale":
      return `${domain}: ${problem.field} is ${problem.found}, the contract has ${problem.expected}`;
    case "unknown_scheme":
      return `${domain}: no way to check a share of scheme ${JSON.stringify(problem.scheme)}`;
    case "corrupt":
      return `${domain}: ${problem.reason}`;
  }
}

function domainProblems(
  domain: KeysetDomain,
  epochId: number,
  shares: readonly Keyshare[],
  participantId: number,
  checkers: KeyshareCheckers,
): readonly KeyshareProblem[] {
  const { domain_id } = domain;
  const [share, ...others] = shares.filter((each) => each.domain_id === domain_id);
  if (share === undefined) return [{ kind: "missing", domain_id }];
  if (others.length > 0) return [{ kind: "duplicate", domain_id }];
  const stale = staleFields(domain, epochId, share);
  if (stale.length > 0) return stale;
  const check = Object.hasOwn(checkers, share.scheme) ? checkers[share.scheme] : undefined;
  if (check === undefined) return [{ kind: "unknown_scheme", domain_id, scheme: share.scheme }];
  const result = check(share, domain.key, participantId);
  return result.ok ? [] : [{ kind: "corrupt", domain_id, reason: result.reason }];
}

function staleFields(domain: KeysetDomain, epochId: number, share: Keyshare): readonly KeyshareProblem[] {
  const expectations = [
    ["epoch_id", epochId, share.epoch_id],
    ["attempt", domain.attempt, share.attempt],
    ["public_key", domain.key, share.public_key],
  ] as const;
  return expectations
    .filter(([, expected, found]) => expected !== found)
    .map(([field, expected, found]) => ({
      kind: "stale",
      domain_id: domain.domain_id,
      field,
      expected,
      found,
    }));
}

function extraDomains(keyset: Keyset, shares: readonly Keyshare[]): readonly number[] {
  const expected = new Set(keyset.domains.map((domain) => domain.domain_id));
  return [...new Set(shares.map((share) => share.domain_id))].filter((id) => !expected.has(id));
}
