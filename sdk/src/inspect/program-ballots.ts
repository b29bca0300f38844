import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import type { ViewResult } from "../../../contract/src/interface/methods.ts";
import type { AccountId, Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import { membersOf, thresholdOf } from "../../../contract/src/protocol/rules/members.ts";
import type { InitializedState, ProtocolState } from "../../../contract/src/protocol/state.ts";
import {
  ROLLOUT_POLICIES,
  type RolloutPolicy,
} from "../../../contract/src/protocol/transparency/transparency.ts";
import { allowedCodeHashes, proposedCodeHashes, rolloutPolicy } from "../actions/views.ts";
import type { ReadContract } from "../client/read-contract.ts";
import type { Ballot } from "./votes-report.ts";

/** What the contract shows of votes on programs. */
export interface ProgramVotes {
  readonly proposed: ViewResult<"proposed_code_hashes">;
  readonly allowed: ViewResult<"allowed_code_hashes">;
  readonly rollout: ViewResult<"rollout_policy">;
}

/** Reads it. Throws what view actions throw. */
export async function readProgramVotes(reader: ReadContract): Promise<ProgramVotes> {
  const [proposed, allowed, rollout] = await Promise.all([
    proposedCodeHashes(reader),
    allowedCodeHashes(reader),
    rolloutPolicy(reader),
  ]);
  return { proposed: proposed.value, allowed: allowed.value, rollout: rollout.value };
}

/** Open questions about programs: each proposal, and what somebody voted to revoke or for the next policy. Pure. */
export function programBallots(state: ProtocolState, votes: ProgramVotes): readonly Ballot[] {
  if (state.kind === "NotInitialized") return [];
  const { proposed, allowed, rollout } = votes;
  const next = nextPolicy(rollout.policy);
  return [
    ...proposed.map(({ code_hash, proposer, url, expires_on, votes: voted }) => ({
      ...ballot(state, "vote_code_hash", code_hash, voted),
      subject: `program of ${proposer}, sources at ${url}, until block ${expires_on}`,
      effect: "the program may be given a seed",
    })),
    ...allowed.filter(isVotedOn).map(({ code_hash, url, votes: voted }) => ({
      ...ballot(state, "vote_revoke_code_hash", code_hash, voted),
      subject: `revoke the program with sources at ${url}`,
      effect: "the program is given no seed any more",
    })),
    ...[rollout].filter(isVotedOn).map(({ policy, votes: voted }) => ({
      ...ballot(state, "vote_rollout_policy", null, voted),
      subject: `rollout policy ${next} after ${policy}`,
      effect: `the policy is ${next}, for good`,
    })),
  ];
}

/** The policy that can be voted for; undefined behind the last one. */
export function nextPolicy(policy: RolloutPolicy): RolloutPolicy | undefined {
  return ROLLOUT_POLICIES[ROLLOUT_POLICIES.indexOf(policy) + 1];
}

export function isVotedOn({ votes }: { readonly votes: readonly AccountId[] }): boolean {
  return votes.length > 0;
}

function ballot(
  state: InitializedState,
  method: AnyCallName,
  proposalHash: Sha256Hex | null,
  voted: readonly AccountId[],
): Omit<Ballot, "subject" | "effect"> {
  const members = membersOf(state).participants.map(([account]) => account);
  const missing = members.filter((account) => !voted.includes(account));
  return {
    method,
    proposalHash,
    voted,
    missing: missing.map((accountId) => ({ accountId, reason: "not_voted" })),
    needed: Math.max(0, thresholdOf(state) - voted.length),
  };
}
