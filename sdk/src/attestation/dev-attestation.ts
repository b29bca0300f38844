import { canonicalJson } from "../crypto/canonical-json.ts";
import { type Ed25519KeyPair, KeyError, signBytes, verifyBytes } from "../crypto/keys.ts";
import { AttestationError } from "./attestation-error.ts";
import type { DevEvidence } from "./evidence.ts";
import type { AttestationPolicy } from "./policy.ts";
import type { VerifiedEvidence } from "./verify-evidence.ts";

/**
 * Evidence for tests and demonstrations, signed by a key on an ordinary disk.
 *
 * @param measurement 32 bytes, lower-case hex, that the program claims
 * @param now Unix seconds
 */
export function signDevEvidence(
  keyPair: Ed25519KeyPair,
  measurement: string,
  reportData: Uint8Array,
  now: number,
): DevEvidence {
  const statement = {
    kind: "dev",
    warning: "INSECURE-DEV",
    measurement,
    report_data: Buffer.from(reportData).toString("hex"),
    issued_at: now,
    public_key: keyPair.publicKey,
  } as const;
  return { ...statement, signature: Buffer.from(signBytes(keyPair, message(statement))).toString("hex") };
}

/** Takes the statement only from the policy's one development key. Throws AttestationError. */
export function verifyDevEvidence(
  evidence: DevEvidence,
  now: number,
  { insecure_dev_key, max_collateral_age_seconds }: AttestationPolicy,
): VerifiedEvidence {
  const { signature, ...statement } = evidence;
  if (insecure_dev_key === null || evidence.public_key !== insecure_dev_key) {
    throw new AttestationError(
      "PLATFORM_NOT_ALLOWED",
      "the policy takes no evidence of this development key",
    );
  }
  if (!isSigned(statement, signature)) {
    throw new AttestationError("SIGNATURE", "the development statement isn't signed by its key");
  }
  if (now < evidence.issued_at || now - evidence.issued_at > max_collateral_age_seconds) {
    throw new AttestationError("COLLATERAL_AGE", `stated at ${evidence.issued_at}, it is ${now}`);
  }
  return {
    platform: "dev",
    measurement: evidence.measurement,
    reportData: Buffer.from(evidence.report_data, "hex"),
    tcb: { status: "INSECURE-DEV", advisories: [] },
    collateral: null,
  };
}

function isSigned(statement: Omit<DevEvidence, "signature">, signature: string): boolean {
  try {
    return verifyBytes(statement.public_key, message(statement), Buffer.from(signature, "hex"));
  } catch (error) {
    if (error instanceof KeyError) return false;
    throw error;
  }
}

function message(statement: Omit<DevEvidence, "signature">): Uint8Array {
  return Buffer.from(`mpc-recovery/dev-attestation/v1\n${canonicalJson(statement)}`, "utf8");
}
