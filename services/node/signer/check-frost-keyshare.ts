import { equalBytes } from "@noble/curves/utils.js";
import type { Keyshare } from "../../keyshare/keyshare.ts";
import { formatGroupKey } from "./group-key.ts";
import { fromKeyshare } from "./keyshare-codec.ts";
import { frostPublicOf, frostSecretOf, groupPointOf, type KeyshareMaterial } from "./keyshare-material.ts";
import { reasonOf } from "./signer-error.ts";
import { suiteOf } from "./suites.ts";

/** The outcome of a check; `reason` is a sentence without secrets. */
export type KeyshareCheck = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Recomputes everything that a FROST share claims: the threshold is sane, the participant is this
 * one, the group key is the contract's, every verifying share is what the commitments promise, and
 * the signing share is the secret behind this participant's verifying share.
 * @param expectedPublicKey the contract's key of the domain, in its text form
 * @param participantId this participant's id in the contract
 */
export function checkFrostKeyshare(
  share: Keyshare,
  expectedPublicKey: string,
  participantId: number,
): KeyshareCheck {
  let material: KeyshareMaterial;
  try {
    material = fromKeyshare(share);
  } catch (thrown) {
    return { ok: false, reason: reasonOf(thrown) };
  }
  const reason =
    wrongOwner(material, participantId) ??
    wrongThreshold(material) ??
    wrongPoints(material) ??
    wrongGroupKey(material, share, expectedPublicKey) ??
    wrongVerifyingShares(material) ??
    wrongSigningShare(material);
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

const wrongOwner = (material: KeyshareMaterial, participantId: number): string | undefined => {
  if (material.participantId !== participantId)
    return `expected the share of participant ${participantId}, found that of ${material.participantId}`;
  const ids = material.verifyingShares.map((share) => share.participantId);
  if (!ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? id)))
    return `expected verifying shares ascending by participant, found [${ids}]`;
  return ids.includes(participantId)
    ? undefined
    : `expected a verifying share of participant ${participantId}, found [${ids}]`;
};

const wrongThreshold = ({
  threshold,
  verifyingShares,
  commitments,
}: KeyshareMaterial): string | undefined => {
  if (threshold < 2 || threshold > verifyingShares.length)
    return `expected a threshold between 2 and ${verifyingShares.length}, found ${threshold}`;
  return commitments.length === threshold
    ? undefined
    : `expected ${threshold} commitments (the threshold), found ${commitments.length}`;
};

const wrongPoints = ({ scheme, commitments, verifyingShares }: KeyshareMaterial): string | undefined => {
  const { isPoint } = suiteOf(scheme);
  return commitments.every(isPoint) && verifyingShares.every(({ point }) => isPoint(point))
    ? undefined
    : "expected commitments and verifying shares to be group elements, found bytes that are none";
};

const wrongGroupKey = (
  material: KeyshareMaterial,
  share: Keyshare,
  expectedPublicKey: string,
): string | undefined => {
  const groupKey = formatGroupKey(material.scheme, groupPointOf(material));
  if (groupKey !== expectedPublicKey) return `expected group key ${expectedPublicKey}, found ${groupKey}`;
  return share.public_key === groupKey
    ? undefined
    : `expected the share to name group key ${groupKey}, found ${share.public_key}`;
};

const wrongVerifyingShares = (material: KeyshareMaterial): string | undefined => {
  const { evaluateCommitments } = suiteOf(material.scheme);
  const wrong = material.verifyingShares.filter(
    ({ participantId, point }) =>
      !equalBytes(evaluateCommitments(material.commitments, participantId), point),
  );
  if (wrong.length === 0) return undefined;
  const ids = wrong.map(({ participantId }) => participantId);
  return `expected the verifying share that the commitments promise, found another for participant ${ids.join(", ")}`;
};

const wrongSigningShare = (material: KeyshareMaterial): string | undefined => {
  try {
    // Compares with the commitments at this identifier, which equal the verifying share by now.
    suiteOf(material.scheme).frost.validateSecret(frostSecretOf(material), frostPublicOf(material));
    return undefined;
  } catch {
    return `expected the signing share behind the verifying share of participant ${material.participantId}, found another`;
  }
};
