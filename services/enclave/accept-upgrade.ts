import type { AttestedRecipient } from "../../sdk/src/approval/approve-recipient.ts";
import type { VerifiedApproval } from "../../sdk/src/approval/verify-approval.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { ProvenVote } from "./vote-proof.ts";

/** Who decides on a new program: the committee alone, the committee while votes are watched, or the vote. */
export type RolloutPolicy = "signer" | "shadow" | "enforced";

/** What the program remembers of votes; the policy follows from it and never goes back. */
export type RolloutEntry =
  | { readonly type: "shadow_begun" }
  /** A vote was proven for a program that the committee approved too. */
  | { readonly type: "vote_agreed"; readonly nonce: string }
  | { readonly type: "vote_missed"; readonly nonce: string; readonly reason: string };

/** A program that may get the seed. Made by `acceptUpgrade` only. */
export interface AcceptedProgram {
  readonly by: "committee" | "vote" | "break_glass";
  readonly sealKey: string;
  readonly tlsPublicKey: string;
  readonly account: string;
  readonly nonce: string;
}

/** What speaks for a new program. Each was verified before: by `approveRecipient`'s rules, or by `requireVote`. */
export interface UpgradeCase {
  readonly recipient: AttestedRecipient;
  readonly account: string;
  /** This program's challenge. */
  readonly nonce: string;
  /** The committee's, purpose `upgrade`. */
  readonly approval: VerifiedApproval | null;
  /** The other committee's, purpose `break_glass`. */
  readonly breakGlass: VerifiedApproval | null;
  readonly vote: ProvenVote | BaseError;
  /** Unix seconds by the chain's clock; by the machine's only where the chain is dead and break-glass asks for it. */
  readonly now: number;
}

export interface UpgradeRules {
  readonly policy: RolloutPolicy;
  readonly breakGlassWaitSeconds: number;
}

export interface UpgradeDecision {
  readonly program: AcceptedProgram;
  /** To be written down before anything else. */
  readonly record: RolloutEntry | null;
}

/**
 * A new program that nobody with the right to speak for it spoke for. Codes: `UPGRADE_NOT_APPROVED`,
 * `UPGRADE_NOT_VOTED`, `BREAK_GLASS_TOO_EARLY`, `UPGRADE_OTHER_NONCE`.
 */
export class UpgradeError extends BaseError {
  constructor(
    code: "UPGRADE_NOT_APPROVED" | "UPGRADE_NOT_VOTED" | "BREAK_GLASS_TOO_EARLY" | "UPGRADE_OTHER_NONCE",
    reason: string,
  ) {
    super({ code, shortMessage: `Upgrade refused: ${reason}.`, retryable: code === "BREAK_GLASS_TOO_EARLY" });
  }
}

/** Decides on a new program. Pure. Source: recovery-services.md §7. */
export function acceptUpgrade(upgrade: UpgradeCase, rules: UpgradeRules): UpgradeDecision {
  for (const approval of [upgrade.approval, upgrade.breakGlass]) {
    if (approval === null || approval.statement.nonce === upgrade.nonce) continue;
    throw new UpgradeError("UPGRADE_OTHER_NONCE", "the statement doesn't carry this program's challenge");
  }
  if (upgrade.breakGlass !== null) return byBreakGlass(upgrade, upgrade.breakGlass, rules);
  const { vote, nonce, approval } = upgrade;
  const isVoted = !(vote instanceof BaseError);
  if (rules.policy === "enforced") {
    if (isVoted) return { program: accepted(upgrade, "vote"), record: null };
    throw new UpgradeError("UPGRADE_NOT_VOTED", `the vote isn't proven: ${vote.shortMessage}`);
  }
  if (approval === null)
    throw new UpgradeError("UPGRADE_NOT_APPROVED", "the committee's approval is missing");
  const program = accepted(upgrade, "committee");
  if (rules.policy === "signer") return { program, record: null };
  if (isVoted) return { program, record: { type: "vote_agreed", nonce } };
  return { program, record: { type: "vote_missed", nonce, reason: vote.shortMessage } };
}

/**
 * The policy in force. `shadow` and `enforced` are never left again, and `enforced` comes only after enough votes
 * agreed with the committee in a row.
 *
 * @param voted what the members voted for, proven; null while unknown
 */
export function policyInForce(
  entries: readonly RolloutEntry[],
  voted: RolloutPolicy | null,
  agreementsNeeded: number,
): RolloutPolicy {
  const begun = entries.findIndex(({ type }) => type === "shadow_begun");
  if (begun < 0) return voted === null || voted === "signer" ? "signer" : "shadow";
  const verdicts = entries.slice(begun).filter(({ type }) => type !== "shadow_begun");
  let inARow = 0;
  let wasReached = false;
  for (const { type } of verdicts) {
    inARow = type === "vote_agreed" ? inARow + 1 : 0;
    wasReached ||= inARow >= agreementsNeeded;
  }
  return wasReached ? "enforced" : "shadow";
}

function byBreakGlass(
  upgrade: UpgradeCase,
  { statement }: VerifiedApproval,
  { breakGlassWaitSeconds }: UpgradeRules,
): UpgradeDecision {
  const earliest = statement.issued_at + breakGlassWaitSeconds;
  if (upgrade.now < earliest) {
    throw new UpgradeError(
      "BREAK_GLASS_TOO_EARLY",
      `break-glass counts from ${earliest} on, it is ${upgrade.now}`,
    );
  }
  return { program: accepted(upgrade, "break_glass"), record: null };
}

function accepted({ recipient, account, nonce }: UpgradeCase, by: AcceptedProgram["by"]): AcceptedProgram {
  const { seal_key, tls_public_key } = recipient.recipient;
  return { by, sealKey: seal_key, tlsPublicKey: tls_public_key, account, nonce };
}
