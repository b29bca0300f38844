import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type CrashPoint, NODE_LABELS, recordCrashPoints, tryCrashPoint } from "./support/crash-matrix.ts";
import { type Servers, startServers } from "./support/links.ts";
import { SEED } from "./support/seed.ts";
import { STORIES } from "./support/stories.ts";

const SAMPLE = 25;

for (const link of ["version 1", "version 2"] as const) {
  describe(`behavior: killed at a step of any story over ${link}, a sample of what test:full goes through`, () => {
    let servers: Servers;
    let points: readonly CrashPoint[] = [];
    before(async () => {
      servers = await startServers(NODE_LABELS);
      points = await recordCrashPoints(link, servers);
    });
    after(() => servers.close());

    test("it goes on by itself, loses no share and takes none that isn't the contract's", async (context) => {
      context.diagnostic(`${SAMPLE} of ${points.length} crash points, FAULTS_SEED=${SEED}`);
      const chosen = fc.sample(fc.constantFrom(...points), { seed: SEED, numRuns: SAMPLE });
      for (const point of chosen) await tryCrashPoint(point, servers);
    });

    if (link === "version 2") {
      test("a key that one side wrote down as used before it was killed doesn't hold up the next exchange", async () => {
        const places = points.filter(({ what, story }) => what === "sync sessions" && story === STORIES[0]);
        assert.ok(places.length > 1);
        for (const place of places) await tryCrashPoint(place, servers);
      });
    }

    test("every kind of change that a program makes is among the points", () => {
      const kinds = new Set(points.map(({ what }) => what.split(" ")[0]));
      const files = ["append", "list", "makeFolder", "read", "remove", "rename", "sync", "writeNew"];
      const exchanges = ["fetch", "send", ...(link === "version 2" ? ["submit_ephemeral_key"] : [])];
      const calls = [
        "register_backup_service",
        "submit_participant_info",
        "submit_participant_recovery_info",
      ];
      const ends = ["confirm_backup", "confirm_recovery", "conclude_recovery"];
      for (const kind of [...files, ...exchanges, ...calls, ...ends]) assert.ok(kinds.has(kind), kind);
    });
  });
}
