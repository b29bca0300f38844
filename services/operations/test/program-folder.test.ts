import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemFiles } from "../../store/files.ts";
import { failingFiles } from "../../store/test/failing-files.ts";
import { createProgramFolder } from "../program-folder.ts";

test("behavior: an init that the disk broke off at any change can be repeated and keeps its keys", async (context) => {
  const above = await mkdtemp(join(tmpdir(), "mpc-recovery-init-"));
  context.after(() => rm(above, { recursive: true }));
  const config = "a config of some length";
  const counted = failingFiles(systemFiles, "ENOSPC", Number.POSITIVE_INFINITY);
  await createProgramFolder(counted, join(above, "whole"), "a.near", config);
  for (let failAt = 0; failAt < counted.changes(); failAt += 1) {
    const folder = join(above, `${failAt}`);
    const files = failingFiles(systemFiles, "ENOSPC", failAt);
    await assert.rejects(createProgramFolder(files, folder, "a.near", config), { code: "ENOSPC" });
    const nearKey = await readFile(join(folder, "keys/near-key.json"), "utf8");
    files.mend();
    const again = await createProgramFolder(files, folder, "a.near", config).catch((error) => error.code);
    // The last change is the sync of a config that stands there whole.
    if (failAt + 1 === counted.changes()) assert.equal(again, "FOLDER_IN_USE");
    else assert.ok(nearKey.includes(again.near_public_key), `change ${failAt}`);
    assert.equal(await readFile(join(folder, "config.json"), "utf8"), config, `change ${failAt}`);
    assert.deepEqual((await readdir(folder)).sort(), ["config.json", "keys", "store-key.json"]);
  }
});

test("behavior: what the disk refuses is told with the file's name", async () => {
  await assert.rejects(systemFiles.append("/dev/full", Buffer.from("x")), {
    code: "ENOSPC",
    message: /no space left on device.*\/dev\/full/,
  });
});
