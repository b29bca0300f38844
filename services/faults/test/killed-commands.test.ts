import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { readKeyFile } from "../../../sdk/src/crypto/key-files.ts";
import { drill } from "../../backup/drill.ts";
import { readDrillRecord } from "../../backup/drill-record.ts";
import { exportBackup } from "../../backup/export-backup.ts";
import { importBackup } from "../../backup/import-backup.ts";
import { openBackupFolder } from "../../backup/read-backup.ts";
import { type BackupFixture, backupFixture, frostKeyset } from "../../backup/test/backup-folder.ts";
import { encodeKeysharesDocument, keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { nodeConfigText, readNodeConfig } from "../../node/config.ts";
import { readConfigFile } from "../../operations/common-config.ts";
import { openProgram } from "../../operations/open-program.ts";
import { codeOf } from "../../operations/program-error.ts";
import { createProgramFolder, replaceKeys } from "../../operations/program-folder.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { systemFiles } from "../../store/files.ts";
import { type Run, runUntilKilled } from "./support/dying-process.ts";

const CURRENT = frostKeyset(4);
const DOCUMENT = encodeKeysharesDocument(keysharesDocument(CURRENT.keyset, CURRENT.own));

/** Kills a command at each change of the disk that it makes, in a new place each time, then has it looked at. */
async function atEveryChange<Place, Result>(
  context: TestContext,
  prepare: () => Promise<{ readonly folder: string; readonly place: Place }>,
  command: (place: Place) => Promise<Result>,
  look: (place: Place, run: Run<Result>) => Promise<void>,
): Promise<void> {
  for (let endsAt = 0; ; endsAt += 1) {
    const { folder, place } = await prepare();
    const run = await runUntilKilled(folder, endsAt, () => command(place));
    if (run.outcome.kind === "failed") throw run.outcome.error;
    await look(place, run).catch((error: Error) => {
      throw new Error(`killed at change ${endsAt}, ${run.steps.at(-1)}: ${error.message}`, { cause: error });
    });
    if (run.outcome.kind === "done") {
      context.diagnostic(`${endsAt} changes: ${run.steps.join(", ")}`);
      assert.equal(endsAt, run.steps.length);
      return;
    }
  }
}

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-killed-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const ACCOUNT = { accountId: "a.near", contractId: "mpc.near", networkId: "testnet", ownNode: true } as const;
const CONFIG = nodeConfigText({
  ...ACCOUNT,
  rpcUrl: ["http://127.0.0.1:1"],
  url: "https://a.example",
  listenHost: "127.0.0.1",
  listenPort: 0,
  localPort: 0,
  pollIntervalMillis: 1_000,
  transport: 1,
  signForParticipants: false,
});
const init = (folder: string) => createProgramFolder(systemFiles, folder, "a.near", CONFIG);

describe("behavior: commands that are killed at any change they make to the disk", () => {
  test("init is simply repeated, and keeps the keys that it made", async (context) => {
    const prepare = async () => {
      const folder = await newFolder(context);
      return { folder, place: join(folder, "node") };
    };
    await atEveryChange(context, prepare, init, async (folder) => {
      const made = (await readdir(join(folder, "keys")).catch(() => [])).filter((name) =>
        name.endsWith(".json"),
      );
      const texts = await Promise.all(made.map((name) => readFile(join(folder, "keys", name), "utf8")));
      await init(folder).catch((error: unknown) => assert.equal(codeOf(error), "FOLDER_IN_USE"));
      for (const [index, name] of made.entries())
        assert.equal(await readFile(join(folder, "keys", name), "utf8"), texts[index]);
      await openProgram(await readConfigFile(join(folder, "config.json"), readNodeConfig));
    });
  });

  test("reactivate is simply repeated; until then nothing runs with one old and one new key", async (context) => {
    const prepare = async () => {
      const folder = await newFolder(context);
      const { config_file, ...old } = await init(join(folder, "node"));
      const config = await readConfigFile(config_file, readNodeConfig);
      return { folder, place: { config, old } };
    };
    await atEveryChange(
      context,
      prepare,
      ({ config }) => replaceKeys(config),
      async ({ config, old }) => {
        const opened = await openProgram(config).catch((error: unknown) => {
          assert.equal(codeOf(error), "REACTIVATION_UNFINISHED");
        });
        if (opened !== undefined) {
          const changed = [
            opened.nearKey.publicKey !== old.near_public_key,
            opened.tlsKey.publicKey !== old.tls_public_key,
          ];
          assert.equal(changed[0], changed[1]);
        }
        const now = await replaceKeys(config);
        assert.ok(now.near_public_key !== old.near_public_key && now.tls_public_key !== old.tls_public_key);
        assert.equal((await readKeyFile(config.near_key_file)).keyPair.publicKey, now.near_public_key);
        assert.equal((await readKeyFile(config.tls_key_file)).keyPair.publicKey, now.tls_public_key);
        assert.equal(
          (await readKeyFile(`${config.near_key_file}.retired-1`)).keyPair.publicKey,
          old.near_public_key,
        );
        await openProgram(config);
      },
    );
  });

  const inPlace = async (context: TestContext, recipients: readonly string[] = []) => {
    const fixture = await backupFixture(context, recipients);
    const digest = await fixture.hold(CURRENT.keyset, CURRENT.own);
    fixture.show(CURRENT.keyset, { keyset: CURRENT.keyset, digest });
    return { folder: dirname(fixture.config.data_folder), place: fixture };
  };
  const heldBy = async ({ config }: BackupFixture) =>
    (await openBackupFolder(config)).store.export(CURRENT.hash);

  test("a drill touches no backup, and the next one clears up after it", async (context) => {
    await atEveryChange(
      context,
      () => inPlace(context),
      ({ config }) => drill(config, NEVER),
      async (fixture) => {
        const { data_folder } = fixture.config;
        assert.deepEqual(await heldBy(fixture), CURRENT.own);
        assert.notEqual((await readDrillRecord(systemFiles, data_folder))?.outcome, "failed");
        assert.equal((await drill(fixture.config, NEVER)).outcome, "passed");
        assert.ok(!(await readdir(data_folder)).includes("drill"));
      },
    );
  });

  test("an export is whole or isn't there", async (context) => {
    const identity = await generateIdentity();
    const recipient = await identityToRecipient(identity);
    const out = ({ config }: BackupFixture) => join(dirname(config.data_folder), "copy.age");
    await atEveryChange(
      context,
      () => inPlace(context),
      (fixture) => exportBackup(fixture.config, out(fixture), [recipient], NEVER),
      async (fixture, { outcome }) => {
        const path = out(fixture);
        const there = (await readdir(dirname(path))).includes(basename(path));
        if (!there) await exportBackup(fixture.config, path, [recipient], NEVER);
        assert.ok(there || outcome.kind === "died");
        const decrypter = new Decrypter();
        decrypter.addIdentity(identity);
        assert.deepEqual(Buffer.from(await decrypter.decrypt(await readFile(path))), Buffer.from(DOCUMENT));
        assert.deepEqual(await heldBy(fixture), CURRENT.own);
      },
    );
  });

  test("an import is simply repeated", async (context) => {
    const bring = ({ config }: BackupFixture) =>
      importBackup(config, Readable.from([Buffer.from(DOCUMENT)]), NEVER);
    const prepare = async () => {
      const fixture = await backupFixture(context);
      fixture.show(CURRENT.keyset, null);
      return { folder: dirname(fixture.config.data_folder), place: fixture };
    };
    await atEveryChange(context, prepare, bring, async (fixture) => {
      const held = await heldBy(fixture);
      if (held !== undefined) assert.deepEqual(held, CURRENT.own);
      await bring(fixture);
      assert.deepEqual(await heldBy(fixture), CURRENT.own);
      const left = await readdir(fixture.config.data_folder, { recursive: true });
      assert.deepEqual(
        left.filter((name) => name.endsWith(".unfinished")),
        [],
      );
    });
  });
});
