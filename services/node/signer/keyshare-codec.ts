import { KEYSHARE_LIMITS, type Keyshare } from "../../keyshare/keyshare.ts";
import { formatGroupKey } from "./group-key.ts";
import { groupPointOf, type KeyshareMaterial, type VerifyingShare } from "./keyshare-material.ts";
import { hexBytes, integer, list, object, readJson, toHex } from "./read-fields.ts";
import { SignerError } from "./signer-error.ts";
import { SIGNER_LIMITS } from "./signer-limits.ts";
import { type FrostSuite, isFrostScheme, suiteOf } from "./suites.ts";

/** Which key of the contract a share belongs to. */
export type KeyshareSlot = {
  readonly domain_id: number;
  readonly epoch_id: number;
  readonly attempt: number;
};

/** The share as it is stored and backed up; its `secret` is JSON of public package and secret share. */
export const toKeyshare = (material: KeyshareMaterial, slot: KeyshareSlot): Keyshare => ({
  domain_id: slot.domain_id,
  epoch_id: slot.epoch_id,
  attempt: slot.attempt,
  public_key: formatGroupKey(material.scheme, groupPointOf(material)),
  scheme: material.scheme,
  secret: JSON.stringify({
    threshold: material.threshold,
    participant_id: material.participantId,
    commitments: material.commitments.map(toHex),
    verifying_shares: material.verifyingShares.map(({ participantId, point }) => ({
      participant_id: participantId,
      point: toHex(point),
    })),
    signing_share: toHex(material.signingShare),
  }),
});

/**
 * Reads a stored share. Form and sizes are checked here, truth by `checkFrostKeyshare`.
 * Throws `BAD_KEYSHARE` for a scheme that isn't FROST's, `BAD_MESSAGE` for a malformed secret.
 */
export function fromKeyshare(share: Keyshare): KeyshareMaterial {
  const { scheme } = share;
  if (!isFrostScheme(scheme))
    throw new SignerError(
      "BAD_KEYSHARE",
      `expected scheme frost-ed25519 or frost-secp256k1, found ${scheme}`,
    );
  const suite = suiteOf(scheme);
  const stored = readJson(
    share.secret,
    "keyshare secret",
    KEYSHARE_LIMITS.secretCharacters,
    storedSecret(suite),
  );
  return {
    scheme,
    threshold: stored.threshold,
    participantId: stored.participant_id,
    commitments: stored.commitments,
    verifyingShares: stored.verifying_shares.map(
      ({ participant_id, point }): VerifyingShare => ({ participantId: participant_id, point }),
    ),
    signingShare: stored.signing_share,
  };
}

const participantId = integer(0, SIGNER_LIMITS.participantId);

const storedSecret = ({ pointBytes, scalarBytes }: FrostSuite) =>
  object({
    threshold: integer(2, SIGNER_LIMITS.participants),
    participant_id: participantId,
    commitments: list(2, SIGNER_LIMITS.participants, hexBytes(pointBytes, pointBytes)),
    verifying_shares: list(
      2,
      SIGNER_LIMITS.participants,
      object({ participant_id: participantId, point: hexBytes(pointBytes, pointBytes) }),
    ),
    signing_share: hexBytes(scalarBytes, scalarBytes),
  });
