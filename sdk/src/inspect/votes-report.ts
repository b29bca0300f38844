import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import type { ViewResult } from "../../../contract/src/interface/methods.ts";
import type { AccountId, Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import { unreachable } from "../../../contract/src/protocol/errors.ts";
import { membersOf, thresholdOf } from "../../../contract/src/protocol/rules/members.ts";
import type {
  InitializedState,
  KeyEvent,
  Participants,
  ProtocolState,
  RecoveryState,
  RunningState,
} from "../../../contract/src/protocol/state.ts";
import { proposalHash } from "./proposal-hash.ts";

/** Why an account that may vote hasn't, as far as the state tells. */
export type MissingReason =
  | "not_voted"
  /** Its vote is for another proposal of the kind. */
  | "voted_otherwise"
  /** A newcomer, who may vote once `threshold` members did. */
  | "not_admitted_yet"
  /** Its node starts the next attempt. */
  | "leads";

/** An account without which the vote isn't complete. */
export interface MissingVoter {
  readonly accountId: AccountId;
  readonly reason: MissingReason;
}

/** One question that is open, who answered it, and who didn't. */
export interface Ballot {
  /** The call that votes. */
  readonly method: AnyCallName;
  /** What is voted on, in a few words. */
  readonly subject: string;
  /** Names the proposal's content; null where there is none. */
  readonly proposalHash: Sha256Hex | null;
  readonly voted: readonly AccountId[];
  readonly missing: readonly MissingVoter[];
  /** How many of the missing it still takes. */
  readonly needed: number;
  /** What happens then. */
  readonly effect: string;
}

type Updates = ViewResult<"proposed_updates">;

/** All open questions of the state and of the proposed updates. Pure. */
export function votesReport(state: ProtocolState, updates: Updates): readonly Ballot[] {
  if (state.kind === "NotInitialized") return [];
  return [...stateBallots(state), ...updates.map((update) => updateBallot(state, update))];
}

function stateBallots(state: InitializedState): readonly Ballot[] {
  switch (state.kind) {
    case "Running":
      return [...parametersBallots(state), ...domainsBallots(state)];
    case "Recovery":
      return [cancelRecoveryBallot(state), ...parametersBallots(state.previous_running_state)];
    case "Initializing": {
      const accounts = accountsOf(state.cancel_votes, membersOf(state));
      const subject = `end the key generation with ${state.generated_keys.length} keys`;
      const cancel = thresholdBallot(state, "vote_cancel_keygen", subject, accounts);
      return [keyEventBallot(state.generating_key, "start_keygen_instance", "vote_pk"), cancel];
    }
    case "Resharing": {
      const { epoch_id } = state.resharing_key;
      const subject = `cancel the resharing to epoch ${epoch_id}`;
      const cancel = thresholdBallot(state, "vote_cancel_resharing", subject, state.cancellation_requests);
      const work = keyEventBallot(state.resharing_key, "start_reshare_instance", "vote_reshared");
      return [work, cancel, ...parametersBallots(state.previous_running_state)];
    }
    default:
      return unreachable(state);
  }
}

/** Everyone proposed must vote; newcomers only once `threshold` members did. */
function parametersBallots(running: RunningState): readonly Ballot[] {
  const { key_by_voter, proposals } = running.parameters_votes;
  const { participants, threshold } = running.parameters;
  const members = new Set<string>(participants.participants.map(([account]) => account));
  return Object.entries(proposals).map(([key, proposal]) => {
    const proposed = proposal.parameters.participants.participants.map(([account]) => account);
    const voted = proposed.filter((account) => votedFor(key_by_voter, account) === key);
    const fromMembers = Object.keys(key_by_voter).filter(
      (voter) => members.has(voter) && votedFor(key_by_voter, voter) === key,
    );
    const admitted = fromMembers.length >= threshold;
    const missing = proposed
      .filter((account) => !voted.includes(account))
      .map((accountId): MissingVoter => {
        if (!members.has(accountId) && !admitted) return { accountId, reason: "not_admitted_yet" };
        const isElsewhere = votedFor(key_by_voter, accountId) !== undefined;
        return { accountId, reason: isElsewhere ? "voted_otherwise" : "not_voted" };
      });
    return {
      method: "vote_new_parameters",
      subject: `${proposed.length} participants, threshold ${proposal.parameters.threshold}`,
      proposalHash: proposalHash({ kind: "new_parameters", proposal }),
      voted,
      missing,
      needed: missing.length,
      effect: running.domains.domains.length > 0 ? "Resharing begins" : "the parameters hold at once",
    };
  });
}

function domainsBallots(running: RunningState): readonly Ballot[] {
  const { key_by_voter, proposals } = running.add_domains_votes;
  return Object.entries(proposals).map(([key, domains]) => {
    const members = running.parameters.participants.participants;
    const isFor = (id: number) => votedFor(key_by_voter, String(id)) === key;
    const missing = members
      .filter(([, id]) => !isFor(id))
      .map(([accountId, id]): MissingVoter => {
        const isElsewhere = votedFor(key_by_voter, String(id)) !== undefined;
        return { accountId, reason: isElsewhere ? "voted_otherwise" : "not_voted" };
      });
    return {
      method: "vote_add_domains",
      subject: `new domains ${domains.map(({ id, protocol }) => `${id} (${protocol})`).join(", ")}`,
      proposalHash: proposalHash({ kind: "add_domains", domains }),
      voted: members.filter(([, id]) => isFor(id)).map(([account]) => account),
      missing,
      needed: missing.length,
      effect: "Initializing begins",
    };
  });
}

function cancelRecoveryBallot(state: RecoveryState): Ballot {
  const { account_id } = state.recovering;
  const { participants, threshold } = state.previous_running_state.parameters;
  const voters = participants.participants.map(([account]) => account).filter((one) => one !== account_id);
  const voted = accountsOf(state.cancel_votes, participants);
  return {
    method: "vote_cancel_recovery",
    subject: `cancel recovery ${state.recovery_id} of ${account_id}`,
    proposalHash: null,
    voted,
    missing: notVoted(voters, voted),
    needed: Math.max(0, Math.min(threshold, voters.length) - voted.length),
    effect: "Running with the old address and key",
  };
}

function thresholdBallot(
  state: InitializedState,
  method: AnyCallName,
  subject: string,
  voted: readonly AccountId[],
): Ballot {
  const members = membersOf(state).participants.map(([account]) => account);
  return {
    method,
    subject,
    proposalHash: null,
    voted,
    missing: notVoted(members, voted),
    needed: Math.max(0, thresholdOf(state) - voted.length),
    effect: "Running",
  };
}

function keyEventBallot(event: KeyEvent, start: AnyCallName, vote: AnyCallName): Ballot {
  const { domain, epoch_id, instance, next_attempt_id, parameters } = event;
  const entries = parameters.participants.participants;
  const what = `key of domain ${domain.id}, epoch ${epoch_id}`;
  if (instance === null) {
    const [leader] = [...entries].sort(([, one], [, other]) => one - other);
    const missing: MissingVoter[] = leader ? [{ accountId: leader[0], reason: "leads" }] : [];
    const subject = `${what}: attempt ${next_attempt_id} is to be started`;
    const effect = `attempt ${next_attempt_id} begins`;
    return { method: start, subject, proposalHash: null, voted: [], missing, needed: missing.length, effect };
  }
  const voted = accountsOf(instance.completed, parameters.participants);
  const missing = notVoted(
    entries.map(([account]) => account),
    voted,
  );
  return {
    method: vote,
    subject: `${what}: attempt ${instance.attempt_id}, until block ${instance.expires_on}`,
    proposalHash: null,
    voted,
    missing,
    needed: missing.length,
    effect: "the next domain, or Running after the last",
  };
}

function updateBallot(state: InitializedState, update: Updates[number]): Ballot {
  const members = membersOf(state).participants.map(([account]) => account);
  const voted = members.filter((account) => update.votes.includes(account));
  const { id, proposer, code_sha256, config } = update;
  const parts = [...(code_sha256 === null ? [] : ["code"]), ...(config === null ? [] : ["settings"])];
  return {
    method: "vote_update",
    subject: `update ${id} of ${proposer}: ${parts.join(" and ")}`,
    proposalHash: code_sha256,
    voted,
    missing: notVoted(members, voted),
    needed: Math.max(0, thresholdOf(state) - voted.length),
    effect: "the update is applied",
  };
}

function notVoted(voters: readonly AccountId[], voted: readonly AccountId[]): readonly MissingVoter[] {
  return voters
    .filter((account) => !voted.includes(account))
    .map((accountId) => ({ accountId, reason: "not_voted" }));
}

/** Ids of participants that the list doesn't have are left out. */
function accountsOf(ids: readonly number[], { participants }: Participants): readonly AccountId[] {
  return participants.filter(([, id]) => ids.includes(id)).map(([account]) => account);
}

/** An account may be called `constructor`. */
function votedFor(votes: Readonly<Record<string, string>>, voter: string): string | undefined {
  return Object.hasOwn(votes, voter) ? votes[voter] : undefined;
}
