import { ClaimFailed } from "./timeline.ts";

const INTERVAL_MILLIS = 100;
const TIMEOUT_MILLIS = 60_000;

/** Looks until `look` gives something else than false or undefined. @throws ClaimFailed after a minute. */
export async function waitUntil<Value>(
  what: string,
  look: () => Promise<Value | false | undefined>,
): Promise<Value> {
  const deadline = performance.now() + TIMEOUT_MILLIS;
  for (;;) {
    const value = await look();
    if (value !== false && value !== undefined) return value;
    if (performance.now() > deadline)
      throw new ClaimFailed(`expected within ${TIMEOUT_MILLIS / 1000} s: ${what}; it did not happen`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MILLIS));
  }
}
