import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { recovery } from "../../operations/test/sample-views.ts";
import { openJournal } from "../../store/journal.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../store/test/crashing-files.ts";
import { DISK_FAULTS, type DiskFault, failingFiles } from "../../store/test/failing-files.ts";
import { parseBackupEntry } from "../memory.ts";
import { HASH, portsOn, stepUntilIdle, WHOLE, type World, world } from "./world.ts";

const onDisk = (disk: Disk) => crashingFiles(disk, Number.POSITIVE_INFINITY);

/** Backs up, then recovers. */
async function work(at: World, made: Awaited<ReturnType<typeof portsOn>>["ports"]): Promise<void> {
  if (at.view.state.kind !== "Recovery") assert.equal(await stepUntilIdle(made), "backed_up");
  at.view = { ...at.view, state: recovery() };
  assert.equal(await stepUntilIdle(made), "recovery_confirmed");
}

async function start(disk: Disk, fault: DiskFault, failAt: number) {
  const at = world();
  const { ports: made, log, files } = await portsOn(at, failingFiles(onDisk(disk), fault, failAt));
  return { at, made, log, files };
}

describe("behavior: a disk that fails while the service runs", () => {
  for (const fault of DISK_FAULTS) {
    test(`at any change it says so, loses nothing and goes on by itself once it can (${fault})`, async () => {
      const whole = await start(emptyDisk(), fault, Number.POSITIVE_INFINITY);
      const opening = whole.files.changes();
      await work(whole.at, whole.made);
      for (let failAt = opening; failAt < whole.files.changes(); failAt += 1) {
        const disk = emptyDisk();
        const { at, made, log, files } = await start(disk, fault, failAt);
        for (let attempts = 0; attempts < 3; attempts += 1) {
          await assert.rejects(work(at, made), { code: fault }, `change ${failAt}`);
        }
        assert.equal(await made.store.export(HASH).then((shares) => shares?.length ?? 2), 2);
        files.mend();
        await work(at, made);
        assert.deepEqual(await made.store.export(HASH), WHOLE.keyshares, `change ${failAt}`);
        assert.doesNotMatch(log.text(), /share of/);
        const reopened = await openJournal(onDisk(disk), "/data/journal", parseBackupEntry);
        assert.deepEqual(reopened.entries(), made.journal.entries(), `change ${failAt}`);
        if (fault !== "ENOSPC") continue;
        const left = [...disk.names.keys()].filter((name) => name.endsWith(".unfinished"));
        assert.deepEqual(left, [], `change ${failAt}`);
      }
    });
  }
});
