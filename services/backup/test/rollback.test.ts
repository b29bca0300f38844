import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Registry } from "prom-client";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { receipt, recovery, running } from "../../operations/test/sample-views.ts";
import { type Disk, diskAfterCrash, emptyDisk } from "../../store/test/crashing-files.ts";
import { backupMetrics } from "../metrics.ts";
import { stepBackupService } from "../service.ts";
import { HASH, KEYSET, ports, SETTINGS, stepUntilIdle, WHOLE, type World, world } from "./world.ts";

const OLDER = sampleKeyset(3);

/** A service that backed up epoch 3, was copied as a whole, and has backed up epoch 4 since. */
async function rolledBack(): Promise<{ readonly at: World; readonly copy: Disk }> {
  const [at, disk] = [world({ state: running({ keyset: OLDER as never }) }), emptyDisk()];
  const [tlsKey = ""] = at.documents.keys();
  at.documents.set(tlsKey, keysharesDocument(OLDER, sampleShares(OLDER, 0)));
  assert.equal(await stepUntilIdle((await ports(at, disk)).ports), "backed_up");
  const copy = diskAfterCrash(disk, "synced_only");
  at.documents.set(tlsKey, WHOLE);
  at.view = { ...at.view, height: at.view.height + 10, state: running() };
  assert.equal(await stepUntilIdle((await ports(at, disk)).ports), "backed_up");
  assert.equal(at.view.receipt?.keyset_hash, HASH);
  at.calls.length = 0;
  return { at, copy };
}

/** What the metrics show after one look. */
async function gaugesAfterStep(made: Awaited<ReturnType<typeof ports>>["ports"]) {
  const registry = new Registry();
  const metrics = backupMetrics(registry, "a.near", made.store, "/nowhere");
  await stepBackupService(made, SETTINGS, metrics.watch, NEVER).catch(() => undefined);
  const text = await registry.metrics();
  return (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

describe("behavior: an old disk put back, journal and all", () => {
  test("it is told from the receipt, and made whole again while the node is there", async () => {
    const { at, copy } = await rolledBack();
    const { ports: made, log } = await ports(at, copy);
    assert.equal(await stepUntilIdle(made), "backed_up");
    assert.equal(log.events[0], "store.older_than_receipt");
    assert.deepEqual(await made.store.export(HASH), WHOLE.keyshares);
  });

  test("in a Recovery nothing of it is sent, confirmed or erased, however often it tries", async () => {
    const { at, copy } = await rolledBack();
    at.view = { ...at.view, state: recovery() };
    at.documents.clear();
    const { ports: made, log } = await ports(at, copy);
    for (let tries = 0; tries < 3; tries += 1) await assert.rejects(stepUntilIdle(made), /unreachable/);
    assert.deepEqual([at.sent, at.calls], [[], []]);
    assert.deepEqual(new Set(log.events), new Set(["store.older_than_receipt"]));
    assert.equal((await made.store.list())[0]?.epoch_id, 3);
  });

  test("metrics say so, and say that all is well when it is", async () => {
    const { at, copy } = await rolledBack();
    at.documents.clear();
    const older = await gaugesAfterStep((await ports(at, copy)).ports);
    assert.equal(older("backup_store_older_than_receipt"), 1);
    assert.equal(older("backup_receipt_current"), 1);
    assert.ok(!(older("backup_last_success_timestamp_seconds") > 0));
    const well = world();
    const { ports: made } = await ports(well, emptyDisk());
    await stepUntilIdle(made);
    const gauge = await gaugesAfterStep(made);
    assert.equal(gauge("backup_store_older_than_receipt"), 0);
    assert.deepEqual([gauge("backup_last_epoch"), gauge("backup_contract_epoch")], [4, 4]);
    assert.ok(gauge("backup_last_success_timestamp_seconds") > 1_600_000_000);
    assert.equal(gauge("backup_keysets_held"), 1);
    assert.equal(gauge("backup_damaged_files"), 0);
    assert.equal(gauge("backup_last_drill_timestamp_seconds"), 0);
  });

  test("an older file of the same keyset is confirmed anew, since its shares are the contract's", async () => {
    const at = world();
    const { ports: made } = await ports(at, emptyDisk());
    await stepUntilIdle(made);
    at.calls.length = 0;
    at.view = { ...at.view, receipt: receipt(4, HASH, "digest of the file after it") };
    assert.equal(await stepUntilIdle(made), "backed_up");
    assert.deepEqual(at.calls, ["confirm_backup"]);
    assert.equal(at.view.receipt?.digest, (await made.store.list())[0]?.digest);
  });

  test("an account that is out takes damaged files along, which another key may still open", async () => {
    const at = world();
    const disk = emptyDisk();
    const { ports: made } = await ports(at, disk);
    await made.store.import(KEYSET, sampleShares(KEYSET, 0));
    const [, inode] = [...disk.names].find(([name]) => name.includes(HASH)) ?? assert.fail();
    inode.bytes = inode.bytes.slice(0, -1);
    const others = running().parameters.participants.participants.slice(1);
    const parameters = { participants: { next_id: 3 as never, participants: others }, threshold: 2 };
    at.view = { ...at.view, state: running({ parameters }) };
    assert.equal(await stepUntilIdle(made), "not_a_participant");
    assert.deepEqual([await made.store.list(), await made.store.damaged()], [[], []]);
  });
});
