/** Stored proposals that a change of an account's info makes impossible. Source: contract.md §2, Votes. */
import type { AccountId } from "../brand.ts";
import type { ProtocolEvent } from "../events.ts";
import type {
  InitializedState,
  ParametersProposal,
  ParametersVotes,
  ParticipantEntry,
  ParticipantInfo,
  RunningState,
} from "../state.ts";
import { findParticipant, withReplaced } from "./members.ts";
import { isSameInfo } from "./parameters-proposal.ts";
import { keepVotes } from "./votes.ts";

interface KeptVotes {
  readonly votes: ParametersVotes;
  readonly events: readonly ProtocolEvent[];
}

/** The votes without the proposals that list `account` with other info (any, when `info` is null). */
export function dropStaleProposals(
  votes: ParametersVotes,
  account: AccountId,
  info: ParticipantInfo | null,
): KeptVotes {
  const stale = new Set<string>();
  for (const [key, proposal] of Object.entries(votes.proposals)) {
    if (listsOtherInfo(proposal, account, info)) stale.add(key);
  }
  if (stale.size === 0) return { votes, events: [] };
  const voters = Object.entries(votes.key_by_voter).filter(([, key]) => stale.has(key));
  const data = {
    listed_account_id: account,
    proposals: stale.size,
    // One event for all: the log of a call has room for each voter, not for a line each.
    voters: voters.map(([voter]) => voter as AccountId),
  };
  return {
    votes: keepVotes(votes, (_, key) => !stale.has(key)),
    events: [{ event: "proposal_dropped", data }],
  };
}

/** The state with this entry in place of the account's earlier one, without proposals that list another. */
export function withEntry(
  running: RunningState,
  entry: ParticipantEntry,
): { readonly state: RunningState; readonly events: readonly ProtocolEvent[] } {
  const { votes, events } = dropStaleProposals(running.parameters_votes, entry[0], entry[2]);
  const state: RunningState = {
    kind: "Running",
    domains: running.domains,
    keyset: running.keyset,
    parameters: withReplaced(running.parameters, entry),
    parameters_votes: votes,
    add_domains_votes: running.add_domains_votes,
    previously_cancelled_resharing_epoch_id: running.previously_cancelled_resharing_epoch_id,
    participants_revision: running.participants_revision + 1,
  };
  return { state, events };
}

interface RestOfState {
  /** Null when nothing was dropped. */
  readonly state: InitializedState | null;
  readonly events: readonly ProtocolEvent[];
}

/** The state without the proposals that list `account` with info other than this. */
export function withoutStaleProposals(
  state: InitializedState,
  account: AccountId,
  info: ParticipantInfo,
): RestOfState {
  return changeVotes(state, (votes) => dropStaleProposals(votes, account, info));
}

/** The state without the proposals that list `account`, and without its own vote. */
export function withoutProposalsOf(state: InitializedState, account: AccountId): RestOfState {
  return changeVotes(state, (votes) => {
    const dropped = dropStaleProposals(votes, account, null);
    return { ...dropped, votes: keepVotes(dropped.votes, (voter) => voter !== account) };
  });
}

function changeVotes(state: InitializedState, change: (votes: ParametersVotes) => KeptVotes): RestOfState {
  if (state.kind === "Initializing") return { state: null, events: [] };
  const running = state.kind === "Running" ? state : state.previous_running_state;
  const { votes, events } = change(running.parameters_votes);
  if (votes === running.parameters_votes) return { state: null, events };
  const next = { ...running, parameters_votes: votes };
  return { state: state.kind === "Running" ? next : { ...state, previous_running_state: next }, events };
}

function listsOtherInfo(
  proposal: ParametersProposal,
  account: AccountId,
  info: ParticipantInfo | null,
): boolean {
  const listed = findParticipant(proposal.parameters.participants, account)?.[2];
  return listed !== undefined && (info === null || !isSameInfo(listed, info));
}
