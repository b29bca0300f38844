/** Runs random sequences against the core and its reference model, and asks whether all there is was reached. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { EDGES } from "../../src/protocol/edges.ts";
import { ERROR_TEXTS } from "../../src/protocol/error-texts.ts";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import { PLAN_NAMES } from "./plans.ts";
import { setups } from "./setup.ts";
import { type Action, act, begin, type Coverage, newCoverage, type Simulation } from "./simulation.ts";

const LENGTH = 100;

/** Codes of the shell: bytes that don't decode, callers and deposits that a method does not take, broken storage. */
export const SHELL_CODES: readonly ErrorCode[] = [
  "INVALID_UTF8",
  "INVALID_JSON",
  "INPUT_TOO_LONG",
  "INPUT_TOO_DEEP",
  "INVALID_ARGUMENT",
  "MISSING_FIELD",
  "UNKNOWN_FIELD",
  "DUPLICATE_FIELD",
  "WRONG_KEY_KIND",
  "NOT_DIRECT_CALL",
  "UNSUPPORTED_KEY_TYPE",
  "DEPOSIT_NOT_ACCEPTED",
  "UNREADABLE_STATE",
  "INVALID_BORSH",
];

/** Met elsewhere: codes of a view, of calls with little gas, and of more requests or votes than a sequence has calls. */
const MET_ELSEWHERE: readonly ErrorCode[] = [
  "NO_DERIVED_KEY",
  "NOT_ENOUGH_GAS",
  "TOO_MANY_REQUESTS",
  "TOO_MANY_DUPLICATES",
  "TOO_MANY_CODE_HASHES",
];

/** Mostly a block or none at a time; now and then past some timeout. */
export const actions: fc.Arbitrary<Action> = fc.record({
  plan: fc.constantFrom(...PLAN_NAMES),
  seed: fc.nat(),
  wait: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 2 }) }, fc.constantFrom(7, 21, 120, 250)),
});

export function checkRandomSequences(runs: number, seed: number, report: (line: string) => void): void {
  const coverage = newCoverage();
  const commands = fc.commands([actions.map(commandOf)], { maxCommands: LENGTH, size: "max" });
  fc.assert(
    fc.property(setups, commands, (setup, steps) => {
      fc.modelRun(() => ({ model: {}, real: begin(setup, coverage) }), steps);
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  requireAllReached(coverage, report);
}

function commandOf(action: Action): fc.Command<object, Simulation> {
  return {
    check: () => true,
    run: (_, simulation) => act(simulation, action),
    toString: () => JSON.stringify(action),
  };
}

function requireAllReached(coverage: Coverage, report: (line: string) => void): void {
  const { edges, codes, calls } = coverage;
  const wanted = [...new Set(EDGES.map((edge) => edge.join(" ")))];
  const reachable = (Object.keys(ERROR_TEXTS) as ErrorCode[]).filter(
    (code) => !SHELL_CODES.includes(code) && !MET_ELSEWHERE.includes(code),
  );
  report(
    `${calls} calls, ${edges.size} of ${wanted.length} edges, ${codes.size} of ${reachable.length} codes`,
  );
  const [rarest] = [...edges, ...codes].sort(([, one], [, other]) => one - other);
  report(`rarest: ${rarest?.join(", met this often: ")}`);
  const missing = {
    edges: wanted.filter((edge) => !edges.has(edge)),
    codes: reachable.filter((code) => !codes.has(code)),
  };
  assert.deepEqual(missing, { edges: [], codes: [] }, "edges never taken and codes never met");
}
