import type { Clock } from "./clock.ts";

/** A sleep that somebody else can end. */
export interface Alarm {
  /** Resolves after `millis`, when somebody rings (also if they rang just before), or when `signal` is aborted. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
  ring(): void;
}

export function createAlarm(clock: Clock): Alarm {
  let bell = new AbortController();
  return {
    async sleep(millis, signal) {
      await clock.sleep(millis, AbortSignal.any([signal, bell.signal]));
      bell = new AbortController();
    },
    ring: () => bell.abort(),
  };
}
