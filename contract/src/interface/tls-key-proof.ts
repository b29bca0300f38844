/** Proof that whoever submits a TLS key holds it. Source: contract.md §4.4. */
import type { Ed25519Signature } from "../protocol/brand.ts";
import type { TlsKeyClaim } from "../protocol/context.ts";
import { verifySignedText } from "./signed-text.ts";
import type { Base58Decode } from "./text-formats.ts";

/** ed25519: 64-byte signature, message as ASCII text, 32-byte public key. */
export type VerifyEd25519 = (signature: Uint8Array, message: string, publicKey: Uint8Array) => boolean;

/**
 * The text that the TLS key signs (its UTF-8 bytes). `signer_account_pk` is the access key that is to be recorded for
 * the role: for a node the key that signs the call, for a backup service the one in `backup_service_info`.
 */
export function tlsKeyProofMessage(claim: TlsKeyClaim): string {
  return [
    "mpc-recovery/tls-key/v1",
    claim.network_id,
    claim.contract_id,
    claim.account_id,
    claim.role,
    claim.tls_public_key,
    claim.signer_account_pk,
  ].join("\n");
}

/** Whether `proof` is the TLS key's signature over this claim. Both must have been checked for their format. */
export function verifyTlsKeyProof(
  claim: TlsKeyClaim,
  proof: Ed25519Signature,
  base58Decode: Base58Decode,
  verifyEd25519: VerifyEd25519,
): boolean {
  return verifySignedText(
    claim.tls_public_key,
    tlsKeyProofMessage(claim),
    proof,
    base58Decode,
    verifyEd25519,
  );
}
