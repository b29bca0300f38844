import { combine } from "shamir-secret-sharing";
import { openEnvelope, readEnvelopeHeader } from "../crypto/envelope.ts";
import type { EnvelopeContext, EnvelopeHeader } from "../crypto/envelope-header.ts";
import { equalKeyTexts } from "../crypto/equal-bytes.ts";
import { tlsPublicKey } from "../crypto/keys.ts";
import type { KxKeyPair } from "../crypto/kx.ts";
import { BaseError } from "../errors/base-error.ts";
import { seedCommitment } from "./commitments.ts";
import { requireCommitted } from "./release-share.ts";
import {
  checkSeedBackup,
  type ExpectedBackup,
  MAX_ENVELOPE_CHARACTERS,
  type SeedBackup,
  type ShareKeys,
} from "./seed-backup.ts";
import { SharingError } from "./sharing-error.ts";

/** A share that an owner released, as it came in. */
export interface ReleasedShare {
  readonly owner: string;
  readonly envelope: string;
}

/** What the program that brings the seed back knows. */
export interface Recombination {
  readonly backup: SeedBackup;
  readonly expected: ExpectedBackup;
  readonly keys: ShareKeys;
  /** Each owner's signing key, `ed25519:…`, from the contract. */
  readonly ownerKeys: Readonly<Record<string, string>>;
  /** The attested key that the shares must be sealed to. */
  readonly sealKey: KxKeyPair;
  /** `issued_at` of the approval. */
  readonly session: number;
  /** Unix seconds. */
  readonly now: number;
}

/** How far the recombination is. `rejected` names the owner of every share that is of no use, and why. */
export type RecombinationOutcome = {
  readonly rejected: readonly { readonly owner: string; readonly reason: string }[];
} & (
  | { readonly kind: "recovered"; readonly seed: Uint8Array; readonly from: readonly string[] }
  /** `message`, for instance: 2 of 3 shares, waiting for node-3.near. */
  | { readonly kind: "waiting"; readonly message: string; readonly missing: readonly string[] }
);

/**
 * Brings the seed back from released shares, or says whose are missing. Corrupt, swapped, repeated and foreign shares
 * don't count.
 *
 * Rejects with SharingError `BACKUP_MISMATCH` or `SEED_MISMATCH`.
 */
export async function recombine(
  recombination: Recombination,
  released: readonly ReleasedShare[],
): Promise<RecombinationOutcome> {
  const { backup, expected, keys } = recombination;
  const headers = checkSeedBackup(backup, expected, keys);
  const good = new Map<string, Uint8Array>();
  const rejected: { owner: string; reason: string }[] = [];
  for (const { owner, envelope } of released) {
    // The first good share of an owner counts; another copy could only be as good.
    if (good.has(owner)) continue;
    const share = openReleased(recombination, headers.get(owner), owner, envelope);
    if (typeof share === "string") rejected.push({ owner, reason: share });
    else good.set(owner, share);
  }
  const missing = [...headers.keys()].filter((owner) => !good.has(owner));
  if (good.size < backup.threshold) {
    const message = `${good.size} of ${backup.threshold} shares, waiting for ${missing.join(", ")}`;
    for (const share of good.values()) share.fill(0);
    return { kind: "waiting", message, missing, rejected };
  }
  const from = [...good.keys()].sort().slice(0, backup.threshold);
  const seed = await combine(from.map((owner) => good.get(owner)!))
    // Committed to, and still no shares of one seed: of unequal length, or two at the same place.
    .catch(() => undefined)
    .finally(() => {
      for (const share of good.values()) share.fill(0);
    });
  if (seed !== undefined && equalKeyTexts(seedCommitment(seed, expected), backup.commitment)) {
    return { kind: "recovered", seed, from, rejected };
  }
  seed?.fill(0);
  throw new SharingError("SEED_MISMATCH", `The shares of ${from.join(", ")} make another seed.`);
}

/** The share, or why it is of no use. */
function openReleased(
  recombination: Recombination,
  header: EnvelopeHeader | undefined,
  owner: string,
  envelope: string,
): Uint8Array | string {
  const { ownerKeys, sealKey, session, now } = recombination;
  const ownerKey = ownerKeys[owner];
  if (header === undefined || ownerKey === undefined) return `${owner} has no share of this seed`;
  if (envelope.length > MAX_ENVELOPE_CHARACTERS) return `the envelope is longer than any share's`;
  try {
    const { purpose, network, contract, account, epoch, keyset_hash } = header;
    const about = { purpose, network, contract, account, epoch, keyset_hash, session };
    const { epk } = readEnvelopeHeader(envelope);
    const context: EnvelopeContext = { ...about, epk, to: sealKey.publicKey, from: tlsPublicKey(ownerKey) };
    const share = openEnvelope(sealKey, { context, now }, envelope);
    requireCommitted(share, header, recombination.backup);
    return share;
  } catch (error) {
    if (error instanceof BaseError) return error.shortMessage;
    throw error;
  }
}
