import { sha256 } from "@noble/hashes/sha2.js";
import type { TlsPublicKey } from "../../../../contract/src/protocol/brand.ts";
import { minimumThreshold } from "../../../../contract/src/protocol/limits.ts";
import { toHex } from "../read-fields.ts";
import { SignerError } from "../signer-error.ts";
import { SIGNER_LIMITS } from "../signer-limits.ts";
import type { FrostScheme } from "../suites.ts";
import type { SignerPeer } from "./signer-peer.ts";

/** What all participants of a key generation agree on beforehand: the participants file. */
export interface CeremonyPlan {
  readonly participants: readonly SignerPeer[];
  /** How many must sign, the same for every domain. */
  readonly threshold: number;
  /** The scheme of every domain; domain ids are the positions 0, 1, …. */
  readonly domains: readonly FrostScheme[];
}

/** A plan seen from one participant. */
export interface Ceremony extends CeremonyPlan {
  /** Ascending by participant id. */
  readonly participants: readonly SignerPeer[];
  readonly self: SignerPeer;
  readonly others: readonly SignerPeer[];
  /** Hash of the plan, 64 lower-case hex characters: equal for all who read the same file. */
  readonly planHash: string;
}

/**
 * Checks a plan and finds the participant that holds `key`. Throws SignerError `BAD_PARAMETERS` when
 * an id, account or TLS key is listed twice, the threshold is one that the contract
 * wouldn't take (contract.md §2), or nobody holds the key.
 */
export function openCeremony(plan: CeremonyPlan, key: TlsPublicKey): Ceremony {
  const participants = [...plan.participants].sort((a, b) => a.participant_id - b.participant_id);
  const { threshold, domains } = plan;
  requireInRange("participants", participants.length, 2, SIGNER_LIMITS.participants);
  requireInRange("threshold", threshold, minimumThreshold(participants.length), participants.length);
  requireInRange("domains", domains.length, 1, SIGNER_LIMITS.domains);
  for (const field of ["participant_id", "account_id", "tls_public_key", "url"] as const)
    requireDifferent(participants, field);
  const self = participants.find(({ tls_public_key }) => tls_public_key === key);
  if (self === undefined)
    throw new SignerError(
      "BAD_PARAMETERS",
      `expected a participant with this node's TLS key ${key}, found none`,
    );
  const others = participants.filter((participant) => participant !== self);
  return { participants, threshold, domains, self, others, planHash: planHash({ ...plan, participants }) };
}

/**
 * The session's id, from the plan and every participant's random nonce: a message of an earlier run
 * of the same plan doesn't fit a later one.
 */
export function sessionIdOf(ceremony: Ceremony, nonces: ReadonlyMap<number, string>): string {
  const ordered = ceremony.participants.map(({ participant_id }) => [
    participant_id,
    nonces.get(participant_id) ?? null,
  ]);
  return hashText(`mpc-recovery/key-generation-session/v1\n${ceremony.planHash}\n${JSON.stringify(ordered)}`);
}

function planHash({ participants, threshold, domains }: CeremonyPlan): string {
  const listed = participants.map(({ participant_id, account_id, url, tls_public_key }) => [
    participant_id,
    account_id,
    url,
    tls_public_key,
  ]);
  return hashText(`mpc-recovery/key-generation-plan/v1\n${JSON.stringify([listed, threshold, domains])}`);
}

const hashText = (text: string): string => toHex(sha256(new TextEncoder().encode(text)));

function requireInRange(what: string, found: number, min: number, max: number): void {
  if (Number.isSafeInteger(found) && found >= min && found <= max) return;
  throw new SignerError("BAD_PARAMETERS", `${what}: expected ${min} to ${max}, found ${found}`);
}

function requireDifferent(participants: readonly SignerPeer[], field: keyof SignerPeer): void {
  const values = participants.map((participant) => participant[field]);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice === undefined) return;
  throw new SignerError(
    "BAD_PARAMETERS",
    `${field}: expected a different one per participant, found ${twice} twice`,
  );
}
