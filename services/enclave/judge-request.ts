import { type AttestedRecipient, attestRecipient } from "../../sdk/src/approval/approve-recipient.ts";
import type { Committee } from "../../sdk/src/approval/committee.ts";
import type { Approval, ApprovalPurpose } from "../../sdk/src/approval/statement.ts";
import {
  recipientKeyHash,
  type VerifiedApproval,
  verifyApproval,
} from "../../sdk/src/approval/verify-approval.ts";
import type { ReadContract } from "../../sdk/src/client/read-contract.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { Journal } from "../store/journal.ts";
import {
  type AcceptedProgram,
  acceptUpgrade,
  policyInForce,
  type RolloutEntry,
  UpgradeError,
} from "./accept-upgrade.ts";
import type { ProvenAnchor } from "./anchor-proof.ts";
import type { EnclaveImage } from "./image.ts";
import { ChainUnseen, type ProvenChain } from "./proven-chain.ts";
import type { HandoverRequest } from "./request.ts";
import { recordPolicy, recordVote } from "./rollout-journal.ts";
import { type ProvenVote, requireVote, VoteError } from "./vote-proof.ts";

/** What a decision about a new program rests on. */
export interface Judge {
  readonly image: EnclaveImage;
  /** This program's own measurement, by its own evidence. */
  readonly measurement: string;
  readonly chain: ProvenChain;
  /** Any RPC: what it lists counts only if the chain anchored it. */
  readonly reader: ReadContract;
  readonly rollout: Journal<RolloutEntry>;
  /** Whether this program was brought back after a catastrophe. */
  readonly isRecovered: () => boolean;
  /** Of this program's challenge, given the chain's time. */
  readonly waitedSeconds: (handover: string, now: number | null) => number;
  /** Unix seconds by the machine's clock; used only where the chain isn't seen, for break-glass. */
  readonly machineSeconds: () => number;
}

export interface Judgement {
  readonly program: AcceptedProgram;
  /** Unix seconds, by which the terms' expiry is judged. */
  readonly now: number;
}

/**
 * Verifies everything that a new program shows, asks the chain for the vote, and decides by the policy in force; what
 * is learnt of the vote is on disk before this resolves. Rejects with UpgradeError, VoteError, ApprovalError,
 * AttestationError, ChainUnseen.
 */
export async function judgeRequest(judge: Judge, request: HandoverRequest): Promise<Judgement> {
  await requireSomethingToSpeakForIt(judge, request);
  const anchor = await anchored(judge);
  const isBreakGlass = request.break_glass !== null;
  if (anchor instanceof BaseError && !isBreakGlass) throw anchor;
  const time = anchor instanceof BaseError ? null : anchor.time;
  const now = time ?? judge.machineSeconds();
  const recipient = attested(judge, request, now);
  const vote = anchor instanceof BaseError ? anchor : await voteOf(judge, anchor, recipient);
  // Only the members' word counts as their no; an RPC that shows another list is asked again.
  const isTheirWord = !(vote instanceof BaseError) || vote.code === "VOTE_MISSING";
  if (!isTheirWord && !isBreakGlass) throw new ChainUnseen(vote);
  const { handover: nonce } = request.terms;
  const { image, rollout } = judge;
  const voted = anchor instanceof BaseError ? null : anchor.rolloutPolicy;
  if (voted !== null) await recordPolicy(rollout, voted, judge.isRecovered());
  const policy = policyInForce(rollout.entries(), voted, image.agreements_needed);
  const verify = (purpose: ApprovalPurpose, approval: Approval | null) =>
    approval && verified(judge, request, recipient, purpose, approval, now);
  const { program, record } = acceptUpgrade(
    {
      recipient,
      account: request.account,
      nonce,
      approval: verify("upgrade", request.approval),
      breakGlass: verify("break_glass", request.break_glass),
      vote,
      waitedSeconds: judge.waitedSeconds(nonce, time),
    },
    { policy, breakGlassWaitSeconds: image.break_glass_wait_seconds },
  );
  await recordVote(rollout, record);
  return { program, now };
}

/** Strangers cost the program a call on chain only with a signed statement, or for a program that may be voted for. */
async function requireSomethingToSpeakForIt(judge: Judge, request: HandoverRequest): Promise<void> {
  const now = judge.machineSeconds();
  const recipient = attested(judge, request, now);
  const { approval, break_glass } = request;
  if (break_glass !== null) return void verified(judge, request, recipient, "break_glass", break_glass, now);
  if (approval !== null) return void verified(judge, request, recipient, "upgrade", approval, now);
  const listed = await allowedCodeHashes(judge.reader).catch((error: unknown) => {
    throw new ChainUnseen(error);
  });
  if (!listed.includes(recipient.verified.measurement))
    throw new UpgradeError("UPGRADE_NOT_APPROVED", "neither a statement nor a vote speaks for it");
}

/** The chain's word, or why there is none; what the disk throws is thrown on. */
async function anchored({ chain }: Judge): Promise<ProvenAnchor | BaseError> {
  try {
    return await chain.anchor({});
  } catch (error) {
    if (error instanceof BaseError) return error;
    throw error;
  }
}

async function voteOf(
  { reader }: Judge,
  anchor: ProvenAnchor,
  { verified: { measurement } }: AttestedRecipient,
): Promise<ProvenVote | BaseError> {
  try {
    return requireVote(anchor, await allowedCodeHashes(reader), measurement);
  } catch (error) {
    if (error instanceof BaseError) return error;
    throw error;
  }
}

const MAX_LISTED = 1_000;

async function allowedCodeHashes(reader: ReadContract): Promise<readonly string[]> {
  const { value } = await reader.view("allowed_code_hashes", {});
  const list = Array.isArray(value) && value.length <= MAX_LISTED ? (value as { code_hash?: unknown }[]) : [];
  const hashes = list.map((each) => each?.code_hash);
  if (hashes.every((hash) => typeof hash === "string")) return hashes;
  throw new VoteError("VOTE_FOREIGN", "the RPC doesn't show the list of allowed programs");
}

function attested({ image }: Judge, { recipient, account }: HandoverRequest, now: number): AttestedRecipient {
  const { network, contract, policy } = image;
  return attestRecipient(recipient, { network, contract, account }, now, policy);
}

function verified(
  { image, measurement }: Judge,
  { account }: HandoverRequest,
  { verified: { measurement: to, reportData } }: AttestedRecipient,
  purpose: ApprovalPurpose,
  approval: Approval,
  now: number,
): VerifiedApproval {
  const { network, contract, max_approval_seconds: maxLifetimeSeconds } = image;
  const committee: Committee = purpose === "break_glass" ? image.break_glass : image.committee;
  const about = { recipient_account: account, recipient_key_hash: recipientKeyHash(reportData) };
  const expected = { purpose, network, contract, from: measurement, to, ...about };
  return verifyApproval(approval, { committee, expected, now, maxLifetimeSeconds });
}
