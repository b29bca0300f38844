import type { AttestedRecipient } from "../../sdk/src/approval/approve-recipient.ts";
import type { ApprovalPurpose } from "../../sdk/src/approval/statement.ts";
import { recipientKeyHash, type VerifiedApproval } from "../../sdk/src/approval/verify-approval.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { ProvenVote } from "./vote-proof.ts";

/** Who decides on a new program: the committee alone, the committee while votes are watched, or the vote. */
export type RolloutPolicy = "signer" | "shadow" | "enforced";

/** What the program remembers of votes; the policy follows from it and never goes back. */
export type RolloutEntry =
  | { readonly type: "shadow_begun" }
  /** Found in force on chain by a program that was brought back and knows nothing of what was before. */
  | { readonly type: "enforced_found" }
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
  /** Since this program gave out its challenge, at least; by clocks that nobody else sets. */
  readonly waitedSeconds: number;
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
 * `UPGRADE_NOT_VOTED`, `BREAK_GLASS_TOO_EARLY`, `UPGRADE_OTHER_NONCE`, `UPGRADE_OTHER_PURPOSE`, `UPGRADE_OTHER_PROGRAM`
 * (what was shown speaks for another program, account or keys).
 */
export class UpgradeError extends BaseError {
  constructor(code: UpgradeCode, reason: string) {
    super({ code, shortMessage: `Upgrade refused: ${reason}.`, retryable: code === "BREAK_GLASS_TOO_EARLY" });
  }
}

type UpgradeCode =
  | "UPGRADE_NOT_APPROVED"
  | "UPGRADE_NOT_VOTED"
  | "BREAK_GLASS_TOO_EARLY"
  | "UPGRADE_OTHER_NONCE"
  | "UPGRADE_OTHER_PURPOSE"
  | "UPGRADE_OTHER_PROGRAM";

/** Decides on a new program. Pure. Source: recovery-services.md §7. */
export function acceptUpgrade(upgrade: UpgradeCase, rules: UpgradeRules): UpgradeDecision {
  requireOneCase(upgrade);
  if (upgrade.breakGlass !== null) return byBreakGlass(upgrade, rules);
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
  if (entries.some(({ type }) => type === "enforced_found")) return "enforced";
  const begun = entries.findIndex(({ type }) => type === "shadow_begun");
  if (begun < 0) return voted === null || voted === "signer" ? "signer" : "shadow";
  const verdicts = entries.slice(begun).filter(({ type }) => type !== "shadow_begun");
  // A request that is sent again is still one agreement.
  let inARow = new Set<string>();
  for (const entry of verdicts) {
    inARow = entry.type === "vote_agreed" ? new Set([...inARow, entry.nonce]) : new Set();
    if (inARow.size >= agreementsNeeded) return "enforced";
  }
  return "shadow";
}

/** All that was shown must speak for the one program that asks, whoever put the case together. */
function requireOneCase({ recipient, account, nonce, approval, breakGlass, vote }: UpgradeCase): void {
  const { measurement, reportData } = recipient.verified;
  const shown: readonly (readonly [ApprovalPurpose, VerifiedApproval | null])[] = [
    ["upgrade", approval],
    ["break_glass", breakGlass],
  ];
  for (const [purpose, speaks] of shown) {
    if (speaks === null) continue;
    const { statement } = speaks;
    if (statement.purpose !== purpose)
      throw new UpgradeError(
        "UPGRADE_OTHER_PURPOSE",
        `a statement for ${statement.purpose} isn't one for ${purpose}`,
      );
    if (statement.nonce !== nonce)
      throw new UpgradeError("UPGRADE_OTHER_NONCE", "the statement doesn't carry this program's challenge");
    const isOther =
      statement.to !== measurement ||
      statement.recipient_account !== account ||
      statement.recipient_key_hash !== recipientKeyHash(reportData);
    if (isOther) throw new UpgradeError("UPGRADE_OTHER_PROGRAM", "the statement is for another program");
  }
  if (!(vote instanceof BaseError) && vote.codeHash !== measurement)
    throw new UpgradeError("UPGRADE_OTHER_PROGRAM", `the vote is for ${vote.codeHash}`);
}

function byBreakGlass(upgrade: UpgradeCase, { breakGlassWaitSeconds }: UpgradeRules): UpgradeDecision {
  const left = breakGlassWaitSeconds - upgrade.waitedSeconds;
  if (left <= 0) return { program: accepted(upgrade, "break_glass"), record: null };
  // Not from the statement's own time, which is the word of those whom the wait is to slow down.
  const reason = `break-glass counts ${breakGlassWaitSeconds} seconds after the challenge, in ${Math.ceil(left)} from now`;
  throw new UpgradeError("BREAK_GLASS_TOO_EARLY", reason);
}

function accepted({ recipient, account, nonce }: UpgradeCase, by: AcceptedProgram["by"]): AcceptedProgram {
  const { seal_key, tls_public_key } = recipient.recipient;
  return { by, sealKey: seal_key, tlsPublicKey: tls_public_key, account, nonce };
}
