import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { NODE_LABELS, recordCrashPoints, tryCrashPoint } from "./support/crash-matrix.ts";
import { type Servers, startServers } from "./support/links.ts";

for (const link of ["version 1", "version 2"] as const) {
  describe(`behavior: killed at any step of any story, over ${link}`, () => {
    let servers: Servers;
    before(async () => {
      servers = await startServers(NODE_LABELS);
    });
    after(() => servers.close());

    test("it goes on by itself, loses no share and takes none that isn't the contract's", async (context) => {
      const points = await recordCrashPoints(link, servers);
      const failed: string[] = [];
      let runs = 0;
      for (const point of points) {
        try {
          runs += await tryCrashPoint(point, servers);
        } catch (error) {
          failed.push((error as Error).message);
        }
      }
      context.diagnostic(`${points.length} crash points, ${runs} runs`);
      assert.deepEqual(failed, []);
    });
  });
}
