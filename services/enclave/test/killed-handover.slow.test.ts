import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AFTERMATHS } from "../../store/test/crashing-files.ts";
import { handOverWithKill } from "./support/crashing-handover.ts";
import {
  type EnclaveWorld,
  publishShareKeys,
  type Running,
  startEnclaveWorld,
} from "./support/enclave-world.ts";
import { openFirst, withImage } from "./support/steps.ts";

let world: EnclaveWorld;

before(async () => {
  world = await startEnclaveWorld();
  await publishShareKeys(world);
});

after(() => world?.stop());

for (const [version, side] of (["sender", "receiver"] as const).entries()) {
  test(`behavior: the ${side} killed at any file operation of a handover on the real contract: the seed goes over, one serves`, async () => {
    const other = withImage(world, { version: 20 + version });
    let owner: Running = await openFirst(other, 20);
    // A program's folder and keys are new each time; the owner hands on to the next.
    for (let at = 0, seed = 0; ; at++, seed++) {
      const aftermath = AFTERMATHS[at % AFTERMATHS.length]!;
      const handed = await handOverWithKill(other, owner, 30 + 3 * (seed % 70), { side, at, aftermath });
      owner = handed.owner;
      if (handed.wasKilled) continue;
      assert.ok(at > 30, `${at} operations`);
      break;
    }
  });
}
