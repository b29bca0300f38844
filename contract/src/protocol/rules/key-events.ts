/** One key event: attempts that a leader starts, everyone completes and anyone aborts. Source: contract.md §2. */
import type { AttemptId, BlockHeight, DomainPublicKey, EpochId, ParticipantId } from "../brand.ts";
import type { Context } from "../context.ts";
import { type ErrorInfos, refuse } from "../errors.ts";
import type { KeyEventAborted, ProtocolEvent } from "../events.ts";
import type {
  DomainConfig,
  KeyEvent,
  KeyEventId,
  KeyEventInstance,
  ParticipantEntry,
  ThresholdParameters,
} from "../state.ts";
import { countOf, findParticipant, leaderOf } from "./members.ts";

/** A key event that waits for its first attempt. */
export function openKeyEvent(
  epoch_id: EpochId,
  domain: DomainConfig,
  parameters: ThresholdParameters,
): KeyEvent {
  return { epoch_id, domain, parameters, instance: null, next_attempt_id: 0 as AttemptId };
}

/** The caller's entry in the key event, if it signs with its node key. */
export function requireKeyEventNode(
  event: KeyEvent,
  outsider: "NOT_A_MEMBER" | "NOT_PROPOSED",
  context: Context,
): ParticipantEntry {
  const account_id = context.caller;
  const entry = findParticipant(event.parameters.participants, account_id);
  if (!entry) return refuse(outsider, { account_id });
  const expected = context.lookup.record(account_id)?.node_key ?? refuse("NO_NODE_KEY", { account_id });
  if (context.signerKey !== expected) {
    refuse("WRONG_SIGNER_KEY", { role: "node", provided: context.signerKey, expected });
  }
  return entry;
}

/** Starts the next attempt; `caller` must be the leader, the participant with the lowest id. */
export function startAttempt(
  event: KeyEvent,
  provided: KeyEventId,
  caller: ParticipantEntry,
  context: Context,
): KeyEvent {
  requireLeader(event, caller);
  if (event.instance !== null) {
    const { attempt_id, expires_on } = event.instance;
    refuse("ATTEMPT_RUNNING", { attempt_id, expires_on });
  }
  const attempt_id = event.next_attempt_id;
  requireSameId(provided, idOf(event, attempt_id));
  const expires_on = (context.height + 1 + context.config.key_event_timeout_blocks) as BlockHeight;
  return {
    ...event,
    instance: { attempt_id, started_in: context.height, expires_on, completed: [], public_key: null },
    next_attempt_id: (attempt_id + 1) as AttemptId,
  };
}

/** The running attempt; refuses with NO_ATTEMPT_RUNNING, or KEY_EVENT_MISMATCH when `provided` names another one. */
export function requireAttempt(event: KeyEvent, provided: KeyEventId): KeyEventInstance {
  const { instance, next_attempt_id } = event;
  if (instance === null) return refuse("NO_ATTEMPT_RUNNING", { next_attempt_id });
  requireSameId(provided, idOf(event, instance.attempt_id));
  return instance;
}

/** The attempt with one more participant done. */
export function completeAttempt(
  instance: KeyEventInstance,
  participant_id: ParticipantId,
  public_key: DomainPublicKey | null,
): KeyEventInstance {
  if (instance.completed.includes(participant_id)) refuse("ALREADY_VOTED", { participant_id });
  return { ...instance, completed: [...instance.completed, participant_id], public_key };
}

/** Whether every participant is done. */
export function isComplete(event: KeyEvent, instance: KeyEventInstance): boolean {
  return instance.completed.length === countOf(event.parameters.participants);
}

export function abortAttempt(event: KeyEvent): KeyEvent {
  return { ...event, instance: null };
}

/** The key event at this height: at `expires_on` an attempt no longer exists. */
export function settleAttempt(event: KeyEvent, height: BlockHeight): KeyEvent {
  return event.instance !== null && height >= event.instance.expires_on ? abortAttempt(event) : event;
}

export function startedEvent({ instance }: KeyEvent, key_event_id: KeyEventId): ProtocolEvent {
  const expires_on = instance?.expires_on ?? (0 as BlockHeight);
  return { event: "key_event_started", data: { ...key_event_id, expires_on } };
}

export function completedEvent(key_event_id: KeyEventId, context: Context): ProtocolEvent {
  return { event: "key_event_voted", data: { ...key_event_id, account_id: context.caller } };
}

export function abortedEvent(
  key_event_id: KeyEventId,
  cause: KeyEventAborted["cause"],
  context: Context,
): ProtocolEvent {
  return { event: "key_event_aborted", data: { ...key_event_id, account_id: context.caller, cause } };
}

function requireLeader(event: KeyEvent, caller: ParticipantEntry): void {
  const leader = leaderOf(event.parameters.participants);
  if (leader[1] !== caller[1]) refuse("NOT_LEADER", { account_id: caller[0], leader: leader[0] });
}

function idOf(event: KeyEvent, attempt_id: AttemptId): KeyEventId {
  return { epoch_id: event.epoch_id, domain_id: event.domain.id, attempt_id };
}

function requireSameId(provided: KeyEventId, expected: KeyEventId): void {
  const isSame =
    provided.epoch_id === expected.epoch_id &&
    provided.domain_id === expected.domain_id &&
    provided.attempt_id === expected.attempt_id;
  const info: ErrorInfos["KEY_EVENT_MISMATCH"] = { provided, expected };
  if (!isSame) refuse("KEY_EVENT_MISMATCH", info);
}
