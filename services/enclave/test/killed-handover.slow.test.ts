import assert from "node:assert/strict";
import { test } from "node:test";
import { AFTERMATHS } from "../../store/test/crashing-files.ts";
import { handOverWithKill } from "./support/crashing-handover.ts";
import { publishShareKeys, type Running, startEnclaveWorld } from "./support/enclave-world.ts";
import { openFirst } from "./support/steps.ts";

for (const side of ["sender", "receiver"] as const) {
  test(`behavior: the ${side} killed at any file operation of a handover on the real contract: the seed goes over, one serves`, async () => {
    const world = await startEnclaveWorld();
    try {
      await publishShareKeys(world);
      let owner: Running = await openFirst(world, 20);
      // Each new owner hands on to the next, in a folder and with keys of its own.
      for (let at = 0; ; at++) {
        const aftermath = AFTERMATHS[at % AFTERMATHS.length]!;
        const handed = await handOverWithKill(world, owner, 30 + at, { side, at, aftermath });
        owner = handed.owner;
        if (handed.wasKilled) continue;
        assert.ok(at > 30, `${at} operations`);
        break;
      }
    } finally {
      await world.stop();
    }
  });
}
