import { setTimeout as delay } from "node:timers/promises";

/** Time as the programs see it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `millis`, or at once when `signal` is aborted; never rejects. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (millis, signal) => delay(millis, undefined, { signal }).catch(() => undefined),
};

const LONGEST_DELAY_MILLIS = 60_000;

/**
 * How long to wait after so many failures in a row: doubled each time from `baseMillis`, at most a minute (or
 * `baseMillis` if that is longer), spread over the upper half so that many programs don't come at once.
 *
 * @param random a number from 0 to 1
 */
export function backOffMillis(failures: number, baseMillis: number, random: number): number {
  const longest = Math.max(LONGEST_DELAY_MILLIS, baseMillis);
  const full = Math.min(longest, baseMillis * 2 ** Math.min(failures, 30));
  return Math.round(full * (0.5 + random / 2));
}
