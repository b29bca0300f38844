import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemFiles } from "../files.ts";
import { createStoreKeyFile, readStoreKeyFile, StoreKeyUnusable } from "../store-key.ts";

describe("behavior: store key files on the real disk", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mpc-recovery-store-key-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("a new key has mode 0600, reads back, and is never overwritten", async () => {
    const path = join(folder, "store-key.json");
    assert.equal(await createStoreKeyFile(systemFiles, path), "created");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const written = await readFile(path, "utf8");
    assert.equal((await readStoreKeyFile(systemFiles, path)).bytes.length, 32);
    assert.equal(await createStoreKeyFile(systemFiles, path), "exists");
    assert.equal(await readFile(path, "utf8"), written);
  });

  test("missing, damaged and not a file: one clear message each, without contents", async () => {
    const damaged = join(folder, "damaged.json");
    await writeFile(damaged, '{"kind":"mpc-recovery-store-key-v1","key":"c2VjcmV0"}');
    const cases: [string, RegExp][] = [
      [join(folder, "missing.json"), /doesn't exist; make it with `init`/],
      [damaged, /is damaged: expected/],
      [folder, /is a folder/],
    ];
    for (const [path, message] of cases) {
      await assert.rejects(readStoreKeyFile(systemFiles, path), (error) => {
        assert.ok(error instanceof StoreKeyUnusable);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /c2VjcmV0/);
        return true;
      });
    }
  });
});
