/** Random sequences recorded on the core, to be made again on the wasm. */
import fc from "fast-check";
import { actions } from "./random-sequences.ts";
import { setups } from "./setup.ts";
import { act, begin, newCoverage, type Simulation, type TimedCall } from "./simulation.ts";

/** `count` sequences of at most `length` calls each; the same ones for the same seed. */
export function recordTraces(count: number, length: number, seed: number): (readonly TimedCall[])[] {
  const drawn = fc.tuple(setups, fc.array(actions, { minLength: 20, maxLength: 60, size: "max" }));
  return fc.sample(drawn, { numRuns: count, seed }).map(([setup, steps]) => {
    const simulation: Simulation = begin(setup, newCoverage());
    for (const action of steps) {
      if (simulation.calls.length >= length) break;
      act(simulation, action);
    }
    return simulation.calls.slice(0, length);
  });
}
