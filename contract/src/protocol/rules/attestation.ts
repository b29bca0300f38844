/** Evidence is stored and aged here; programs verify what it proves. Source: contract.md §4.7. */
import type { TlsPublicKey } from "../brand.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Attestation, AttestationEvidence } from "../records.ts";

/**
 * The attestation to keep after a caller gave `evidence` or none. Evidence given before keeps its age: sending it again
 * does not make it younger. Refuses with ATTESTATION_REQUIRED, ATTESTATION_TOO_OLD or DEV_ATTESTATION_NOT_ALLOWED.
 */
export function admitAttestation(
  previous: Attestation | null,
  evidence: AttestationEvidence | null,
  context: Context,
): Attestation | null {
  if (evidence?.kind === "dev" && !context.config.allow_insecure_dev_attestation) {
    return refuse("DEV_ATTESTATION_NOT_ALLOWED", {});
  }
  const kept =
    evidence === null || isSameEvidence(previous, evidence)
      ? previous
      : { ...evidence, height: context.height };
  requireValidAttestation(kept, context);
  return kept;
}

/** The attestation that a submission for `next` builds on: evidence is of one TLS key, so for another none is left. */
export function attestationUnder(
  stored: { readonly key: TlsPublicKey | undefined; readonly attestation: Attestation | null },
  next: TlsPublicKey,
  evidence: AttestationEvidence | null,
): Attestation | null {
  // The same evidence sent again keeps its age under whichever key.
  return evidence === null && stored.key !== next ? null : stored.attestation;
}

/** Refuses an absent, too old or meanwhile forbidden attestation where the settings require one. */
export function requireValidAttestation(attestation: Attestation | null, context: Context): void {
  const { require_attestation, attestation_max_age_blocks } = context.config;
  if (!require_attestation) return;
  if (attestation === null) refuse("ATTESTATION_REQUIRED", {});
  if (attestation.kind === "dev" && !context.config.allow_insecure_dev_attestation) {
    refuse("DEV_ATTESTATION_NOT_ALLOWED", {});
  }
  if (context.height - attestation.height > attestation_max_age_blocks) {
    refuse("ATTESTATION_TOO_OLD", {
      submitted_on: attestation.height,
      height: context.height,
      max_age_blocks: attestation_max_age_blocks,
    });
  }
}

export function isSameEvidence(
  stored: AttestationEvidence | null,
  given: AttestationEvidence | null,
): boolean {
  return stored?.kind === given?.kind && stored?.sha256 === given?.sha256;
}
