import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import type { Keyset, Keyshare } from "../../keyshare/keyshare.ts";
import { encodeKeysharesDocument, keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { ProgramError } from "../../operations/program-error.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { reportText, requireNothingWrong } from "../../operations/verify-report.ts";
import { systemFiles } from "../../store/files.ts";
import { drill } from "../drill.ts";
import { readDrillRecord } from "../drill-record.ts";
import { exportBackup } from "../export-backup.ts";
import { importBackup } from "../import-backup.ts";
import { verifyBackup } from "../verify-backup.ts";
import { type BackupFixture, backupFixture, frostKeyset } from "./backup-folder.ts";

const CURRENT = frostKeyset(4);
const OLDER = frostKeyset(3);

/** The service holds the current keyset and its receipt is on chain. */
async function inPlace(fixture: BackupFixture): Promise<BackupFixture> {
  const digest = await fixture.hold(CURRENT.keyset, CURRENT.own);
  fixture.show(CURRENT.keyset, { keyset: CURRENT.keyset, digest });
  return fixture;
}

const signingShare = (share: Keyshare): string => JSON.parse(share.secret).signing_share;

/** A refusal with this code that shows no share. */
function refusal(code: string, exitCode = 1): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ProgramError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.exitCode, exitCode);
    for (const share of [...CURRENT.own, ...CURRENT.others, ...OLDER.own])
      assert.ok(!error.message.includes(signingShare(share)));
    return true;
  };
}

