import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { Files } from "../../store/files.ts";
import { seal } from "../../store/seal.ts";
import { storeKeyFromBytes } from "../../store/store-key.ts";
import {
  AFTERMATHS,
  Crash,
  crashingFiles,
  type Disk,
  diskAfterCrash,
  emptyDisk,
} from "../../store/test/crashing-files.ts";
import { openFileKeyshareStore } from "../file-keyshare-store.ts";
import { keysetHash } from "../keyset-hash.ts";
import { encodeKeysharesDocument, keysharesDocument } from "../keyshares-document.ts";
import { sampleKeyset, sampleShares } from "./samples.ts";

const KEY = storeKeyFromBytes(new Uint8Array(32).fill(1));
const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
const OLD = sampleKeyset(0);
const NEW = sampleKeyset(1);

const openStore = (files: Files, owner = OWNER, key = KEY) =>
  openFileKeyshareStore(files, "/shares", key, owner);
const safely = (disk: Disk) => crashingFiles(disk, Number.POSITIVE_INFINITY);

async function diskHolding(keyset = OLD): Promise<Disk> {
  const disk = emptyDisk();
  await (await openStore(safely(disk))).import(keyset, sampleShares(keyset, 0));
  return disk;
}

describe("behavior: the file keyshare store", () => {
  test("keysets are kept by hash: another attempt of the same epoch is another keyset", async () => {
    const store = await openStore(safely(await diskHolding()));
    const attempt = sampleKeyset(0, 1);
    await store.import(attempt, sampleShares(attempt, 0));
    assert.deepEqual(await store.export(keysetHash(OLD)), sampleShares(OLD, 0));
    assert.deepEqual(await store.export(keysetHash(attempt)), sampleShares(attempt, 0));
    assert.equal((await store.list()).length, 2);
  });

  test("importing the same again changes nothing, the digest included", async () => {
    const store = await openStore(safely(emptyDisk()));
    const first = await store.import(OLD, sampleShares(OLD, 0));
    assert.deepEqual(await store.import(OLD, [...sampleShares(OLD, 0)].reverse()), first);
    assert.deepEqual(await store.list(), [first]);
  });

  test("a change of recipients has what is held sealed anew, and nothing else does", async () => {
    const disk = await diskHolding();
    const recipient = await identityToRecipient(await generateIdentity());
    const store = await openFileKeyshareStore(safely(disk), "/shares", KEY, OWNER, [recipient]);
    const [before] = await store.list();
    const [resealed, ...others] = await store.reseal();
    assert.ok(resealed !== undefined && others.length === 0 && resealed.digest !== before?.digest);
    assert.deepEqual(await store.list(), [resealed]);
    assert.deepEqual(await store.export(keysetHash(OLD)), sampleShares(OLD, 0));
    assert.deepEqual(await store.reseal(), []);
    assert.deepEqual(await store.import(OLD, sampleShares(OLD, 0)), resealed);
    const without = await openStore(safely(disk));
    assert.notEqual((await without.import(OLD, sampleShares(OLD, 0))).digest, resealed.digest);
  });

  test("no secret stands readable on the disk", async () => {
    const disk = await diskHolding();
    for (const { bytes } of disk.names.values())
      assert.doesNotMatch(Buffer.from(bytes).toString("latin1"), /share of/);
  });

  for (const aftermath of AFTERMATHS) {
    test(`a crash at any operation loses nothing and lets nothing torn in (${aftermath})`, async () => {
      const operations = await operationsOfImport();
      for (let crashAt = 0; crashAt < operations; crashAt += 1) {
        const disk = await diskHolding();
        await assert.rejects(importNew(crashingFiles(disk, crashAt)), Crash);
        const store = await openStore(safely(diskAfterCrash(disk, aftermath)));
        assert.deepEqual(await store.export(keysetHash(OLD)), sampleShares(OLD, 0), `operation ${crashAt}`);
        const found = await store.export(keysetHash(NEW));
        if (found !== undefined) assert.deepEqual(found, sampleShares(NEW, 0), `operation ${crashAt}`);
        await store.import(NEW, sampleShares(NEW, 0));
        assert.deepEqual(await store.export(keysetHash(NEW)), sampleShares(NEW, 0), `operation ${crashAt}`);
        assert.deepEqual(await store.damaged(), [], `operation ${crashAt}`);
      }
    });
  }

  test("a damaged file counts as not held, is named, and a new import repairs it", async () => {
    const disk = await diskHolding();
    const [path, inode] =
      [...disk.names].find(([name]) => name.endsWith(".keyshares")) ?? assert.fail("no file");
    inode.bytes = inode.bytes.slice(0, -1);
    const store = await openStore(safely(disk));
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.export(keysetHash(OLD)), undefined);
    const [damaged] = await store.damaged();
    assert.ok(damaged !== undefined && path.endsWith(damaged.name));
    await store.import(OLD, sampleShares(OLD, 0));
    assert.equal((await store.list()).length, 1);
  });

  test("files of another account, network, contract or key aren't taken", async () => {
    const disk = await diskHolding();
    const others = [
      { ...OWNER, account: "b.near" },
      { ...OWNER, network: "mainnet" },
      { ...OWNER, contract: "other.near" },
    ];
    for (const owner of others) {
      const store = await openStore(safely(disk), owner);
      assert.deepEqual(await store.list(), []);
      assert.match((await store.damaged())[0]?.reason ?? "", /another network, contract or account/);
    }
    const otherKey = await openStore(safely(disk), OWNER, storeKeyFromBytes(new Uint8Array(32).fill(2)));
    assert.match((await otherKey.damaged())[0]?.reason ?? "", /another store key/);
  });

  test("a file renamed to another keyset's name isn't taken for it", async () => {
    const disk = await diskHolding();
    const files = safely(disk);
    await files.rename(`/shares/${keysetHash(OLD)}.keyshares`, `/shares/${keysetHash(NEW)}.keyshares`);
    const store = await openStore(files);
    assert.equal(await store.export(keysetHash(NEW)), undefined);
  });

  test("a file whose contents are another keyset's isn't taken, even with the right header and key", async () => {
    const files = safely(emptyDisk());
    const plaintext = encodeKeysharesDocument(keysharesDocument(sampleKeyset(0, 1), []));
    const sealed = await seal(KEY, { ...OWNER, keyset_hash: keysetHash(OLD), epoch_id: 0 }, plaintext, []);
    await files.writeNew(`/shares/${keysetHash(OLD)}.keyshares`, sealed);
    const store = await openStore(files);
    assert.deepEqual(await store.list(), []);
    assert.match((await store.damaged())[0]?.reason ?? "", /another keyset than its name says/);
  });

  test("an erased keyset is gone after a crash too", async () => {
    const disk = await diskHolding();
    await (await openStore(safely(disk))).erase(keysetHash(OLD));
    assert.deepEqual(await (await openStore(safely(diskAfterCrash(disk, "synced_only")))).list(), []);
  });
});

async function importNew(files: Files): Promise<void> {
  await (await openStore(files)).import(NEW, sampleShares(NEW, 0));
}

async function operationsOfImport(): Promise<number> {
  const files = safely(await diskHolding());
  await importNew(files);
  return files.operations();
}
