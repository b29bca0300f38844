import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CrashPoint, NODE_LABELS, recordCrashPoints } from "./support/crash-matrix.ts";
import { type Servers, startServers } from "./support/links.ts";
import { MOVES, movablePoints, tryMove } from "./support/moved-on.ts";

for (const link of ["direct", "version 2"] as const) {
  describe(`behavior: killed at any step of a Recovery that is over when it comes back (${link})`, () => {
    let servers: Servers;
    let points: readonly CrashPoint[] = [];
    before(async () => {
      servers = await startServers(NODE_LABELS);
      points = movablePoints(await recordCrashPoints(link, servers));
    });
    after(() => servers.close());

    for (const move of MOVES) {
      test(`${move}: everybody rests where they should, and one command leads on`, async (context) => {
        const failed: string[] = [];
        let moved = 0;
        for (const point of points) {
          try {
            if (await tryMove(point, move, servers)) moved += 1;
          } catch (error) {
            const { label, at, what } = point;
            failed.push(`${label} at ${at}, ${what}: ${(error as Error).message}`);
          }
        }
        context.diagnostic(`${moved} of ${points.length} points lie within the Recovery`);
        assert.ok(moved > 10);
        assert.deepEqual(failed, []);
      });
    }
  });
}
