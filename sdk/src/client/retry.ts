import { isRetryable } from "../errors/base-error.ts";

/** When to try again. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** The wait before attempt n + 1 is a random part of base × 2^n, at most `maxDelayMillis`. */
  readonly baseDelayMillis: number;
  readonly maxDelayMillis: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { attempts: 4, baseDelayMillis: 250, maxDelayMillis: 5_000 };

/**
 * Repeats `attempt` while it throws retryable errors, with exponential waits and full jitter.
 *
 * Throws the last error, or the first that no repetition can mend. Ends early when the signal is aborted.
 */
export async function withRetries<Value>(
  attempt: () => Promise<Value>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<Value> {
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (made >= policy.attempts || !isRetryable(error) || signal?.aborted) throw error;
      const waited = await wait(backoffMillis(made, policy), signal);
      if (waited === "aborted") throw error;
    }
  }
}

/** A wait before the attempt after `failures` failed ones: full jitter over an exponential cap. */
export function backoffMillis(failures: number, policy: RetryPolicy): number {
  const cap = Math.min(policy.maxDelayMillis, policy.baseDelayMillis * 2 ** Math.min(failures - 1, 30));
  return Math.random() * cap;
}

/** Waits that long, or until the signal is aborted; never throws. */
export function wait(millis: number, signal?: AbortSignal): Promise<"waited" | "aborted"> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve("aborted");
    const end = (how: "waited" | "aborted") => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve(how);
    };
    const abort = () => end("aborted");
    const timer = setTimeout(() => end("waited"), millis);
    signal?.addEventListener("abort", abort);
  });
}
