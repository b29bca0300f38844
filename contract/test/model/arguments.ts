/** Proofs by label for random sequences. */
import { ephemeralKeyProofMessage } from "../../src/interface/ephemeral-key-proof.ts";
import type { Ed25519Signature, X25519PublicKey } from "../../src/protocol/brand.ts";
import type { TlsKeyRole } from "../../src/protocol/context.ts";
import type { EphemeralKeyPurpose } from "../../src/protocol/records.ts";
import { proofBy, signMessage } from "../support/keys.ts";
import { account, NETWORK_ID } from "../support/network.ts";
import { CONTRACT } from "../support/world.ts";
import { signer, tls } from "./cast.ts";

/** The TLS key of one label vouches for the access key of the other. */
export function tlsKeyProof(
  name: string,
  role: TlsKeyRole,
  tlsLabel: string,
  signerLabel: string,
): Ed25519Signature {
  return proofBy(tlsLabel, {
    network_id: NETWORK_ID,
    contract_id: CONTRACT,
    account_id: account(name),
    role,
    tls_public_key: tls(tlsLabel),
    signer_account_pk: signer(signerLabel),
  });
}

export function x25519(label: string): X25519PublicKey {
  return `x25519:${tls(label).slice("ed25519:".length)}` as X25519PublicKey;
}

export function ephemeralKeyProof(
  name: string,
  role: TlsKeyRole,
  purpose: EphemeralKeyPurpose,
  session: number,
  public_key: X25519PublicKey,
  tlsLabel: string,
): Ed25519Signature {
  const message = ephemeralKeyProofMessage({
    network_id: NETWORK_ID,
    contract_id: CONTRACT,
    account_id: account(name),
    role,
    purpose,
    session,
    public_key,
  });
  return signMessage(tlsLabel, message);
}
