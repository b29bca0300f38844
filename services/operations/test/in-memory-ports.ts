import type { Clock } from "../clock.ts";
import type { Log, LogFields } from "../log.ts";

/** A log that remembers: `events` in order, `text` everything that would have been written. */
export function memoryLog(): Log & { readonly events: string[]; text(): string } {
  const events: string[] = [];
  const lines: string[] = [];
  const write = (event: string, fields?: LogFields) => {
    events.push(event);
    lines.push(JSON.stringify({ event, ...fields }));
  };
  return { events, text: () => lines.join("\n"), info: write, warn: write, error: write };
}

/** A clock on which sleeping takes no time but moves it on. */
export function memoryClock(): Clock & { readonly sleeps: number[] } {
  const sleeps: number[] = [];
  let now = 1_000_000;
  return {
    sleeps,
    now: () => now,
    async sleep(millis) {
      sleeps.push(millis);
      now += millis;
    },
  };
}

export const NEVER = new AbortController().signal;
