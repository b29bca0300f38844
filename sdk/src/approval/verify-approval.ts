import { createHash } from "node:crypto";
import { equalKeyTexts } from "../crypto/equal-bytes.ts";
import { verifyBytes } from "../crypto/keys.ts";
import { ApprovalError } from "./approval-error.ts";
import { type Committee, rootOfPath } from "./committee.ts";
import { type Approval, type MemberSignature, type Statement, statementBytes } from "./statement.ts";

/** What the relying program knows by itself; the statement must say exactly this. */
export type ExpectedStatement = Pick<
  Statement,
  "purpose" | "network" | "contract" | "from" | "to" | "recipient_account" | "recipient_key_hash"
>;

export interface ApprovalRules {
  readonly committee: Committee;
  readonly expected: ExpectedStatement;
  /** Unix seconds by the clock of the chain; a program without one passes the statement's `issued_at`. */
  readonly now: number;
  /** Longest time from `issued_at` to `expires`, in seconds. */
  readonly maxLifetimeSeconds: number;
}

/** An approval whose committee, statement and time were checked. Made by `verifyApproval` only. */
export interface VerifiedApproval {
  readonly statement: Statement;
  /** The members who signed, as key texts. */
  readonly signers: readonly string[];
}

/**
 * Checks an approval. The nonce is the caller's to compare or remember.
 *
 * Throws ApprovalError, and KeyError for keys that aren't ed25519.
 */
export function verifyApproval({ statement, signatures }: Approval, rules: ApprovalRules): VerifiedApproval {
  for (const name of Object.keys(rules.expected) as (keyof ExpectedStatement)[]) {
    if (equalKeyTexts(statement[name], rules.expected[name])) continue;
    throw new ApprovalError(
      "APPROVAL_CONTEXT",
      `expected ${name} ${rules.expected[name]}, found ${statement[name]}`,
    );
  }
  checkTime(statement, rules);
  checkSigners(signatures, statementBytes(statement), rules.committee);
  return { statement, signers: signatures.map(({ public_key }) => public_key) };
}

/** What a statement names a recipient's attested keys by. */
export function recipientKeyHash(reportData: Uint8Array): string {
  return createHash("sha256").update(reportData).digest("hex");
}

function checkTime({ issued_at, expires }: Statement, { now, maxLifetimeSeconds }: ApprovalRules): void {
  if (issued_at > now || now >= expires) {
    throw new ApprovalError(
      "APPROVAL_TIME",
      `it is in force from ${issued_at} until ${expires}, it is ${now}`,
    );
  }
  if (expires - issued_at > maxLifetimeSeconds) {
    throw new ApprovalError("APPROVAL_TIME", `it is in force for more than ${maxLifetimeSeconds} seconds`);
  }
}

function checkSigners(
  signatures: readonly MemberSignature[],
  message: Uint8Array,
  { root, threshold }: Committee,
): void {
  if (!Number.isSafeInteger(threshold) || threshold < 1)
    throw new RangeError("expected a threshold of 1 or more");
  for (const [index, { public_key, signature, path }] of signatures.entries()) {
    const before = signatures[index - 1]?.public_key;
    if (before !== undefined && before >= public_key) {
      throw new ApprovalError("APPROVAL_SIGNERS", `${public_key} occurs twice or out of order`);
    }
    if (rootOfPath(public_key, path) !== root) {
      throw new ApprovalError("APPROVAL_NOT_A_MEMBER", `${public_key} isn't in the committee ${root}`);
    }
    if (!verifyBytes(public_key, message, Buffer.from(signature, "hex"))) {
      throw new ApprovalError("APPROVAL_SIGNATURE", `${public_key} didn't sign this statement`);
    }
  }
  if (signatures.length < threshold) {
    throw new ApprovalError("APPROVAL_TOO_FEW", `${signatures.length} of ${threshold} members signed`);
  }
}
