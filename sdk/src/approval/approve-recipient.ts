import { AttestationError } from "../attestation/attestation-error.ts";
import type { AttestationPolicy } from "../attestation/policy.ts";
import { requireKeys, type VerifiedEvidence, verifyEvidence } from "../attestation/verify-evidence.ts";
import { isSealKeyProven, type Recipient } from "./recipient.ts";
import type { Approval, Statement } from "./statement.ts";
import { type ApprovalRules, recipientKeyHash, verifyApproval } from "./verify-approval.ts";

/** A recipient whose evidence holds and who proves its seal key. Made by `attestRecipient` only. */
export interface AttestedRecipient {
  readonly [PROVEN]: "attested";
  readonly verified: VerifiedEvidence;
  readonly recipient: Recipient;
}

/** An attested recipient whom the committee approved: secrets may be sealed to it. Made by `approveRecipient` only. */
export interface ApprovedRecipient {
  readonly [PROVEN]: "approved";
  /** `x25519:…` */
  readonly sealKey: string;
  readonly statement: Statement;
  readonly signers: readonly string[];
}

/**
 * Checks a recipient's evidence, that it is for the recipient's keys, and that these own the seal key.
 *
 * @param account the account that the statement names
 * @param now Unix seconds
 * @throws AttestationError, KeyError
 */
export function attestRecipient(
  recipient: Recipient,
  use: { readonly network: string; readonly contract: string; readonly account: string },
  now: number,
  policy: AttestationPolicy,
): AttestedRecipient {
  const verified = verifyEvidence(recipient.evidence, { now, policy });
  requireKeys(verified, recipient);
  if (!isSealKeyProven(recipient, use)) {
    throw new AttestationError("REPORT_DATA", "the attested TLS key doesn't vouch for the seal key");
  }
  return { [PROVEN]: "attested", verified, recipient };
}

/** What the relying program knows by itself about an approval for a recipient. */
export type RecipientRules = Omit<ApprovalRules, "expected"> & {
  readonly expected: Pick<Statement, "purpose" | "network" | "contract" | "from" | "recipient_account">;
};

/**
 * Checks that the committee approved exactly this recipient: its program, account and keys.
 *
 * @throws ApprovalError, KeyError
 */
export function approveRecipient(
  { verified, recipient }: AttestedRecipient,
  approval: Approval,
  { expected, ...rules }: RecipientRules,
): ApprovedRecipient {
  const attested = { to: verified.measurement, recipient_key_hash: recipientKeyHash(verified.reportData) };
  const { statement, signers } = verifyApproval(approval, {
    ...rules,
    expected: { ...expected, ...attested },
  });
  return { [PROVEN]: "approved", sealKey: recipient.seal_key, statement, signers };
}

const PROVEN = Symbol("proven");
