import type { Clock } from "./clock.ts";

/** Waits for `closing`, but not longer than `millis`; says whether it was done by then. */
export async function closeWithin(
  closing: Promise<void>,
  millis: number,
  clock: Clock,
): Promise<"closed" | "still_open"> {
  const done = new AbortController();
  const closed = closing.then(() => {
    done.abort();
    return "closed" as const;
  });
  const late = clock.sleep(millis, done.signal).then(() => "still_open" as const);
  return Promise.race([closed, late]);
}
