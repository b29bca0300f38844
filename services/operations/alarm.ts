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
      // Not AbortSignal.any: on Node 20 the program's signal would keep a trace of every sleep.
      const waking = bell;
      const wake = () => waking.abort();
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
      await clock.sleep(millis, waking.signal);
      signal.removeEventListener("abort", wake);
      bell = new AbortController();
    },
    ring: () => bell.abort(),
  };
}
