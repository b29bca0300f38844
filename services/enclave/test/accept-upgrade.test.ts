import assert from "node:assert/strict";
import { test } from "node:test";
import { attestRecipient } from "../../../sdk/src/approval/approve-recipient.ts";
import type { VerifiedApproval } from "../../../sdk/src/approval/verify-approval.ts";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import {
  CONTRACT,
  DEV_POLICY,
  MEMBER_KEYS,
  NETWORK,
  NOW,
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
import { VoteError } from "../vote-proof.ts";

const NONCE = "dd".repeat(32);
const PROGRAM = sampleProgram(10);
const APPROVED = approval("upgrade");
const VOTED = { head: {} as never, time: NOW };
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
  const breakGlass = approval("break_glass");
  for (const policy of ["signer", "shadow", "enforced"] as const) {
    assert.equal(codeOf({ breakGlass, vote: NOT_VOTED }, policy, NOW + WAIT - 1), "BREAK_GLASS_TOO_EARLY");
    assert.equal(decide({ breakGlass, vote: NOT_VOTED }, policy, NOW + WAIT).program.by, "break_glass");
  }
});

test("behavior: a statement for another challenge is refused", () => {
  const other = approval("upgrade", "ee".repeat(32));
  assert.equal(codeOf({ approval: other, vote: VOTED }, "signer"), "UPGRADE_OTHER_NONCE");
  const otherGlass = approval("break_glass", "ee".repeat(32));
  assert.equal(
    codeOf({ breakGlass: otherGlass, vote: VOTED }, "enforced", NOW + WAIT),
    "UPGRADE_OTHER_NONCE",
  );
});

test("behavior: the accepted program is the attested one, with its own keys", () => {
  const { program } = decide({ vote: VOTED }, "enforced");
  assert.equal(program.sealKey, PROGRAM.sealKey.publicKey);
  assert.equal(program.tlsPublicKey, PROGRAM.tls.publicKey);
  assert.equal(program.nonce, NONCE);
});

test("behavior: shadow begins by vote, enforced after enough agreements in a row, and neither ends", () => {
  const agreed: RolloutEntry = { type: "vote_agreed", nonce: NONCE };
  const missed: RolloutEntry = { type: "vote_missed", nonce: NONCE, reason: "no" };
  const begun: RolloutEntry = { type: "shadow_begun" };
  const policy = (entries: RolloutEntry[], voted: RolloutPolicy | null) => policyInForce(entries, voted, 2);
  assert.equal(policy([], null), "signer");
  assert.equal(policy([], "signer"), "signer");
  assert.equal(policy([], "shadow"), "shadow");
  // Nobody can skip the shadow, nor vote the program back.
  assert.equal(policy([], "enforced"), "shadow");
  assert.equal(policy([begun], "signer"), "shadow");
  assert.equal(policy([begun, agreed, missed, agreed], null), "shadow");
  assert.equal(policy([begun, agreed, agreed], null), "enforced");
  assert.equal(policy([begun, agreed, agreed, missed], "signer"), "enforced");
  assert.equal(policy([agreed, agreed], null), "signer");
});

function decide(change: Partial<UpgradeCase>, policy: RolloutPolicy, now = NOW) {
  const use = { network: NETWORK, contract: CONTRACT, account: RECIPIENT_ACCOUNT };
  const recipient = attestRecipient(PROGRAM.recipient, use, NOW, DEV_POLICY);
  const known = { recipient, account: RECIPIENT_ACCOUNT, nonce: NONCE, now };
  const nothing = { approval: null, breakGlass: null, vote: NOT_VOTED };
  return acceptUpgrade({ ...known, ...nothing, ...change }, { policy, breakGlassWaitSeconds: WAIT });
}

function codeOf(change: Partial<UpgradeCase>, policy: RolloutPolicy, now = NOW): string {
  try {
    decide(change, policy, now);
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function approval(purpose: "upgrade" | "break_glass", nonce = NONCE): VerifiedApproval {
  return { statement: sampleStatement(PROGRAM, { purpose, nonce }), signers: MEMBER_KEYS.slice(0, 3) };
}
