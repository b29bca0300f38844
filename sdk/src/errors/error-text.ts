import type { ErrorText } from "../../../contract/src/protocol/error-texts.ts";

/** What the error's `retryable` says; `depends` on what the endpoint reported. */
export type RetryAdvice = "helps" | "doesn't help" | "depends";

/** A sentence for people, what to do, and whether the same call may succeed later by itself. */
export interface ClientErrorText extends ErrorText {
  readonly retry: RetryAdvice;
}

/** For an error that stays until somebody mends something. */
export function text(meaning: string, remedy: string): ClientErrorText {
  return { meaning, remedy, retry: "doesn't help" };
}

/** For an error that may go away by itself. */
export function retry(meaning: string, remedy: string): ClientErrorText {
  return { meaning, remedy, retry: "helps" };
}

/** For an error that is of either kind. */
export function depends(meaning: string, remedy: string): ClientErrorText {
  return { meaning, remedy, retry: "depends" };
}
