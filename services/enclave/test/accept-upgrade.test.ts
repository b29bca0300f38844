import assert from "node:assert/strict";
import { test } from "node:test";
import { attestRecipient } from "../../../sdk/src/approval/approve-recipient.ts";
import type { Statement } from "../../../sdk/src/approval/statement.ts";
import type { VerifiedApproval } from "../../../sdk/src/approval/verify-approval.ts";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import {
  CONTRACT,
  DEV_POLICY,
  MEMBER_KEYS,
  NETWORK,
  NEW_PROGRAM,
  NOW,
  OLD_PROGRAM,
  RECIPIENT_ACCOUNT,
  sampleProgram,
  sampleStatement,
} from "../../../sdk/test/approval/sample-recipient.ts";
import {
  acceptUpgrade,
  policyInForce,
  type RolloutEntry,
  type RolloutPolicy,
  type UpgradeCase,
} from "../accept-upgrade.ts";
import type { ProvenAnchor } from "../anchor-proof.ts";
import { codeHashesDigest, requireVote, VoteError } from "../vote-proof.ts";

const NONCE = "dd".repeat(32);
const PROGRAM = sampleProgram(10);
const APPROVED = approval("upgrade");
const VOTED = votedFor(NEW_PROGRAM);
const NOT_VOTED = new VoteError("VOTE_MISSING", "it isn't on the list");
const WAIT = 86_400;

test("behavior: under signer the committee decides, whatever the vote", () => {
  for (const vote of [VOTED, NOT_VOTED]) {
    assert.equal(decide({ approval: APPROVED, vote }, "signer").program.by, "committee");
    assert.equal(codeOf({ vote }, "signer"), "UPGRADE_NOT_APPROVED");
  }
});

test("behavior: under shadow the committee still decides, and what the vote would have said is recorded", () => {
  const agreed = decide({ approval: APPROVED, vote: VOTED }, "shadow");
  assert.deepEqual([agreed.program.by, agreed.record?.type], ["committee", "vote_agreed"]);
  const missed = decide({ approval: APPROVED, vote: NOT_VOTED }, "shadow");
  assert.deepEqual([missed.program.by, missed.record?.type], ["committee", "vote_missed"]);
  assert.equal(codeOf({ vote: VOTED }, "shadow"), "UPGRADE_NOT_APPROVED");
});

test("behavior: under enforced only the vote counts; the committee alone is refused", () => {
  assert.equal(decide({ vote: VOTED }, "enforced").program.by, "vote");
  assert.equal(codeOf({ approval: APPROVED, vote: NOT_VOTED }, "enforced"), "UPGRADE_NOT_VOTED");
});

test("behavior: break-glass counts under every policy, after its waiting period and not before", () => {
  // Dated back by its members: that shortens nothing.
  const breakGlass = approval("break_glass", { issued_at: NOW - 10 * WAIT });
  for (const policy of ["signer", "shadow", "enforced"] as const) {
    for (const vote of [VOTED, NOT_VOTED]) {
      assert.equal(codeOf({ breakGlass, vote }, policy, WAIT - 1), "BREAK_GLASS_TOO_EARLY");
      assert.equal(decide({ breakGlass, vote }, policy, WAIT).program.by, "break_glass");
    }
  }
});

test("behavior: no statement or vote for another program, account, key or purpose counts", () => {
  const other = { to: OLD_PROGRAM };
  const cases: [Partial<UpgradeCase>, string][] = [
    [{ approval: approval("break_glass") }, "UPGRADE_OTHER_PURPOSE"],
    [{ breakGlass: approval("upgrade") }, "UPGRADE_OTHER_PURPOSE"],
    [{ approval: approval("upgrade", other) }, "UPGRADE_OTHER_PROGRAM"],
    [{ breakGlass: approval("break_glass", other) }, "UPGRADE_OTHER_PROGRAM"],
    [{ approval: approval("upgrade", { recipient_account: "other.testnet" }) }, "UPGRADE_OTHER_PROGRAM"],
    [{ approval: approval("upgrade", { recipient_key_hash: NONCE }) }, "UPGRADE_OTHER_PROGRAM"],
    [{ vote: votedFor(OLD_PROGRAM) }, "UPGRADE_OTHER_PROGRAM"],
  ];
  for (const policy of ["signer", "shadow", "enforced"] as const) {
    for (const [change, code] of cases)
      assert.equal(codeOf({ approval: APPROVED, vote: VOTED, ...change }, policy, WAIT), code);
  }
});

