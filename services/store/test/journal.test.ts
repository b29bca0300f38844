import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Files } from "../files.ts";
import { JournalDamaged, openJournal } from "../journal.ts";
import { AFTERMATHS, Crash, crashingFiles, diskAfterCrash, emptyDisk } from "./crashing-files.ts";
import { DISK_FAULTS, failingFiles } from "./failing-files.ts";

const PATH = "/store/journal";
const openNumbers = (files: Files) =>
  openJournal(files, PATH, (value) => (typeof value === "number" ? value : undefined));

async function appendAll(files: Files, acknowledged: number[]): Promise<void> {
  const journal = await openNumbers(files);
  for (const entry of [10, 20, 30]) {
    await journal.append(entry);
    acknowledged.push(entry);
  }
}

describe("behavior: the journal", () => {
  for (const aftermath of AFTERMATHS) {
    test(`a crash at any operation keeps every acknowledged entry and goes on (${aftermath})`, async () => {
      const whole = crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY);
      await appendAll(whole, []);
      for (let crashAt = 0; crashAt < whole.operations(); crashAt += 1) {
        const disk = emptyDisk();
        const acknowledged: number[] = [];
        await assert.rejects(appendAll(crashingFiles(disk, crashAt), acknowledged), Crash);
        const rebooted = diskAfterCrash(disk, aftermath);
        const journal = await openNumbers(crashingFiles(rebooted, Number.POSITIVE_INFINITY));
        const found = [...journal.entries()];
        assert.deepEqual(found.slice(0, acknowledged.length), acknowledged, `operation ${crashAt}`);
        assert.ok(found.length <= acknowledged.length + 1, `operation ${crashAt}: ${found}`);
        await journal.append(40);
        const again = await openNumbers(
          crashingFiles(diskAfterCrash(rebooted, aftermath), Number.POSITIVE_INFINITY),
        );
        assert.deepEqual(again.entries(), [...found, 40], `operation ${crashAt}`);
      }
    });
  }

  test("a torn last line is dropped and the file repaired", async () => {
    const disk = emptyDisk();
    const files = crashingFiles(disk, Number.POSITIVE_INFINITY);
    await appendAll(files, []);
    await files.append(PATH, Buffer.from('0123456789abcdef {"to'));
    assert.deepEqual((await openNumbers(files)).entries(), [10, 20, 30]);
    assert.equal(
      Buffer.from((await files.read(PATH)) ?? [])
        .toString()
        .split("\n").length,
      4,
    );
  });

  test("damage before the last line, which no crash can cause, is refused", async () => {
    const files = crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY);
    await appendAll(files, []);
    const bytes = Buffer.from((await files.read(PATH)) ?? []);
    bytes[3] = bytes[3] === 48 ? 49 : 48;
    await files.remove(PATH);
    await files.writeNew(PATH, bytes);
    await assert.rejects(openNumbers(files), (error) => {
      assert.ok(error instanceof JournalDamaged);
      assert.match(error.message, /line 1: expected a journal entry with a matching checksum/);
      return true;
    });
  });

  for (const fault of DISK_FAULTS) {
    test(`a disk that fails for a while costs no acknowledged entry and needs no restart (${fault})`, async () => {
      const disk = emptyDisk();
      const counted = failingFiles(crashingFiles(disk, Number.POSITIVE_INFINITY), fault, 1_000);
      await appendAll(counted, []);
      const opened = failingFiles(crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY), fault, 1_000);
      await openNumbers(opened);
      for (let failAt = opened.changes(); failAt < counted.changes(); failAt += 1) {
        const failing = crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY);
        const files = failingFiles(failing, fault, failAt);
        const journal = await openNumbers(files);
        const kept: number[] = [];
        for (const entry of [10, 20, 30, 40]) {
          const outcome = await journal.append(entry).then(() => kept.push(entry), String);
          if (typeof outcome === "string") assert.match(outcome, /the disk takes nothing/);
        }
        assert.deepEqual(journal.entries(), kept);
        assert.ok(kept.length < 4, `operation ${failAt}`);
        files.mend();
        await journal.append(50);
        assert.deepEqual(journal.entries(), [...kept, 50]);
        assert.deepEqual((await openNumbers(failing)).entries(), [...kept, 50], `operation ${failAt}`);
      }
    });
  }

  test("entries appended at once are all kept, in their order", async () => {
    const files = crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY);
    const journal = await openNumbers(files);
    await Promise.all([1, 2, 3].map((entry) => journal.append(entry)));
    assert.deepEqual(journal.entries(), [1, 2, 3]);
    assert.deepEqual((await openNumbers(files)).entries(), [1, 2, 3]);
  });
});
