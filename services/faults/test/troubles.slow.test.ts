import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { NODE_LABELS } from "./support/crash-matrix.ts";
import { type Servers, startServers } from "./support/links.ts";
import { chainTroubles, diskTroubles } from "./support/troubles.ts";

const KINDS = { "a disk that fails": diskTroubles, "a chain that can't be reached": chainTroubles };

for (const [kind, record] of Object.entries(KINDS)) {
  describe(`behavior: ${kind}, at any point of any story`, () => {
    let servers: Servers;
    before(async () => {
      servers = await startServers(NODE_LABELS);
    });
    after(() => servers.close());

    for (const link of ["direct", "version 2"] as const) {
      test(`everything ends as if nothing had been (${link})`, async (context) => {
        const troubles = await record(link, servers);
        const failed: string[] = [];
        for (const { happen } of troubles)
          await happen().catch((error: unknown) => failed.push((error as Error).message));
        context.diagnostic(`${troubles.length} troubles`);
        assert.deepEqual(failed, []);
      });
    }
  });
}
