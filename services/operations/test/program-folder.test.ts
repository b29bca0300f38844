import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemFiles } from "../../store/files.ts";
import { failingFiles } from "../../store/test/failing-files.ts";
import type { CommonConfig } from "../common-config.ts";
import { openProgram } from "../open-program.ts";
import { oneLine } from "../program-error.ts";
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

test("behavior: one key for NEAR and TLS, as a slip in the config makes it, is refused", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-one-key-"));
  context.after(() => rm(folder, { recursive: true }));
  await createProgramFolder(systemFiles, folder, "a.near", "");
  const config: CommonConfig = {
    network_id: "testnet",
    contract_id: "mpc.near",
    account_id: "a.near",
    rpc: { urls: ["http://127.0.0.1:9"], own_node: true },
    near_key_file: join(folder, "keys/near-key.json"),
    tls_key_file: join(folder, "keys/tls-key.json"),
    store_key_file: join(folder, "store-key.json"),
    data_folder: join(folder, "data"),
    local_port: 0,
    poll_interval_millis: 1_000,
    transport: 1,
  };
  await openProgram(config);
  const slip = { ...config, tls_key_file: config.near_key_file };
  await assert.rejects(openProgram(slip), { code: "ONE_KEY_FOR_BOTH", exitCode: 2 });
});

test("behavior: what others wrote can't steer the operator's terminal", () => {
  const hostile = "no\u001b[2J\u009b2K\r\nmpc-node: all is well\u202e\u0007";
  assert.equal(oneLine(new Error(hostile)), "no?[2J?2K mpc-node: all is well??");
  assert.equal(oneLine(new Error("a\n  b")), "a b");
});
