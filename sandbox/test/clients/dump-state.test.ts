import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Sandbox as KitSandbox } from "near-kit/sandbox";
import { Sandbox } from "near-sandbox-0.2";
import { ensureSandbox, sandboxEnvironment } from "../../src/launcher/ensure-sandbox.ts";
import { nearKitClient } from "./near-kit-client.ts";
import { testContract } from "./test-contract.ts";

Object.assign(process.env, sandboxEnvironment());

test("near-kit: a snapshot brings the state back, also into a restarted node", async (context) => {
  const sandbox = await KitSandbox.start({ binaryPath: ensureSandbox(), detached: false });
  context.after(() => sandbox.stop());
  const client = nearKitClient(sandbox);
  const contractId = `contract.${client.rootId}`;
  const set = (input: string) => client.call({ signerId: contractId, contractId, methodName: "set", input });
  await client.createAccount(contractId, 10n ** 25n);
  await client.deploy(contractId, testContract());
  assert.equal((await set("kept")).kind, "Returned");
  const snapshot = await sandbox.dumpState();
  await set("lost");
  await sandbox.restoreState(snapshot);
  assert.equal(await client.view(contractId, "get"), "kept");
  const balance = await client.balanceYocto(contractId);
  await sandbox.restart(snapshot);
  assert.equal(await client.view(contractId, "get"), "kept");
  assert.equal(await client.balanceYocto(contractId), balance);
});

test("near-sandbox 0.2: dump brings the files of a node's home, with the state as records", async (context) => {
  const sandbox = await Sandbox.start({});
  context.after(() => sandbox.tearDown());
  const { genesis, nodeKey, validatorKey } = await sandbox.dump();
  const records = genesis.records as { readonly Account?: { readonly account_id: string } }[];
  const accounts = records.flatMap(({ Account }) => Account?.account_id ?? []);
  assert.deepEqual(accounts.sort(), ["near", "sandbox", "test.near"]);
  assert.equal(validatorKey.account_id, "test.near");
  assert.match(String(nodeKey.public_key), /^ed25519:/);
});

test("a dump without a node says what is missing", async () => {
  const home = mkdtempSync(join(tmpdir(), "dump-test-"));
  const run = promisify(execFile)(ensureSandbox(), ["--home", home, "view-state", "dump-state"]);
  await assert.rejects(run, /expected a node that runs on/);
  rmSync(home, { recursive: true });
});
