import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openJournal } from "../../store/journal.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../store/test/crashing-files.ts";
import { DISK_FAULTS, failingFiles } from "../../store/test/failing-files.ts";
import { parseNodeEntry } from "../memory.ts";
import { HASH, type Machine, machineOn, SERVICE, stepUntilRest, WHOLE, world } from "./machine.ts";

const onDisk = (disk: Disk) => crashingFiles(disk, Number.POSITIVE_INFINITY);

/** The new machine's way back, with the service bringing the shares when they are awaited. */
async function comeBack(fresh: Machine): Promise<void> {
  const rest = await stepUntilRest(fresh);
  if (rest.startsWith("awaiting")) assert.equal((await fresh.ask("PUT", SERVICE, WHOLE)).kind, "ok");
  assert.equal(await stepUntilRest(fresh), "serving");
}

describe("behavior: a disk that fails while the node comes back", () => {
  for (const fault of DISK_FAULTS) {
    test(`at any change nothing is acknowledged or lost, and it goes on by itself (${fault})`, async () => {
      const counted = failingFiles(onDisk(emptyDisk()), fault, Number.POSITIVE_INFINITY);
      const whole = await machineOn("new", world(), counted);
      const opening = counted.changes();
      await comeBack(whole);
      for (let failAt = opening; failAt < counted.changes(); failAt += 1) {
        const [at, disk] = [world(), emptyDisk()];
        const files = failingFiles(onDisk(disk), fault, failAt);
        const fresh = await machineOn("new", at, files);
        for (let attempts = 0; attempts < 3; attempts += 1) {
          await assert.rejects(comeBack(fresh), { code: fault }, `change ${failAt}`);
        }
        files.mend();
        await comeBack(fresh);
        assert.deepEqual(await fresh.ports.store.export(HASH), WHOLE.keyshares, `change ${failAt}`);
        const entries = at.calls.filter((call) => call === "submit_participant_recovery_info");
        assert.equal(entries.length, 1, `change ${failAt}: ${at.calls}`);
        const reopened = await openJournal(onDisk(disk), "/data/journal", parseNodeEntry);
        assert.deepEqual(reopened.entries(), fresh.ports.journal.entries(), `change ${failAt}`);
      }
    });
  }
});
