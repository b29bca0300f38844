import type { Nonces } from "@noble/curves/abstract/frost.js";
import { frostSecretOf, type KeyshareMaterial } from "./keyshare-material.ts";
import { SignerError } from "./signer-error.ts";
import { suiteOf } from "./suites.ts";

/** Round 1 of signing, told to the coordinator: two compressed points, good for one signature. */
export type NonceCommitment = {
  readonly participantId: number;
  readonly hiding: Uint8Array;
  readonly binding: Uint8Array;
};

/**
 * A commitment with the right to spend its nonces once. The nonces themselves are not in the
 * object, so they can't be copied, logged or written to disk with it.
 */
export type SigningNonce = { readonly commitment: NonceCommitment };

/** Round 1 of signing (RFC 9591 §5.1): fresh nonces from the system's randomness. */
export function commitToNonces(material: KeyshareMaterial): SigningNonce {
  const { nonces, commitments } = suiteOf(material.scheme).frost.commit(frostSecretOf(material));
  const { hiding, binding } = commitments;
  const nonce: SigningNonce = { commitment: { participantId: material.participantId, hiding, binding } };
  unspent.set(nonce, nonces);
  return nonce;
}

/**
 * Takes the nonces out, for `signShare` alone. Throws `NONCE_SPENT` the second time: two shares
 * under one nonce give the signing share away to whoever sees both.
 */
export function spendNonce(nonce: SigningNonce): Nonces {
  const nonces = unspent.get(nonce);
  if (nonces === undefined)
    throw new SignerError(
      "NONCE_SPENT",
      "expected a fresh nonce, found a spent one; start a new signing session",
    );
  unspent.delete(nonce);
  return nonces;
}

/** Forgets the nonces of a session that will not sign any more. */
export function discardNonce(nonce: SigningNonce): void {
  const nonces = unspent.get(nonce);
  unspent.delete(nonce);
  nonces?.hiding.fill(0);
  nonces?.binding.fill(0);
}

const unspent = new WeakMap<SigningNonce, Nonces>();
