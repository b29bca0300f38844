import { split } from "shamir-secret-sharing";
import { sealEnvelope } from "../crypto/envelope.ts";
import { type Ed25519KeyPair, KeyError, x25519PublicKey } from "../crypto/keys.ts";
import { eraseKxKeyPair, generateKxKeyPair } from "../crypto/kx.ts";
import {
  SEED_BYTES,
  type SeedName,
  type SharingName,
  seedCommitment,
  shareCommitment,
} from "./commitments.ts";
import { MAX_SHARES, MIN_THRESHOLD, type SeedBackup, type ShareKeys } from "./seed-backup.ts";
import { SharingError } from "./sharing-error.ts";

/** How a seed is shared: any `threshold` of the owners bring it back, fewer learn nothing. */
export interface Dealing extends SeedName {
  readonly threshold: number;
  readonly keys: ShareKeys;
}

/**
 * Splits a master seed (32 bytes), seals a share to each owner's published key and commits to the seed and to every
 * share. The dealer publishes the result before it opens for business. Source: recovery-services.md §4.5.
 *
 * Rejects with SharingError `SHARING_PARAMETERS`, which names the owner whose key can't be sealed to.
 */
export async function dealSeed(
  seed: Uint8Array,
  { threshold, keys, ...name }: Dealing,
  dealer: Ed25519KeyPair,
): Promise<SeedBackup> {
  const owners = Object.keys(keys).sort();
  checkParameters(seed, threshold, owners, keys);
  const commitment = seedCommitment(seed, name);
  const shares = await split(seed, owners.length, threshold);
  try {
    const sealed = owners.map((owner, index) => {
      const sharing = { ...name, commitment, threshold };
      return [owner, sealShare(shares[index]!, sharing, owner, keys[owner]!, dealer)] as const;
    });
    return { version: name.version, commitment, threshold, shares: sealed };
  } finally {
    for (const share of shares) share.fill(0);
  }
}

function checkParameters(
  seed: Uint8Array,
  threshold: number,
  owners: readonly string[],
  keys: ShareKeys,
): void {
  const refuse = (what: string) => new SharingError("SHARING_PARAMETERS", `Expected ${what}.`);
  if (seed.length !== SEED_BYTES) throw refuse(`a seed of ${SEED_BYTES} bytes, found ${seed.length}`);
  if (seed.every((byte) => byte === 0)) throw refuse("a random seed, found zeros");
  if (owners.length > MAX_SHARES) throw refuse(`at most ${MAX_SHARES} owners, found ${owners.length}`);
  if (!Number.isSafeInteger(threshold) || threshold < MIN_THRESHOLD || threshold > owners.length) {
    throw refuse(`a threshold from ${MIN_THRESHOLD} to ${owners.length} owners, found ${threshold}`);
  }
  if (new Set(Object.values(keys)).size !== owners.length) throw refuse("a key of its own for each owner");
}

function sealShare(
  share: Uint8Array,
  sharing: SharingName,
  owner: string,
  key: string,
  dealer: Ed25519KeyPair,
): string {
  const { network, contract, version } = sharing;
  const keyset_hash = shareCommitment(share, sharing, owner);
  const about = { purpose: "share", network, contract, account: owner, epoch: version, keyset_hash } as const;
  const exchange = generateKxKeyPair();
  try {
    // A backup is for the day on which nobody can make another one.
    const address = { ...about, session: 0, expires: Number.MAX_SAFE_INTEGER, to: x25519PublicKey(key) };
    return sealEnvelope({ exchange, signing: dealer }, address, share);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new SharingError(
      "SHARING_PARAMETERS",
      `Expected a key of ${owner} to seal to: ${error.shortMessage}`,
    );
  } finally {
    eraseKxKeyPair(exchange);
  }
}