test("behavior: a statement for another challenge is refused", () => {
  const other = approval("upgrade", { nonce: "ee".repeat(32) });
  assert.equal(codeOf({ approval: other, vote: VOTED }, "signer"), "UPGRADE_OTHER_NONCE");
  const otherGlass = approval("break_glass", { nonce: "ee".repeat(32) });
  assert.equal(codeOf({ breakGlass: otherGlass, vote: VOTED }, "enforced", WAIT), "UPGRADE_OTHER_NONCE");
});

test("behavior: the accepted program is the attested one, with its own keys", () => {
  const { program } = decide({ vote: VOTED }, "enforced");
  assert.equal(program.sealKey, PROGRAM.sealKey.publicKey);
  assert.equal(program.tlsPublicKey, PROGRAM.tls.publicKey);
  assert.equal(program.nonce, NONCE);
});

test("behavior: shadow begins by vote, enforced after enough agreements in a row, and neither ends", () => {
  const agreed: RolloutEntry = { type: "vote_agreed", nonce: NONCE };
  const again: RolloutEntry = { type: "vote_agreed", nonce: "ee".repeat(32) };
  const missed: RolloutEntry = { type: "vote_missed", nonce: NONCE, reason: "no" };
  const begun: RolloutEntry = { type: "shadow_begun" };
  const policy = (entries: RolloutEntry[], voted: RolloutPolicy | null) => policyInForce(entries, voted, 2);
  assert.equal(policy([], null), "signer");
  assert.equal(policy([], "signer"), "signer");
  assert.equal(policy([], "shadow"), "shadow");
  // Nobody can skip the shadow, nor vote the program back.
  assert.equal(policy([], "enforced"), "shadow");
  assert.equal(policy([begun], "signer"), "shadow");
  assert.equal(policy([begun, agreed, missed, again], null), "shadow");
  // A request that was sent twice is one agreement.
  assert.equal(policy([begun, agreed, agreed], null), "shadow");
  assert.equal(policy([begun, agreed, again], null), "enforced");
  assert.equal(policy([begun, agreed, again, missed], "signer"), "enforced");
  assert.equal(policy([agreed, again], null), "signer");
  // Brought back after a catastrophe, with nothing remembered but what the chain said.
  assert.equal(policy([begun, { type: "enforced_found" }], "signer"), "enforced");
});

function decide(change: Partial<UpgradeCase>, policy: RolloutPolicy, waitedSeconds = 0) {
  const use = { network: NETWORK, contract: CONTRACT, account: RECIPIENT_ACCOUNT };
  const recipient = attestRecipient(PROGRAM.recipient, use, NOW, DEV_POLICY);
  const known = { recipient, account: RECIPIENT_ACCOUNT, nonce: NONCE, waitedSeconds };
  const nothing = { approval: null, breakGlass: null, vote: NOT_VOTED };
  return acceptUpgrade({ ...known, ...nothing, ...change }, { policy, breakGlassWaitSeconds: WAIT });
}

function codeOf(change: Partial<UpgradeCase>, policy: RolloutPolicy, waitedSeconds = 0): string {
  try {
    decide(change, policy, waitedSeconds);
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function approval(purpose: "upgrade" | "break_glass", change: Partial<Statement> = {}): VerifiedApproval {
  const statement = sampleStatement(PROGRAM, { nonce: NONCE, ...change, purpose });
  return { statement, signers: MEMBER_KEYS.slice(0, 3) };
}

function votedFor(codeHash: string) {
  const digest = codeHashesDigest([codeHash]);
  return requireVote({ time: NOW, codeHashesDigest: digest } as ProvenAnchor, [codeHash], codeHash);
}
