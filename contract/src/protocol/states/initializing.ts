/** Initializing: the members generate the keys of new domains, one after another. Source: contract.md §2. */
import type { DomainPublicKey } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type {
  StartKeygenInstance,
  VoteAbortKeyEventInstance,
  VoteCancelKeygen,
  VotePk,
} from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
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
import { requireCurve } from "../rules/parameters.ts";
import {
  type DomainConfig,
  type InitializingState,
  type KeyEvent,
  type KeyForDomain,
  NO_VOTES,
  type RunningState,
} from "../state.ts";

/** Running → Initializing: the first of `added` is next; votes do not outlive the state that they were cast in. */
export function startKeygen(running: RunningState, added: readonly DomainConfig[]): InitializingState {
  const { domains, keyset, parameters, previously_cancelled_resharing_epoch_id } = running;
  const registry = {
    domains: [...domains.domains, ...added],
    next_domain_id: (domains.next_domain_id + added.length) as typeof domains.next_domain_id,
  };
  const [first] = added;
  if (!first) return refuse("NO_DOMAINS_PROPOSED", {});
  return {
    kind: "Initializing",
    domains: registry,
    epoch_id: keyset.epoch_id,
    generated_keys: keyset.domains,
    generating_key: openKeyEvent(keyset.epoch_id, first, parameters),
    cancel_votes: [],
    previously_cancelled_resharing_epoch_id,
    participants_revision: running.participants_revision,
  };
}

export function startKeygenInstance(
  state: InitializingState,
  { key_event_id }: StartKeygenInstance,
  context: Context,
): Change {
  const leader = requireKeyEventNode(state.generating_key, "NOT_A_MEMBER", context);
  const event = startAttempt(state.generating_key, key_event_id, leader, context);
  return withEvent(state, event, [startedEvent(event, key_event_id)]);
}

/** The last of equal votes makes the domain's key; a different key ends the attempt, whoever votes for it. */
export function votePk(state: InitializingState, command: VotePk, context: Context): Change {
  const { key_event_id, public_key } = command;
  const event = state.generating_key;
  const [, voter] = requireKeyEventNode(event, "NOT_A_MEMBER", context);
  const instance = requireAttempt(event, key_event_id);
  requireCurve(event.domain, public_key);
  // Before the check for a second vote: who votes twice for two keys is in doubt about the key.
  if (instance.public_key !== null && instance.public_key !== public_key) {
    return withEvent(state, abortAttempt(event), [abortedEvent(key_event_id, "keys_differ", context)]);
  }
  const completed = completeAttempt(instance, voter, public_key);
  const voted = completedEvent(key_event_id, context);
  if (!isComplete(event, completed)) return withEvent(state, { ...event, instance: completed }, [voted]);
  return finishKey(state, public_key, [
    voted,
    { event: "key_generated", data: { ...key_event_id, public_key } },
  ]);
}

export function voteAbortKeygen(
  state: InitializingState,
  { key_event_id }: VoteAbortKeyEventInstance,
  context: Context,
): Change {
  requireKeyEventNode(state.generating_key, "NOT_A_MEMBER", context);
  requireAttempt(state.generating_key, key_event_id);
  const event = abortAttempt(state.generating_key);
  return withEvent(state, event, [abortedEvent(key_event_id, "voted", context)]);
}

/** With `threshold` votes the network runs on with the keys made so far; dropped domain ids are never used again. */
export function voteCancelKeygen(
  state: InitializingState,
  { next_domain_id: provided }: VoteCancelKeygen,
  context: Context,
): Change {
  const [account_id, participant_id] = requireMember(context);
  const expected = state.domains.next_domain_id;
  if (provided !== expected) refuse("NEXT_DOMAIN_ID_MISMATCH", { provided, expected });
  if (state.cancel_votes.includes(participant_id)) return NO_CHANGE;
  const cancel_votes = [...state.cancel_votes, participant_id];
  const voted: ProtocolEvent = {
    event: "keygen_cancel_voted",
    data: { account_id, votes: cancel_votes.length },
  };
  if (cancel_votes.length < state.generating_key.parameters.threshold) {
    return { state: { ...state, cancel_votes }, events: [voted] };
  }
  const { epoch_id, domains, generated_keys } = state;
  const kept = domains.domains.filter((domain) => hasKey(generated_keys, domain));
  const dropped = domains.domains.filter((domain) => !hasKey(generated_keys, domain));
  const dropped_domain_ids = dropped.map((domain) => domain.id);
  return {
    state: runningWith(state, kept, generated_keys),
    events: [voted, { event: "keygen_cancelled", data: { epoch_id, dropped_domain_ids } }],
  };
}

function finishKey(state: InitializingState, key: DomainPublicKey, events: readonly ProtocolEvent[]): Change {
  const { domain, instance, parameters, next_attempt_id } = state.generating_key;
  const attempt = instance?.attempt_id ?? next_attempt_id;
  const generated_keys: readonly KeyForDomain[] = [
    ...state.generated_keys,
    { domain_id: domain.id, key, attempt },
  ];
  const next = state.domains.domains.find((candidate) => !hasKey(generated_keys, candidate));
  if (!next) return { state: runningWith(state, state.domains.domains, generated_keys), events };
  const generating_key = openKeyEvent(state.epoch_id, next, parameters);
  return { state: { ...state, generated_keys, generating_key, cancel_votes: [] }, events };
}

function hasKey(keys: readonly KeyForDomain[], domain: DomainConfig): boolean {
  return keys.some((key) => key.domain_id === domain.id);
}

function runningWith(
  state: InitializingState,
  domains: readonly DomainConfig[],
  keys: readonly KeyForDomain[],
): RunningState {
  return {
    kind: "Running",
    domains: { domains, next_domain_id: state.domains.next_domain_id },
    keyset: { epoch_id: state.epoch_id, domains: keys },
    parameters: state.generating_key.parameters,
    parameters_votes: NO_VOTES,
    add_domains_votes: NO_VOTES,
    previously_cancelled_resharing_epoch_id: state.previously_cancelled_resharing_epoch_id,
    participants_revision: state.participants_revision,
  };
}

function withEvent(
  state: InitializingState,
  generating_key: KeyEvent,
  events: readonly ProtocolEvent[],
): Change {
  return { state: { ...state, generating_key }, events };
}
