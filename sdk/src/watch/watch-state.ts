import { isDeepStrictEqual } from "node:util";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { state } from "../actions/views.ts";
import type { ReadContract, ViewOutcome } from "../client/read-contract.ts";
import { backoffMillis, type RetryPolicy, wait } from "../client/retry.ts";

/** How to watch. */
export interface WatchOptions {
  readonly reader: ReadContract;
  /** Time between two reads; each is varied by a tenth, so that many watchers don't ask at once. */
  readonly intervalMillis: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** What a watcher learned. */
export type WatchEvent =
  /** The first state, or one that differs from the last. */
  | { readonly kind: "state"; readonly current: ViewOutcome<ProtocolState> }
  /** A read failed; the watch goes on with growing waits. `failures` counts those in a row. */
  | { readonly kind: "unavailable"; readonly error: unknown; readonly failures: number };

/**
 * Follows the contract's state by polling until the signal is aborted. Never throws.
 *
 * Transitions between two reads are missed; a concluded recovery among them still shows in
 * `participants_revision`. An endpoint that falls back behind what was seen is ignored until it caught up.
 */
export async function* watchState(options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  const { reader, intervalMillis, signal } = options;
  let seen: ViewOutcome<ProtocolState> | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const current = await state(reader, {}, { signal });
      failures = 0;
      const isNew = seen === undefined || current.blockHeight >= seen.blockHeight;
      if (isNew && !isDeepStrictEqual(current.value, seen?.value)) {
        seen = current;
        yield { kind: "state", current };
      }
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      yield { kind: "unavailable", error, failures };
    }
    await wait(failures === 0 ? jittered(intervalMillis) : pause(failures, intervalMillis), signal);
  }
}

const JITTER = 0.1;
const LONGEST_PAUSE_MILLIS = 60_000;

function jittered(millis: number): number {
  return millis * (1 - JITTER + 2 * JITTER * Math.random());
}

function pause(failures: number, intervalMillis: number): number {
  const policy: RetryPolicy = {
    attempts: Number.POSITIVE_INFINITY,
    baseDelayMillis: intervalMillis,
    maxDelayMillis: Math.max(LONGEST_PAUSE_MILLIS, intervalMillis),
  };
  return intervalMillis + backoffMillis(failures, policy);
}
