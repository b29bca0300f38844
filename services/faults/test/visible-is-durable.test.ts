import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import type { Files } from "../../store/files.ts";
import { openJournal } from "../../store/journal.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../store/test/crashing-files.ts";
import { DISK_FAULTS, failingFiles } from "../../store/test/failing-files.ts";
import { ownerOf, PLACES, STORE_KEY } from "./support/parties.ts";
import { heldAfterCrash } from "./support/soundness.ts";

const KEYSET = sampleKeyset(4);
const SHARES = sampleShares(KEYSET, 0);
const open = (files: Files) => openFileKeyshareStore(files, PLACES.shares, STORE_KEY, ownerOf("a"));
const well = (disk: Disk) => crashingFiles(disk, Number.POSITIVE_INFINITY);
const openEntries = (files: Files) =>
  openJournal(files, PLACES.journal, (value) => (typeof value === "string" ? value : undefined));

/** What the store says that it holds would be there after a power cut. */
async function requireDurable(
  disk: Disk,
  listed: readonly { readonly keyset_hash: string }[],
  where: string,
) {
  const { list } = await heldAfterCrash(disk, "a", "synced_only");
  for (const { keyset_hash } of listed)
    assert.ok(
      list.some((each) => each.keyset_hash === keyset_hash),
      where,
    );
}

describe("behavior: what can be seen on a disk isn't taken for safe before it is", () => {
  test("shares that a killed program had just put in place", async () => {
    const whole = well(emptyDisk());
    await (await open(whole)).import(KEYSET, SHARES);
    let seen = 0;
    for (let crashAt = 0; crashAt < whole.operations(); crashAt += 1) {
      const disk = emptyDisk();
      await assert.rejects(async () => (await open(crashingFiles(disk, crashAt))).import(KEYSET, SHARES));
      // The machine runs on: what wasn't synced is seen all the same.
      const listed = await (await open(well(disk))).list();
      seen += listed.length;
      await requireDurable(disk, listed, `operation ${crashAt}`);
    }
    assert.ok(seen > 0);
  });

  for (const fault of DISK_FAULTS) {
    test(`shares whose import failed (${fault}), in the list and in the next import`, async () => {
      const counting = failingFiles(well(emptyDisk()), fault, Number.POSITIVE_INFINITY);
      const opening = await open(counting);
      const from = counting.changes();
      await opening.import(KEYSET, SHARES);
      for (let failAt = from; failAt < counting.changes(); failAt += 1) {
        const disk = emptyDisk();
        const files = failingFiles(well(disk), fault, failAt);
        const store = await open(files);
        await assert.rejects(store.import(KEYSET, SHARES), { code: fault });
        await requireDurable(disk, await store.list().catch(() => []), `list, change ${failAt}`);
        files.mend();
        await requireDurable(disk, await store.list(), `list, mended, change ${failAt}`);
        await requireDurable(disk, [await store.import(KEYSET, SHARES)], `import, change ${failAt}`);
        assert.equal((await store.list())[0]?.keyset_hash, keysetHash(KEYSET));
      }
    });
  }

  test("an entry that a killed program had just added to its journal", async () => {
    const whole = well(emptyDisk());
    await (await openEntries(whole)).append("first");
    let seen = 0;
    for (let crashAt = 0; crashAt < whole.operations(); crashAt += 1) {
      const disk = emptyDisk();
      await assert.rejects(async () => (await openEntries(crashingFiles(disk, crashAt))).append("first"));
      const entries = (await openEntries(well(disk))).entries();
      seen += entries.length;
      const synced = disk.syncedNames.get(PLACES.journal)?.synced ?? new Uint8Array();
      assert.equal(Buffer.from(synced).includes('"first"'), entries.length > 0, `operation ${crashAt}`);
    }
    assert.ok(seen > 0);
  });
});
