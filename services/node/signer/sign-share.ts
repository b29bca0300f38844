import { equalBytes } from "@noble/curves/utils.js";
import { type NonceCommitment, type SigningNonce, spendNonce } from "./commit-to-nonces.ts";
import { requireCommitmentList } from "./commitment-list.ts";
import { frostPublicOf, frostSecretOf, type KeyshareMaterial } from "./keyshare-material.ts";
import { SignerError } from "./signer-error.ts";
import { suiteOf } from "./suites.ts";

/** Round 2 of signing, told to the coordinator: one scalar. */
export type SignatureShare = { readonly participantId: number; readonly share: Uint8Array };

/**
 * Round 2 of signing (RFC 9591 §5.2). The nonce is spent even when this throws.
 * Throws `NONCE_SPENT`, or `BAD_COMMITMENT_LIST` when the coordinator's list is unfit or doesn't
 * contain this signer's own commitment unchanged.
 */
export function signShare(
  material: KeyshareMaterial,
  nonce: SigningNonce,
  commitments: readonly NonceCommitment[],
  message: Uint8Array,
): SignatureShare {
  const nonces = spendNonce(nonce);
  try {
    const list = requireCommitmentList(material, commitments);
    requireOwnCommitment(nonce.commitment, commitments);
    const { frost } = suiteOf(material.scheme);
    const share = frost.signShare(
      frostSecretOf(material),
      frostPublicOf(material),
      nonces,
      [...list],
      message,
    );
    return { participantId: material.participantId, share };
  } finally {
    nonces.hiding.fill(0);
    nonces.binding.fill(0);
  }
}

function requireOwnCommitment(own: NonceCommitment, commitments: readonly NonceCommitment[]): void {
  const listed = commitments.find(({ participantId }) => participantId === own.participantId);
  if (listed && equalBytes(listed.hiding, own.hiding) && equalBytes(listed.binding, own.binding)) return;
  throw new SignerError(
    "BAD_COMMITMENT_LIST",
    `expected the commitment of participant ${own.participantId} as it was given, found ${listed ? "another" : "none"}; start a new signing session`,
  );
}
