/** Members and newcomers agree on new participants and thresholds. Source: contract.md §2, Votes and Proposals. */
import type { EpochId, ProposalKey } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type { VoteNewParameters } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { afterSupersededRecovery } from "../rules/account-record.ts";
import { findParticipant } from "../rules/members.ts";
import { recordsWithoutProspective, takeOver } from "../rules/membership.ts";
import { validateProposal, withThresholds } from "../rules/parameters-proposal.ts";
import { castVote, keepVotes, lostVotes, votersAmong, votesAmong } from "../rules/votes.ts";
import type {
  ParametersProposal,
  ParametersVotes,
  RecoveryState,
  ResharingState,
  RunningState,
} from "../state.ts";
import { NO_VOTES } from "../state.ts";
import { startResharing } from "../states/resharing.ts";

type VotingState = RunningState | ResharingState | RecoveryState;

/**
 * A vote, in each state judged against the parameters in force. Once all proposed participants voted the same, the
 * network reshares to them; without domains they take over at once.
 */
export function voteNewParameters(state: VotingState, command: VoteNewParameters, context: Context): Change {
  const { prospective_epoch_id: provided, proposal } = command;
  const running = runningOf(state);
  const expected = nextEpoch(state);
  if (provided !== expected) refuse("EPOCH_MISMATCH", { provided, expected });
  const account_id = context.caller;
  if (!findParticipant(proposal.parameters.participants, account_id)) refuse("NOT_PROPOSED", { account_id });
  validateProposal(running, proposal, context);
  const key = context.ports.proposalKey(proposal);
  requireAdmitted(running, key, context);
  const votes = castVote(running.parameters_votes, account_id, key, proposal);
  const proposed = proposal.parameters.participants.participants;
  const agreeing = votesAmong(proposed, votes, key);
  const isAgreed = agreeing === proposed.length;
  if (votes === running.parameters_votes && !isAgreed) return NO_CHANGE;
  const kept = withoutOrphans(running, votes);
  const voted: ProtocolEvent = {
    event: "parameters_voted",
    data: {
      account_id,
      prospective_epoch_id: expected,
      proposal: key,
      votes: agreeing,
      lost_votes: lostVotes(running.parameters_votes, kept),
    },
  };
  return isAgreed ? adopt(state, proposal, expected, voted, context) : withVotes(state, kept, voted);
}

function runningOf(state: VotingState): RunningState {
  return state.kind === "Running" ? state : state.previous_running_state;
}

/** The one epoch that a proposal may name; cancelled ones are skipped. */
function nextEpoch(state: VotingState): EpochId {
  if (state.kind === "Resharing") return (state.resharing_key.epoch_id + 1) as EpochId;
  const { keyset, previously_cancelled_resharing_epoch_id } = runningOf(state);
  return ((previously_cancelled_resharing_epoch_id ?? keyset.epoch_id) + 1) as EpochId;
}

/** Newcomers vote after `threshold` members did. */
function requireAdmitted(running: RunningState, key: ProposalKey, context: Context): void {
  const account_id = context.caller;
  if (context.lookup.member(account_id) !== undefined) return;
  const required = running.parameters.threshold;
  const member_votes = memberVotes(running, running.parameters_votes, key);
  if (member_votes < required) refuse("NOT_YET_ADMITTED", { account_id, member_votes, required });
}

/** Votes of newcomers go with the members' support for their proposal, so that their number stays bounded. */
function withoutOrphans(running: RunningState, votes: ParametersVotes): ParametersVotes {
  const { participants, threshold } = running.parameters;
  const voting = Object.keys(votes.key_by_voter);
  if (votersAmong(participants.participants, votes) === voting.length) return votes;
  const members = new Set<string>(participants.participants.map(([account]) => account));
  return keepVotes(
    votes,
    (voter, key) => members.has(voter) || memberVotes(running, votes, key) >= threshold,
  );
}

function memberVotes(running: RunningState, votes: ParametersVotes, key: ProposalKey): number {
  return votesAmong(running.parameters.participants.participants, votes, key);
}

function withVotes(state: VotingState, votes: ParametersVotes, voted: ProtocolEvent): Change {
  const running = { ...runningOf(state), parameters_votes: votes };
  const next = state.kind === "Running" ? running : { ...state, previous_running_state: running };
  return { state: next, events: [voted] };
}

function adopt(
  state: VotingState,
  proposal: ParametersProposal,
  epoch_id: EpochId,
  voted: ProtocolEvent,
  context: Context,
): Change {
  const running = runningOf(state);
  const [first] = running.domains.domains;
  const dropped = dropRecovery(state, epoch_id, context);
  const events = [voted, ...dropped.events];
  if (!first)
    return withRecords(takeOverAtOnce(running, proposal, epoch_id, events, context), dropped.records);
  const released =
    state.kind === "Resharing" ? recordsWithoutProspective(state, proposal.parameters, context) : [];
  return {
    state: startResharing(running, first, proposal, epoch_id),
    records: [...dropped.records, ...released],
    events: [...events, { event: "resharing_started", data: { epoch_id } }],
  };
}

/** Running → Running, epoch + 1: there is no key to reshare. */
function takeOverAtOnce(
  running: RunningState,
  { parameters, per_domain_thresholds }: ParametersProposal,
  epoch_id: EpochId,
  events: readonly ProtocolEvent[],
  context: Context,
): Change {
  const stays = new Set(parameters.participants.participants.map(([, id]) => String(id)));
  const after: RunningState = {
    ...running,
    domains: {
      ...running.domains,
      domains: withThresholds(running.domains.domains, per_domain_thresholds),
    },
    keyset: { epoch_id, domains: [] },
    parameters,
    parameters_votes: NO_VOTES,
    add_domains_votes: keepVotes(running.add_domains_votes, (voter) => stays.has(voter)),
    previously_cancelled_resharing_epoch_id: null,
    participants_revision: running.participants_revision + 1,
  };
  return takeOver(running, after, events, context);
}

/** An open Recovery gives way: its record goes, its key is retired, no cool-down follows. */
function dropRecovery(
  state: VotingState,
  epoch_id: EpochId,
  context: Context,
): { records: NonNullable<Change["records"]>; events: ProtocolEvent[] } {
  if (state.kind !== "Recovery") return { records: [], events: [] };
  const { recovery_id } = state;
  const { account_id } = state.recovering;
  const record = context.lookup.record(account_id);
  return {
    records: record ? [[account_id, afterSupersededRecovery(record, state)]] : [],
    events: [{ event: "recovery_superseded", data: { recovery_id, account_id, epoch_id } }],
  };
}

/** `first` is overridden by what the change itself says of the same account. */
function withRecords(change: Change, first: NonNullable<Change["records"]>): Change {
  return { ...change, records: [...first, ...(change.records ?? [])] };
}
