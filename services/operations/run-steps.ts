import { backOffMillis, type Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import { codeOf, oneLine, ProgramError } from "./program-error.ts";

/** What one step of a program's loop came to. */
export type StepOutcome =
  /**
   * Something was done: look again at once. The same thing twice in a row means that the contract doesn't show it (an
   * endpoint lags, or lied about the call): then the next look comes later and later.
   */
  | { readonly kind: "acted"; readonly what: string }
  /** There is nothing to do for now; `reason` is logged when it changes. */
  | { readonly kind: "idle"; readonly reason: string }
  /** An operator must look; `code` and `message` are logged when the code changes. */
  | { readonly kind: "blocked"; readonly code: string; readonly message: string }
  /** The program is done for good. */
  | { readonly kind: "ended"; readonly message: string };

export interface LoopSettings {
  readonly poll_interval_millis: number;
  readonly clock: Clock;
  readonly log: Log;
  /** A number from 0 to 1, for jitter. */
  readonly random: () => number;
  /** Told after each step, for metrics and health. */
  readonly observe: (outcome: StepOutcome | { readonly kind: "failed"; readonly code: string }) => void;
}

/**
 * Repeats `step` until `signal` is aborted or a step ends the program. A step that throws is logged and tried again
 * after a growing, jittered wait, except for a ProgramError, which is thrown on.
 *
 * @param sleep a wait that may be cut short
 */
export async function runSteps(
  step: () => Promise<StepOutcome>,
  settings: LoopSettings,
  sleep: (millis: number) => Promise<void>,
  signal: AbortSignal,
): Promise<StepOutcome | { readonly kind: "stopped" }> {
  let failures = 0;
  let repeats = 0;
  let lastDone = "";
  let lastReport = "";
  while (!signal.aborted) {
    const outcome = await step().catch((error: unknown) => failed(error, signal));
    if (signal.aborted) break;
    settings.observe(outcome);
    if (outcome.kind === "ended") return outcome;
    failures = outcome.kind === "failed" ? failures + 1 : 0;
    if (outcome.kind === "acted") {
      repeats = outcome.what === lastDone ? repeats + 1 : 0;
      lastDone = outcome.what;
    } else if (outcome.kind !== "failed") lastDone = "";
    const wait = waitAfter(outcome, outcome.kind === "acted" ? repeats : failures, settings);
    const report = JSON.stringify(outcome);
    if (outcome.kind === "failed" || report !== lastReport) reportOutcome(settings.log, outcome, wait);
    lastReport = report;
    if (wait > 0) await sleep(wait);
  }
  return { kind: "stopped" };
}

interface Failed {
  readonly kind: "failed";
  readonly code: string;
  readonly message: string;
}

function failed(error: unknown, signal: AbortSignal): Failed {
  if (error instanceof ProgramError && !signal.aborted) throw error;
  return { kind: "failed", code: codeOf(error) ?? "UNEXPECTED_ERROR", message: oneLine(error) };
}

function waitAfter(outcome: StepOutcome | Failed, times: number, settings: LoopSettings): number {
  const base = settings.poll_interval_millis;
  if (outcome.kind === "ended" || (outcome.kind === "acted" && times === 0)) return 0;
  // Spread, so that the programs of one network don't read the chain in step.
  if (outcome.kind === "acted" || outcome.kind === "failed")
    return backOffMillis(times - 1, base, settings.random());
  return Math.round(base * (0.9 + settings.random() / 5));
}

function reportOutcome(log: Log, outcome: StepOutcome | Failed, retry_in_millis: number): void {
  switch (outcome.kind) {
    case "acted":
    case "ended":
      return;
    case "idle":
      log.info("step.idle", { reason: outcome.reason });
      return;
    case "blocked":
      log.error("step.blocked", { code: outcome.code, message: outcome.message });
      return;
    case "failed":
      log.warn("step.failed", { code: outcome.code, message: outcome.message, retry_in_millis });
      return;
  }
}
