import { describe, test } from "node:test";
import fc from "fast-check";
import { RACES, run } from "./support/races.ts";
import { SEED } from "./support/seed.ts";

const ORDERS = 80;

describe("behavior: whoever comes first, all ends well", () => {
  for (const race of RACES) {
    test(race.name, async (context) => {
      context.diagnostic(`${ORDERS} orders, FAULTS_SEED=${SEED}`);
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), (scheduler) => run(race, scheduler)),
        { seed: SEED, numRuns: ORDERS },
      );
    });
  }
});
