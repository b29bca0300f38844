/** Waits between reads, cut short by hints that there is something to read. */
export interface Waker {
  /** Resolves after so many milliseconds, at the next hint, or when the watch ends; never throws. */
  wait(millis: number): Promise<void>;
  /** True for a few waits after a hint whose block is above the given height. */
  isAwaited(seenHeight: number): boolean;
  /** Listens to no hints any more. */
  stop(): void;
}

/** Collects hints until `stop`. An end or a failure of the hints is no end of the watch. */
export function wakerOf(
  hints: AsyncIterable<{ readonly blockHeight: number }> | undefined,
  signal: AbortSignal,
): Waker {
  const pending = { height: 0, waits: 0 };
  let wake: () => void = () => undefined;
  const iterator = hints?.[Symbol.asyncIterator]();
  const listen = async () => {
    for (let next = await iterator?.next(); next !== undefined && !next.done; next = await iterator?.next()) {
      pending.height = Math.max(pending.height, next.value.blockHeight);
      pending.waits = WAITS_PER_HINT;
      wake();
    }
  };
  listen().catch(() => undefined);
  return {
    wait: (millis) => {
      pending.waits -= 1;
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(end, millis);
        wake = end;
        signal.addEventListener("abort", end);
        if (signal.aborted) end();
      });
    },
    isAwaited: (seenHeight) => {
      // A hint may be false: it makes for a few early reads, not for many.
      if (pending.waits <= 0) pending.height = 0;
      return pending.height > seenHeight;
    },
    stop: () => {
      iterator?.return?.()?.catch(() => undefined);
    },
  };
}

const WAITS_PER_HINT = 10;
