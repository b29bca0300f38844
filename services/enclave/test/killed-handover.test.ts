import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { handOverWithKill, type Kill } from "./support/crashing-handover.ts";
import {
  type EnclaveWorld,
  publishShareKeys,
  type Running,
  startEnclaveWorld,
} from "./support/enclave-world.ts";
import { openFirst } from "./support/steps.ts";

let world: EnclaveWorld;
let owner: Running;

before(async () => {
  world = await startEnclaveWorld();
  await publishShareKeys(world);
  owner = await openFirst(world, 20);
});

after(() => world?.stop());

// A few on the real contract; handover.test.ts kills at every one, killed-handover.slow.test.ts at every one here.
const KILLS: readonly Kill[] = [
  { side: "sender", at: 24, aftermath: "synced_only" },
  { side: "sender", at: 33, aftermath: "torn" },
  { side: "receiver", at: 23, aftermath: "synced_only" },
  { side: "receiver", at: 31, aftermath: "everything" },
];

for (const [index, kill] of KILLS.entries()) {
  test(`behavior: the ${kill.side} killed at file operation ${kill.at} (${kill.aftermath}): the seed goes over, one serves`, async () => {
    const handed = await handOverWithKill(world, owner, 100 + 4 * index, kill);
    assert.ok(handed.wasKilled);
    owner = handed.owner;
  });
}
