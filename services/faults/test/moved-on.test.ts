import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type CrashPoint, NODE_LABELS, recordCrashPoints } from "./support/crash-matrix.ts";
import { type Servers, startServers } from "./support/links.ts";
import { MOVES, movablePoints, tryMove } from "./support/moved-on.ts";
import { SEED } from "./support/seed.ts";

const SAMPLE = 5;

describe("behavior: killed in a Recovery that is over when it comes back, a sample of what test:full goes through", () => {
  let servers: Servers;
  let points: readonly CrashPoint[] = [];
  before(async () => {
    servers = await startServers(NODE_LABELS);
    const own = movablePoints(await recordCrashPoints("direct", servers)).filter(
      ({ label }) => label === "a2",
    );
    const end = own.findIndex(({ what }) => what === "conclude_recovery");
    const begin = own.findIndex(({ what }) => what === "submit_participant_recovery_info done");
    points = own.slice(begin, end);
  });
  after(() => servers.close());

  for (const move of MOVES) {
    test(`${move}: everybody rests where they should, and one command leads on`, async (context) => {
      context.diagnostic(`${SAMPLE} of ${points.length} points, FAULTS_SEED=${SEED}`);
      for (const point of fc.sample(fc.constantFrom(...points), { seed: SEED, numRuns: SAMPLE }))
        assert.ok(await tryMove(point, move, servers), point.what);
    });
  }
});
