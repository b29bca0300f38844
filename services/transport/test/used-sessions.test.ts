import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  AFTERMATHS,
  Crash,
  crashingFiles,
  diskAfterCrash,
  emptyDisk,
} from "../../store/test/crashing-files.ts";
import type { LiveKey } from "../web/session-slots.ts";
import { openUsedSessions, type UsedExchange } from "../web/used-sessions.ts";

const NO_CRASH = Number.POSITIVE_INFINITY;

function keyOf(session: number, expires_on: number, name = `${session}-${expires_on}`): LiveKey {
  return { session, public_key: `x25519:${name}` as never, expires_on };
}

function exchangeOf(session: number, purpose: UsedExchange["purpose"] = "backup"): UsedExchange {
  return { purpose, node: keyOf(session, 100 + session), backup_service: keyOf(session, 90 + session) };
}

test("behavior: a used key and every one before it in its slot count as used, later ones don't", async () => {
  const used = await openUsedSessions(crashingFiles(emptyDisk(), NO_CRASH), "/data");
  assert.equal(used.wasUsed("backup", "node", keyOf(1, 101)), false);
  await used.markUsed(exchangeOf(3));
  for (const session of [1, 2, 3]) assert.ok(used.wasUsed("backup", "node", keyOf(session, 100 + session)));
  assert.equal(used.wasUsed("backup", "node", keyOf(4, 104)), false);
  assert.equal(used.wasUsed("recovery", "node", keyOf(3, 103)), false);
  assert.equal(used.wasUsed("backup", "backup_service", keyOf(3, 103)), false);
});

test("behavior: a slot that began anew is told by its later expiry, and a key itself never comes back", async () => {
  const used = await openUsedSessions(crashingFiles(emptyDisk(), NO_CRASH), "/data");
  await used.markUsed(exchangeOf(3));
  assert.equal(used.wasUsed("backup", "node", keyOf(1, 104)), false);
  assert.equal(used.wasUsed("backup", "node", keyOf(9, 999, "3-103")), true);
});

test("behavior: killed at any file operation, what was marked stays marked", async () => {
  for (let crashAt = 0; ; crashAt += 1) {
    const disk = emptyDisk();
    let marked = 0;
    let crashed = false;
    try {
      const used = await openUsedSessions(crashingFiles(disk, crashAt), "/data");
      for (const session of [1, 2, 3]) {
        await used.markUsed(exchangeOf(session));
        marked = session;
      }
    } catch (error) {
      assert.ok(error instanceof Crash);
      crashed = true;
    }
    for (const aftermath of AFTERMATHS) {
      const after = crashingFiles(diskAfterCrash(disk, aftermath), NO_CRASH);
      const used = await openUsedSessions(after, "/data");
      for (let session = 1; session <= marked; session += 1) {
        assert.ok(used.wasUsed("backup", "node", keyOf(session, 100 + session)), `${crashAt} ${aftermath}`);
      }
    }
    if (!crashed) break;
  }
});

test("behavior: over any history of a slot, no used key is ever taken again and every new one is", async (context) => {
  const seed = Date.now();
  context.diagnostic(`seed ${seed}`);
  // The slot's life: keys are published as blocks pass, some are used, and at times the contract removes the slot.
  const turn = fc.record({
    blocks: fc.integer({ min: 1, max: 50 }),
    use: fc.boolean(),
    removed: fc.boolean(),
  });
  const property = fc.asyncProperty(fc.array(turn, { maxLength: 25 }), async (turns) => {
    const used = await openUsedSessions(crashingFiles(emptyDisk(), NO_CRASH), "/data");
    const taken: LiveKey[] = [];
    let [height, session] = [0, 0];
    for (const [index, { blocks, use, removed }] of turns.entries()) {
      height += blocks;
      session = removed ? 1 : session + 1;
      const key = keyOf(session, height + 601, `key${index}`);
      assert.equal(used.wasUsed("backup", "node", key), false);
      for (const earlier of taken) assert.equal(used.wasUsed("backup", "node", earlier), true);
      if (!use) continue;
      await used.markUsed({ purpose: "backup", node: key, backup_service: key });
      taken.push(key);
    }
  });
  await fc.assert(property, { seed, numRuns: 40 });
});
