import type { TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { state } from "../actions/views.ts";
import type { ReadContract, ViewOutcome } from "../client/read-contract.ts";
import { backoffMillis, type RetryPolicy } from "../client/retry.ts";
import { BaseError } from "../errors/base-error.ts";
import { clientDocsPath } from "../errors/docs-path.ts";
import { type ParticipantsStep, stepsBetween } from "./missed-changes.ts";
import {
  type ParticipantChange,
  type ParticipantsAt,
  participantChanges,
  participantsOf,
  voidTlsKeys,
} from "./participant-changes.ts";
import { wakerOf } from "./waker.ts";
import { cursorOf, seenAtCursor, type WatchCursor } from "./watch-cursor.ts";

/** How to watch. */
export interface WatchOptions {
  readonly reader: ReadContract;
  /** Longest time between two reads; each is varied by a tenth, so that many watchers don't ask at once. */
  readonly intervalMillis: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** What an earlier watch of the same contract stored: tells what happened since. */
  readonly cursor?: WatchCursor;
  /**
   * Heights at which the contract logged an event, from an indexer or a stream: each has the state read at once.
   * They are hints only: a missing or invented one costs time, nothing else.
   */
  readonly hints?: AsyncIterable<{ readonly blockHeight: number }>;
}

/** What a watcher learned. `cursor` is for storing once the event is dealt with. */
export type WatchEvent =
  /** The first state, or one that differs from the last. */
  | { readonly kind: "state"; readonly current: ViewOutcome<ProtocolState>; readonly cursor: WatchCursor }
  | ParticipantsChanged
  /**
   * A read failed, or an endpoint stays behind what was seen (`WATCH_BEHIND`); the watch goes on with growing
   * waits. `failures` counts those in a row.
   */
  | { readonly kind: "unavailable"; readonly error: unknown; readonly failures: number };

/** Participants joined, left or moved. Told before the state that shows it. */
export interface ParticipantsChanged {
  readonly kind: "participants";
  readonly changes: readonly ParticipantChange[];
  /** Keys that named a participant before and name none now: drop every connection and session tied to them. */
  readonly voidTlsKeys: readonly TlsPublicKey[];
  readonly from: ParticipantsAt;
  readonly to: ParticipantsAt;
  /**
   * False where changes in between could not be learned (the endpoint dropped the blocks): then whatever is tied to
   * any TLS key from before may be void too, also of participants that look unchanged.
   */
  readonly isComplete: boolean;
  readonly cursor: WatchCursor;
}

/**
 * Follows the contract's state until the signal is aborted. Never throws.
 *
 * Every change of participants since the cursor is told, also such as were undone between two reads:
 * `participants_revision` gives them away. Other transitions between two reads are missed. Each answer is believed
 * as far as its reader is: give it a proven reader where what is told moves secrets.
 */
export async function* watch(options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  const { intervalMillis, signal } = options;
  const waker = wakerOf(options.hints, signal);
  const progress: Progress = { behind: 0 };
  if (options.cursor !== undefined) progress.seen = seenAtCursor(options.cursor);
  let failures = 0;
  try {
    while (!signal.aborted) {
      try {
        yield* readOnce(options, progress);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        yield { kind: "unavailable", error, failures };
      }
      await waker.wait(pauseMillis(failures, intervalMillis, waker.isAwaited(seenHeight(progress))));
    }
  } finally {
    waker.stop();
  }
}

interface Progress {
  seen?: ParticipantsAt;
  /** The state told last, as JSON. */
  told?: string;
  /** Reads in a row that were older than what was seen. */
  behind: number;
}

async function* readOnce(
  { reader, signal }: WatchOptions,
  progress: Progress,
): AsyncGenerator<WatchEvent, void, undefined> {
  const current = await state(reader, {}, { signal });
  if (current.blockHeight < seenHeight(progress)) {
    progress.behind += 1;
    if (progress.behind < TOLERATED_BEHIND) return;
    throw behindError(current.blockHeight, seenHeight(progress));
  }
  progress.behind = 0;
  const now = participantsAt(current, progress.seen);
  for (const step of progress.seen ? await stepsBetween(reader, progress.seen, now, signal) : []) {
    if (signal.aborted) return;
    progress.seen = step.to;
    yield participantsChanged(step);
  }
  progress.seen = now;
  const text = JSON.stringify(current.value);
  if (text === progress.told || signal.aborted) return;
  progress.told = text;
  yield { kind: "state", current, cursor: cursorOf(now) };
}

function seenHeight({ seen }: Progress): number {
  return seen?.blockHeight ?? 0;
}

/** Initializing doesn't show the revision; it is the one from before, since nothing changes it there. */
function participantsAt(
  { value, blockHeight, blockHash }: ViewOutcome<ProtocolState>,
  seen: ParticipantsAt | undefined,
): ParticipantsAt {
  const { revision, participants } = participantsOf(value);
  const isStill = seen !== undefined && JSON.stringify(seen.participants) === JSON.stringify(participants);
  return { blockHeight, blockHash, participants, revision: revision ?? (isStill ? seen.revision : null) };
}

function participantsChanged(step: ParticipantsStep): ParticipantsChanged {
  const [before, after] = [step.from.participants, step.to.participants];
  return {
    kind: "participants",
    changes: participantChanges(before, after),
    voidTlsKeys: voidTlsKeys(before, after),
    ...step,
    cursor: cursorOf(step.to),
  };
}

/** Endpoints behind a balancer lag each other by a little all the time. */
const TOLERATED_BEHIND = 3;

function behindError(found: number, seen: number): BaseError {
  return new BaseError({
    code: "WATCH_BEHIND",
    shortMessage: `The endpoint answers at block ${found}, but block ${seen} was seen before.`,
    metaMessages: [
      "It lags, or an earlier answer was false: compare with another endpoint.",
      "If the earlier one was false, start the watch again without its cursor.",
    ],
    docsPath: clientDocsPath("WATCH_BEHIND"),
    retryable: true,
  });
}

const JITTER = 0.1;
const LONGEST_PAUSE_MILLIS = 60_000;
/** A hinted block becomes final within seconds. */
const HINTED_PAUSE_MILLIS = 500;

function pauseMillis(failures: number, intervalMillis: number, isAwaited: boolean): number {
  if (failures > 0) return afterFailure(failures, intervalMillis);
  const millis = isAwaited ? Math.min(HINTED_PAUSE_MILLIS, intervalMillis) : intervalMillis;
  return millis * (1 - JITTER + 2 * JITTER * Math.random());
}

function afterFailure(failures: number, intervalMillis: number): number {
  const policy: RetryPolicy = {
    attempts: Number.POSITIVE_INFINITY,
    baseDelayMillis: intervalMillis,
    maxDelayMillis: Math.max(LONGEST_PAUSE_MILLIS, intervalMillis),
  };
  return intervalMillis + backoffMillis(failures, policy);
}
