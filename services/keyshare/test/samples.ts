import type { CheckKeyshare, KeyshareCheckers } from "../check-keyshares.ts";
import type { Keyset, Keyshare } from "../keyshare.ts";

/** A keyset of two domains; with `epoch_id` and `attempt` 0 unless told. */
export function sampleKeyset(epoch_id = 0, attempt = 0): Keyset {
  return {
    epoch_id,
    domains: [
      { domain_id: 0, key: "secp256k1:groupkey0", attempt },
      { domain_id: 1, key: "ed25519:groupkey1", attempt },
    ],
  };
}

/** Shares of a participant that `sampleCheckers` accept. */
export function sampleShares(keyset: Keyset, participantId: number): Keyshare[] {
  return keyset.domains.map(({ domain_id, key, attempt }) => ({
    domain_id,
    epoch_id: keyset.epoch_id,
    attempt,
    public_key: key,
    scheme: "sample",
    secret: `share of ${participantId} in ${key}`,
  }));
}

const checkSample: CheckKeyshare = (share, expectedPublicKey, participantId) =>
  share.secret === `share of ${participantId} in ${expectedPublicKey}`
    ? { ok: true }
    : { ok: false, reason: "the share doesn't belong to the public key" };

/** Stands for a scheme's mathematics. */
export const sampleCheckers: KeyshareCheckers = { sample: checkSample };
