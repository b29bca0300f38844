/** Resharing: the proposed participants take over the keys, domain by domain. Source: contract.md §2. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { StartReshareInstance, VoteAbortKeyEventInstance, VoteReshared } from "../commands.ts";
import type { Context } from "../context.ts";
import type { ProtocolEvent } from "../events.ts";
import {
  abortAttempt,
  abortedEvent,
  completeAttempt,
  completedEvent,
  isComplete,
  openKeyEvent,
  requireAttempt,
  requireKeyEventNode,
  startAttempt,
  startedEvent,
} from "../rules/key-events.ts";
import { requireMember } from "../rules/members.ts";
import { recordsWithoutProspective, takeOver } from "../rules/membership.ts";
import { withThresholds } from "../rules/parameters-proposal.ts";
import { keepVotes } from "../rules/votes.ts";
import {
  type DomainConfig,
  type KeyEvent,
  type KeyForDomain,
  NO_VOTES,
  type ParametersProposal,
  type ResharingState,
  type RunningState,
} from "../state.ts";

/** The state in which `proposal` takes over from `running`, beginning with the first domain; there must be one. */
export function startResharing(
  running: RunningState,
  first: DomainConfig,
  { parameters, per_domain_thresholds }: ParametersProposal,
  epoch_id: RunningState["keyset"]["epoch_id"],
): ResharingState {
  const stays = new Set(parameters.participants.participants.map(([, id]) => String(id)));
  return {
    kind: "Resharing",
    previous_running_state: {
      ...running,
      parameters_votes: NO_VOTES,
      add_domains_votes: keepVotes(running.add_domains_votes, (voter) => stays.has(voter)),
    },
    reshared_keys: [],
    resharing_key: openKeyEvent(epoch_id, first, parameters),
    cancellation_requests: [],
    per_domain_thresholds,
  };
}

export function startReshareInstance(
  state: ResharingState,
  { key_event_id }: StartReshareInstance,
  context: Context,
): Change {
  const leader = requireKeyEventNode(state.resharing_key, "NOT_PROPOSED", context);
  const event = startAttempt(state.resharing_key, key_event_id, leader, context);
  return withEvent(state, event, [startedEvent(event, key_event_id)]);
}

/** The last vote for the last domain puts the new parameters in force. */
export function voteReshared(
  state: ResharingState,
  { key_event_id }: VoteReshared,
  context: Context,
): Change {
  const event = state.resharing_key;
  const [, voter] = requireKeyEventNode(event, "NOT_PROPOSED", context);
  const instance = completeAttempt(requireAttempt(event, key_event_id), voter, null);
  const voted = completedEvent(key_event_id, context);
  if (!isComplete(event, instance)) return withEvent(state, { ...event, instance }, [voted]);
  const events: ProtocolEvent[] = [voted, { event: "domain_reshared", data: key_event_id }];
  return finishDomain(state, instance.attempt_id, events, context);
}

export function voteAbortReshare(
  state: ResharingState,
  { key_event_id }: VoteAbortKeyEventInstance,
  context: Context,
): Change {
  requireKeyEventNode(state.resharing_key, "NOT_PROPOSED", context);
  requireAttempt(state.resharing_key, key_event_id);
  const event = abortAttempt(state.resharing_key);
  return withEvent(state, event, [abortedEvent(key_event_id, "voted", context)]);
}

/** With `threshold` members' votes the network runs on as before; the cancelled epoch is never used again. */
export function voteCancelResharing(state: ResharingState, context: Context): Change {
  const [account_id] = requireMember(context);
  if (state.cancellation_requests.includes(account_id)) return NO_CHANGE;
  const cancellation_requests = [...state.cancellation_requests, account_id];
  const votes = cancellation_requests.length;
  const voted: ProtocolEvent = { event: "resharing_cancel_voted", data: { account_id, votes } };
  const running = state.previous_running_state;
  if (votes < running.parameters.threshold) {
    return { state: { ...state, cancellation_requests }, events: [voted] };
  }
  const { epoch_id } = state.resharing_key;
  const back = {
    ...running,
    parameters_votes: NO_VOTES,
    previously_cancelled_resharing_epoch_id: epoch_id,
  };
  return {
    state: back,
    records: recordsWithoutProspective(state, running.parameters, context),
    events: [voted, { event: "resharing_cancelled", data: { epoch_id } }],
  };
}

function finishDomain(
  state: ResharingState,
  attempt: KeyForDomain["attempt"],
  events: readonly ProtocolEvent[],
  context: Context,
): Change {
  const running = state.previous_running_state;
  const { domain, epoch_id, parameters } = state.resharing_key;
  const old = running.keyset.domains.find((key) => key.domain_id === domain.id);
  const reshared_keys = old ? [...state.reshared_keys, { ...old, attempt }] : state.reshared_keys;
  const done = new Set(reshared_keys.map((key) => key.domain_id));
  const next = running.domains.domains.find((candidate) => !done.has(candidate.id));
  if (next) {
    return {
      state: { ...state, reshared_keys, resharing_key: openKeyEvent(epoch_id, next, parameters) },
      events,
    };
  }
  const domains = withThresholds(running.domains.domains, state.per_domain_thresholds);
  const after: RunningState = {
    ...running,
    domains: { ...running.domains, domains },
    keyset: { epoch_id, domains: reshared_keys },
    parameters,
    parameters_votes: NO_VOTES,
    previously_cancelled_resharing_epoch_id: null,
    participants_revision: running.participants_revision + 1,
  };
  return takeOver(running, after, events, context);
}

function withEvent(state: ResharingState, resharing_key: KeyEvent, events: readonly ProtocolEvent[]): Change {
  return { state: { ...state, resharing_key }, events };
}
