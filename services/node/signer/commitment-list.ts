import type { NonceCommitments } from "@noble/curves/abstract/frost.js";
import type { NonceCommitment } from "./commit-to-nonces.ts";
import type { KeyshareMaterial } from "./keyshare-material.ts";
import { SignerError } from "./signer-error.ts";
import { identifierOf, suiteOf } from "./suites.ts";

/**
 * Checks the signers' commitments before anything is computed with them: threshold to n of them,
 * each from another participant of the keyset, each a pair of group elements.
 * Throws `BAD_COMMITMENT_LIST` naming the participants at fault.
 */
export function requireCommitmentList(
  material: KeyshareMaterial,
  commitments: readonly NonceCommitment[],
): readonly NonceCommitments[] {
  const suite = suiteOf(material.scheme);
  const ids = commitments.map(({ participantId }) => participantId);
  if (ids.length < material.threshold)
    throw bad(`at least ${material.threshold} signers, found ${ids.length}`, []);
  const known = material.verifyingShares.map(({ participantId }) => participantId);
  const wrong = ids.filter((id, index) => !known.includes(id) || ids.indexOf(id) !== index);
  if (wrong.length > 0) throw bad(`different participants among [${known}], found [${ids}]`, wrong);
  const malformed = commitments.filter(
    ({ hiding, binding }) => !suite.isPoint(hiding) || !suite.isPoint(binding),
  );
  if (malformed.length > 0)
    throw bad(
      "two points per commitment",
      malformed.map(({ participantId }) => participantId),
    );
  return commitments.map(({ participantId, hiding, binding }) => ({
    identifier: identifierOf(suite, participantId),
    hiding: Uint8Array.from(hiding),
    binding: Uint8Array.from(binding),
  }));
}

const bad = (expected: string, ids: readonly number[]): SignerError =>
  new SignerError("BAD_COMMITMENT_LIST", `expected ${expected}; start a new signing session`, ids);
