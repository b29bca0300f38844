/** Proof that the holder of a role's TLS key published an ephemeral key. Source: contract.md §3. */
import type { Ed25519Signature } from "../protocol/brand.ts";
import type { EphemeralKeyClaim } from "../protocol/context.ts";
import { verifySignedText } from "./signed-text.ts";
import type { Base58Decode } from "./text-formats.ts";
import type { VerifyEd25519 } from "./tls-key-proof.ts";

/** The text that the role's TLS key signs (its UTF-8 bytes). */
export function ephemeralKeyProofMessage(claim: Omit<EphemeralKeyClaim, "tls_public_key">): string {
  return [
    "mpc-recovery/ephemeral-key/v1",
    claim.network_id,
    claim.contract_id,
    claim.account_id,
    claim.role,
    claim.purpose,
    String(claim.session),
    claim.public_key,
  ].join("\n");
}

/** Whether `proof` is the TLS key's signature over this claim. Both must have been checked for their format. */
export function verifyEphemeralKeyProof(
  claim: EphemeralKeyClaim,
  proof: Ed25519Signature,
  base58Decode: Base58Decode,
  verifyEd25519: VerifyEd25519,
): boolean {
  return verifySignedText(
    claim.tls_public_key,
    ephemeralKeyProofMessage(claim),
    proof,
    base58Decode,
    verifyEd25519,
  );
}