describe("behavior: drill", () => {
  test("restores into a scratch node, proves the shares, and leaves nothing but its record", async (context) => {
    const { config } = await inPlace(await backupFixture(context));
    const before = (await readdir(config.data_folder, { recursive: true })).sort();
    const record = await drill(config, NEVER);
    assert.deepEqual([record.outcome, record.shares, record.keyset_hash], ["passed", 1, CURRENT.hash]);
    assert.deepEqual(await readDrillRecord(systemFiles, config.data_folder), record);
    const after = (await readdir(config.data_folder, { recursive: true })).sort();
    assert.deepEqual(after, [...before, "last-drill.json"].sort());
  });

  const unfit: [string, (fixture: BackupFixture) => Promise<unknown>, RegExp][] = [
    ["nothing held", async () => undefined, /isn't among the backups here/],
    ["an older keyset only", ({ hold }) => hold(OLDER.keyset, OLDER.own), /isn't among the backups here/],
    [
      "another participant's share",
      ({ hold }) => hold(CURRENT.keyset, CURRENT.others),
      /participant 0, found that of 1/,
    ],
  ];
  for (const [name, prepare, reason] of unfit) {
    test(`${name}: it fails, and that is recorded`, async (context) => {
      const fixture = await backupFixture(context);
      await prepare(fixture);
      fixture.show(CURRENT.keyset, null);
      await assert.rejects(drill(fixture.config, NEVER), refusal("DRILL_FAILED"));
      const record = await readDrillRecord(systemFiles, fixture.config.data_folder);
      assert.equal(record?.outcome, "failed");
      assert.match(record?.reason ?? "", reason);
    });
  }
});

describe("behavior: verify", () => {
  const report = async ({ config }: BackupFixture) => reportText(await verifyBackup(config, NEVER));

  test("a backup in place is verified, with keyset and receipt named", async (context) => {
    const fixture = await inPlace(await backupFixture(context));
    const findings = await verifyBackup(fixture.config, NEVER);
    requireNothingWrong(findings);
    const text = reportText(findings);
    assert.match(text, new RegExp(`^ok: keyset epoch 4 ${CURRENT.hash}: held, 1 shares, each proven`, "m"));
    assert.match(text, new RegExp(`^ok: receipt: on chain since block 90, for epoch 4 ${CURRENT.hash}`, "m"));
    assert.match(text, /^verified: 6 checks$/m);
  });

  const file = ({ config }: BackupFixture) => join(config.data_folder, `backups/${CURRENT.hash}.keyshares`);
  const faults: [string, (fixture: BackupFixture) => Promise<unknown> | unknown, RegExp][] = [
    ["a torn sealed file", (at) => truncate(file(at), 300), /wrong: sealed file .*keyshares: /],
    ["a file open to others", (at) => chmod(file(at), 0o644), /wrong: files: others may get at .*keyshares/],
    [
      "a damaged journal",
      (at) => writeFile(join(at.config.data_folder, "journal"), "x\ny\nz\n"),
      /wrong: journal: .*line 1: expected a journal entry/,
    ],
    ["no receipt", (at) => at.show(CURRENT.keyset, null), /wrong: receipt: there is none on chain/],
    [
      "a receipt for an older keyset",
      (at) => at.show(CURRENT.keyset, { keyset: OLDER.keyset, digest: "ab".repeat(32) }),
      /wrong: receipt: it is for epoch 3/,
    ],
    [
      "a receipt for another file",
      (at) => at.show(CURRENT.keyset, { keyset: CURRENT.keyset, digest: "ab".repeat(32) }),
      /wrong: receipt: it is for epoch 4 .*; the file here is/,
    ],
    [
      "a share that isn't this participant's",
      (at) => at.hold(CURRENT.keyset, CURRENT.others),
      /wrong: keyset epoch 4 .*domain 0: expected the share of participant 0/,
    ],
    [
      "an old store put back",
      (at) => at.show(frostKeyset(5).keyset, null),
      /wrong: keyset epoch 5 .*: the contract's current one isn't held here/,
    ],
  ];
  for (const [name, spoil, line] of faults) {
    test(`${name} is found`, async (context) => {
      const fixture = await inPlace(await backupFixture(context));
      await spoil(fixture);
      const text = await report(fixture);
      assert.match(text, line);
      assert.match(text, /^NOT verified: \d of \d checks$/m);
      const findings = await verifyBackup(fixture.config, NEVER);
      assert.throws(() => requireNothingWrong(findings), refusal("NOT_VERIFIED"));
    });
  }
});

describe("behavior: export", () => {
  test("makes a new file of mode 0600 that just the recipients open, and never overwrites", async (context) => {
    const { config } = await inPlace(await backupFixture(context));
    const identity = await generateIdentity();
    const recipients = [await identityToRecipient(identity)];
    const out = join(config.data_folder, "copy.age");
    assert.match(await exportBackup(config, out, recipients, NEVER), /^exported: 1 shares of keyset epoch 4/);
    assert.equal((await stat(out)).mode & 0o777, 0o600);
    const bytes = await readFile(out);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const document = keysharesDocument(CURRENT.keyset, CURRENT.own);
    assert.deepEqual(JSON.parse(await decrypter.decrypt(bytes, "text")), document);
    await assert.rejects(exportBackup(config, out, recipients, NEVER), refusal("FILE_EXISTS", 2));
    assert.ok(bytes.equals(await readFile(out)));
  });

  test("nobody to seal to, and an identity in place of a recipient, are refused without repeating it", async (context) => {
    const { config } = await inPlace(await backupFixture(context));
    const identity = await generateIdentity();
    const out = join(config.data_folder, "copy.age");
    await assert.rejects(exportBackup(config, out, [], NEVER), refusal("NO_AGE_RECIPIENTS", 2));
    await assert.rejects(exportBackup(config, out, [identity], NEVER), (error) => {
      assert.ok(!String(error).includes(identity));
      return refusal("AGE_RECIPIENT_INVALID", 2)(error);
    });
    await assert.rejects(stat(out), { code: "ENOENT" });
  });

  test("shares that aren't exactly the contract's keyset are not exported", async (context) => {
    const fixture = await backupFixture(context, [await identityToRecipient(await generateIdentity())]);
    await fixture.hold(CURRENT.keyset, CURRENT.others);
    fixture.show(CURRENT.keyset, null);
    const out = join(fixture.config.data_folder, "copy.age");
    await assert.rejects(exportBackup(fixture.config, out, [], NEVER), refusal("SHARES_REFUSED"));
    await assert.rejects(stat(out), { code: "ENOENT" });
  });
});

describe("behavior: import", () => {
  const documentOf = (keyset: Keyset, shares: readonly Keyshare[]) =>
    Buffer.from(encodeKeysharesDocument(keysharesDocument(keyset, shares)));
  const held = ({ data_folder }: BackupFixture["config"]) =>
    readdir(join(data_folder, "backups")).catch(() => []);

  test("the contract's keyset is stored sealed; verify then lacks only the receipt", async (context) => {
    const fixture = await backupFixture(context);
    fixture.show(CURRENT.keyset, null);
    const input = Readable.from([documentOf(CURRENT.keyset, CURRENT.own)]);
    assert.match(await importBackup(fixture.config, input, NEVER), /^imported: 1 shares of keyset epoch 4/);
    const text = reportText(await verifyBackup(fixture.config, NEVER));
    assert.match(text, /^NOT verified: 1 of 6 checks$/m);
    assert.match(text, /^wrong: receipt/m);
    for (const name of await readdir(fixture.config.data_folder, { recursive: true })) {
      const path = join(fixture.config.data_folder, name);
      if ((await stat(path)).isFile())
        assert.doesNotMatch(await readFile(path, "latin1"), /signing_share/, name);
    }
  });

  const unfit: [string, Buffer, string, number][] = [
    ["an older keyset", documentOf(OLDER.keyset, OLDER.own), "OTHER_KEYSET", 1],
    ["another participant's shares", documentOf(CURRENT.keyset, CURRENT.others), "SHARES_REFUSED", 1],
    ["no shares", documentOf(CURRENT.keyset, []), "SHARES_REFUSED", 1],
    ["nothing", Buffer.alloc(0), "INPUT_EMPTY", 2],
    ["more than any document has", Buffer.alloc(17 * 1_024 * 1_024), "INPUT_TOO_LARGE", 2],
  ];
  for (const [name, bytes, code, exitCode] of unfit) {
    test(`${name} on stdin: refused, nothing is stored`, async (context) => {
      const fixture = await backupFixture(context);
      fixture.show(CURRENT.keyset, null);
      const input = Readable.from(bytes.length === 0 ? [] : [bytes]);
      await assert.rejects(importBackup(fixture.config, input, NEVER), refusal(code, exitCode));
      assert.deepEqual(await held(fixture.config), []);
    });
  }

  test("what isn't a document is refused without being repeated", async (context) => {
    const fixture = await backupFixture(context);
    fixture.show(CURRENT.keyset, null);
    await assert.rejects(
      importBackup(fixture.config, Readable.from([Buffer.from("canary")]), NEVER),
      (error) => {
        assert.doesNotMatch(String(error), /canary/);
        return (error as { code?: string }).code === "KEYSHARES_DOCUMENT_INVALID";
      },
    );
  });
});
