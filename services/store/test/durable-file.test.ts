import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createDurably, isUnfinished, removeUnfinished, writeDurably } from "../durable-file.ts";
import type { Files } from "../files.ts";
import { AFTERMATHS, Crash, crashingFiles, diskAfterCrash, emptyDisk } from "./crashing-files.ts";

const OLD = Buffer.from("what was there before, quite a few bytes of it");
const NEW = Buffer.from("all of the new bytes, which are not the same");
const PATH = "/store/file";

async function diskWithOldFile() {
  const disk = emptyDisk();
  await writeDurably(crashingFiles(disk, Number.POSITIVE_INFINITY), PATH, OLD);
  return disk;
}

async function operationsOf(use: (files: Files) => Promise<unknown>): Promise<number> {
  const files = crashingFiles(await diskWithOldFile(), Number.POSITIVE_INFINITY);
  await use(files);
  return files.operations();
}

describe("behavior: a durable write", () => {
  for (const aftermath of AFTERMATHS) {
    test(`a crash at any operation leaves the old bytes or the new ones, never a mixture (${aftermath})`, async () => {
      const operations = await operationsOf((files) => writeDurably(files, PATH, NEW));
      for (let crashAt = 0; crashAt < operations; crashAt += 1) {
        const disk = await diskWithOldFile();
        await assert.rejects(writeDurably(crashingFiles(disk, crashAt), PATH, NEW), Crash);
        const after = crashingFiles(diskAfterCrash(disk, aftermath), Number.POSITIVE_INFINITY);
        const found = Buffer.from((await after.read(PATH)) ?? []).toString();
        assert.ok([OLD.toString(), NEW.toString()].includes(found), `operation ${crashAt}: ${found}`);
      }
    });

    test(`once it has resolved, the new bytes survive (${aftermath})`, async () => {
      const disk = await diskWithOldFile();
      await writeDurably(crashingFiles(disk, Number.POSITIVE_INFINITY), PATH, NEW);
      const after = crashingFiles(diskAfterCrash(disk, aftermath), Number.POSITIVE_INFINITY);
      assert.deepEqual(Buffer.from((await after.read(PATH)) ?? []), NEW);
    });
  }

  test("what an interrupted write leaves behind is cleared away, whole files stay", async () => {
    const disk = await diskWithOldFile();
    await assert.rejects(writeDurably(crashingFiles(disk, 1), PATH, NEW), Crash);
    const files = crashingFiles(diskAfterCrash(disk, "everything"), Number.POSITIVE_INFINITY);
    assert.equal((await files.list("/store")).filter(isUnfinished).length, 1);
    await removeUnfinished(files, "/store");
    assert.deepEqual(await files.list("/store"), ["file"]);
  });
});

describe("behavior: creating a file that must not be overwritten", () => {
  test("an existing file stays as it is", async () => {
    const disk = await diskWithOldFile();
    const files = crashingFiles(disk, Number.POSITIVE_INFINITY);
    assert.equal(await createDurably(files, PATH, NEW), "exists");
    assert.deepEqual(Buffer.from((await files.read(PATH)) ?? []), OLD);
    assert.deepEqual(await files.list("/store"), ["file"]);
  });

  for (const aftermath of AFTERMATHS) {
    test(`a crash at any operation leaves no file or a whole one (${aftermath})`, async () => {
      const operations = await operationsOf((files) => createDurably(files, "/store/key", NEW));
      for (let crashAt = 0; crashAt < operations; crashAt += 1) {
        const disk = await diskWithOldFile();
        await assert.rejects(createDurably(crashingFiles(disk, crashAt), "/store/key", NEW), Crash);
        const after = crashingFiles(diskAfterCrash(disk, aftermath), Number.POSITIVE_INFINITY);
        const found = await after.read("/store/key");
        assert.ok(found === undefined || NEW.equals(found), `operation ${crashAt}`);
      }
    });
  }
});
