/** What participants, thresholds, domains and keys must satisfy to start a network. Source: contract.md §2, Proposals. */
import type { DomainId, DomainPublicKey } from "../brand.ts";
import { refuse } from "../errors.ts";
import { minimumThreshold } from "../limits.ts";
import type { Config } from "../records.ts";
import type {
  DomainConfig,
  Keyset,
  ParticipantEntry,
  Participants,
  SignatureProtocol,
  ThresholdParameters,
} from "../state.ts";
import { countOf } from "./members.ts";

export function validateParameters(parameters: ThresholdParameters, config: Config): void {
  requireCount(parameters, config);
  requireDistinct(parameters.participants);
  requireUrlsAndThreshold(parameters, config);
}

/** As `validateParameters`, where all participants but `others` are entries of `inForce`, which holds no two alike. */
export function validateChange(
  parameters: ThresholdParameters,
  others: readonly ParticipantEntry[],
  inForce: Participants,
  config: Config,
): void {
  const { participants } = parameters;
  requireCount(parameters, config);
  const isBeyond = participants.next_id < inForce.next_id;
  if (isBeyond || others.some((entry) => isDoubtful(entry, participants))) requireDistinct(participants);
  requireUrlsAndThreshold(parameters, config);
}

/** Whether the entry's id is too high, or another entry has something of it. */
function isDoubtful(entry: ParticipantEntry, { participants, next_id }: Participants): boolean {
  const [account, id, { tls_public_key }] = entry;
  // The entry itself is one of them.
  const alike = participants.filter(
    (other) => other[0] === account || other[1] === id || other[2].tls_public_key === tls_public_key,
  );
  return id >= next_id || alike.length > 1;
}

function requireCount({ participants }: ThresholdParameters, config: Config): void {
  const count = participants.participants.length;
  if (count > config.max_participants) {
    refuse("TOO_MANY_PARTICIPANTS", { provided: count, maximum: config.max_participants });
  }
}

function requireUrlsAndThreshold({ participants, threshold }: ThresholdParameters, config: Config): void {
  const { participants: entries } = participants;
  const count = entries.length;
  const longest = config.max_url_bytes;
  for (let at = 0; at < count; at++) {
    const url = entries[at]?.[2].url ?? "";
    if (url.length > longest) requireUrlLength(url, config);
  }
  const minimum = minimumThreshold(count);
  if (threshold < minimum) refuse("THRESHOLD_TOO_LOW", { provided: threshold, minimum });
  if (threshold > count) refuse("THRESHOLD_TOO_HIGH", { provided: threshold, maximum: count });
}

/** Refuses a URL longer than the settings allow; URLs are ASCII, so characters are bytes. */
export function requireUrlLength(url: string, config: Config): void {
  if (url.length > config.max_url_bytes) {
    refuse("URL_TOO_LONG", { found_bytes: url.length, limit_bytes: config.max_url_bytes });
  }
}

export function validateDomains(
  domains: readonly DomainConfig[],
  nextDomainId: DomainId,
  parameters: ThresholdParameters,
): void {
  const seen = new Set<DomainId>();
  for (const domain of domains) {
    if (seen.has(domain.id)) refuse("DUPLICATE_DOMAIN", { domain_id: domain.id });
    seen.add(domain.id);
    if (domain.id >= nextDomainId) {
      refuse("DOMAIN_ID_OUT_OF_RANGE", { domain_id: domain.id, next_domain_id: nextDomainId });
    }
    requireReconstructible(domain, parameters);
  }
}

/** Every domain has exactly one key, of a curve that its protocol signs with. */
export function validateKeyset(keyset: Keyset, domains: readonly DomainConfig[]): void {
  const seen = new Set<DomainId>();
  for (const { domain_id, key } of keyset.domains) {
    if (seen.has(domain_id)) refuse("DUPLICATE_DOMAIN", { domain_id });
    seen.add(domain_id);
    const domain = domains.find((candidate) => candidate.id === domain_id);
    if (!domain) refuse("UNKNOWN_DOMAIN", { domain_id });
    requireCurve(domain, key);
  }
  const missing = domains.find((domain) => !seen.has(domain.id));
  if (missing) refuse("KEYSET_MISMATCH", { part: "missing_domain", domain_id: missing.id });
}

/** Refuses a key of a curve that the domain's protocol does not sign with. */
export function requireCurve(domain: DomainConfig, key: DomainPublicKey): void {
  const found = key.slice(0, key.indexOf(":"));
  const curves = CURVES[domain.protocol];
  if (!curves.includes(found)) {
    refuse("DOMAIN_KEY_MISMATCH", { domain_id: domain.id, expected: curves.join(" or "), found });
  }
}

const CURVES: Readonly<Record<SignatureProtocol, readonly string[]>> = {
  CaitSith: ["secp256k1"],
  DamgardEtAl: ["secp256k1"],
  Frost: ["ed25519", "secp256k1"],
  ConfidentialKeyDerivation: ["bls12381g2"],
};

/** How many participants must be alive to sign in this domain. */
export function signersNeeded(domain: DomainConfig): number {
  const { protocol, reconstruction_threshold } = domain;
  return protocol === "DamgardEtAl" ? 2 * reconstruction_threshold - 1 : reconstruction_threshold;
}

/** Refuses a threshold that these participants can't hold. */
export function requireReconstructible(domain: DomainConfig, parameters: ThresholdParameters): void {
  const count = countOf(parameters.participants);
  const maximum =
    domain.protocol === "DamgardEtAl"
      ? Math.min(parameters.threshold, Math.floor((count + 1) / 2))
      : parameters.threshold;
  const provided = domain.reconstruction_threshold;
  if (provided < 2 || provided > maximum) {
    refuse("RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE", { domain_id: domain.id, provided, minimum: 2, maximum });
  }
}

function requireDistinct({ participants, next_id }: Participants): void {
  const accounts = new Set<string>();
  const ids = new Set<number>();
  const keys = new Set<string>();
  for (const [account_id, participant_id, { tls_public_key }] of participants) {
    if (accounts.has(account_id)) refuse("DUPLICATE_ACCOUNT", { account_id });
    if (ids.has(participant_id)) refuse("DUPLICATE_PARTICIPANT_ID", { participant_id });
    if (keys.has(tls_public_key)) refuse("DUPLICATE_TLS_KEY", { tls_public_key });
    if (participant_id >= next_id) refuse("PARTICIPANT_ID_OUT_OF_RANGE", { participant_id, next_id });
    accounts.add(account_id);
    ids.add(participant_id);
    keys.add(tls_public_key);
  }
}
