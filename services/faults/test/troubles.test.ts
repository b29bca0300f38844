import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Clock } from "../../operations/clock.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { view } from "../../operations/test/sample-views.ts";
import { createViewSource } from "../../operations/view-source.ts";
import { NODE_LABELS, tellWith } from "./support/crash-matrix.ts";
import { type Servers, startServers } from "./support/links.ts";
import { type Fate, KILLED } from "./support/program.ts";
import { SEED } from "./support/seed.ts";
import { STORIES } from "./support/stories.ts";
import { chainTroubles, diskTroubles } from "./support/troubles.ts";

const SAMPLE = 12;

describe("behavior: whatever goes wrong in a story, it ends as if nothing had been", () => {
  let servers: Servers;
  before(async () => {
    servers = await startServers(NODE_LABELS);
  });
  after(() => servers.close());

  const kinds = { "a disk that fails": diskTroubles, "a chain that can't be reached": chainTroubles };
  for (const [kind, record] of Object.entries(kinds)) {
    test(`${kind}, a sample of what test:full goes through`, async (context) => {
      const troubles = await record("version 2", servers);
      context.diagnostic(`${SAMPLE} of ${troubles.length} troubles, FAULTS_SEED=${SEED}`);
      for (const { happen } of fc.sample(fc.constantFrom(...troubles), { seed: SEED, numRuns: SAMPLE }))
        await happen();
    });
  }

  test("everybody is killed again and again, also while it starts", async () => {
    const death = fc.record({ endsAt: fc.nat(40), aftermath: fc.constantFrom(...KILLED) });
    const fate: fc.Arbitrary<Fate> = fc.record({ deaths: fc.array(death, { maxLength: 5 }) });
    const fates = fc.record({ a: fate, a2: fate, a3: fate, s: fate, s2: fate });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STORIES), fates, async (story, chosen) => {
        await tellWith(story, { link: "direct", servers, fates: chosen }, story.name);
      }),
      { seed: SEED, numRuns: SAMPLE },
    );
  });

  test("clocks that jump back and forth by years", async () => {
    const jumps = fc.infiniteStream(fc.integer({ min: -100_000_000_000, max: 100_000_000_000 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STORIES), jumps, async (story, stream) => {
        const clock = jumpingClock(stream);
        await tellWith(story, { link: "version 2", servers, clock }, story.name);
      }),
      { seed: SEED, numRuns: SAMPLE / 2 },
    );
  });
});

test("behavior: a view isn't taken for recent because the clock was set back", async () => {
  let [now, height] = [1_000_000, 0];
  const clock: Clock = { now: () => now, sleep: async () => undefined };
  const source = createViewSource(async () => view({ height: ++height }), clock, NEVER);
  assert.equal((await source.recent(1_000)).height, 1);
  now -= 1;
  assert.equal((await source.recent(1_000)).height, 2);
  now += 1_000;
  assert.equal((await source.recent(1_000)).height, 2);
});

function jumpingClock(jumps: Iterator<number>): Clock {
  let now = 1_700_000_000_000;
  return {
    now() {
      now += jumps.next().value as number;
      return now;
    },
    sleep: async () => undefined,
  };
}
