import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createKeyFile, readKeyFile } from "../src/crypto/key-files.ts";
import { ed25519KeyPairFromSeed, secretKeyText } from "../src/crypto/keys.ts";

const KEY_PAIR = ed25519KeyPairFromSeed(new Uint8Array(32).fill(5));
const OTHER = ed25519KeyPairFromSeed(new Uint8Array(32).fill(6));

test("behavior: a key file is written for its owner alone and read back", async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, "node.json");
  await createKeyFile(path, { accountId: "a.near", keyPair: KEY_PAIR });
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(await readFile(path, "utf8")), {
    account_id: "a.near",
    public_key: KEY_PAIR.publicKey,
    secret_key: secretKeyText(KEY_PAIR),
  });
  const read = await readKeyFile(path);
  assert.equal(read.accountId, "a.near");
  assert.equal(secretKeyText(read.keyPair), secretKeyText(KEY_PAIR));
  assert.deepEqual(await readdir(folder), ["node.json"]);
});

test("behavior: whatever exists at the path is never overwritten", async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, "node.json");
  await writeFile(path, "precious");
  await assert.rejects(createKeyFile(path, { keyPair: KEY_PAIR }), { code: "KEY_FILE_EXISTS" });
  assert.equal(await readFile(path, "utf8"), "precious");
  await mkdir(join(folder, "taken"));
  await assert.rejects(createKeyFile(join(folder, "taken"), { keyPair: KEY_PAIR }), {
    code: "KEY_FILE_EXISTS",
  });
  assert.deepEqual((await readdir(folder)).sort(), ["node.json", "taken"]);
});

test("behavior: of many writers at once exactly one makes the file", async (context) => {
  const path = join(await temporaryFolder(context), "node.json");
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => {
      const keyPair = ed25519KeyPairFromSeed(new Uint8Array(32).fill(index));
      return createKeyFile(path, { keyPair }).then(() => keyPair.publicKey);
    }),
  );
  const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assert.equal(made.length, 1);
  assert.equal((await readKeyFile(path)).keyPair.publicKey, made[0]);
});

test("behavior: a missing folder is a clear error", async (context) => {
  const path = join(await temporaryFolder(context), "none", "node.json");
  await assert.rejects(createKeyFile(path, { keyPair: KEY_PAIR }), { code: "KEY_FILE_NOT_WRITTEN" });
});

test("behavior: a missing file, a directory and broken content each have their own error", async (context) => {
  const folder = await temporaryFolder(context);
  await assert.rejects(readKeyFile(join(folder, "none")), { code: "KEY_FILE_MISSING" });
  await assert.rejects(readKeyFile(folder), { code: "KEY_FILE_UNREADABLE", message: /it is a directory/ });
  const good = { public_key: KEY_PAIR.publicKey, secret_key: secretKeyText(KEY_PAIR) };
  const broken = [
    "",
    secretKeyText(KEY_PAIR),
    "[]",
    "null",
    JSON.stringify({ secret_key: good.secret_key }),
    JSON.stringify({ public_key: good.public_key }),
    JSON.stringify({ ...good, account_id: 7 }),
    JSON.stringify({ ...good, public_key: OTHER.publicKey }),
    JSON.stringify({ ...good, secret_key: good.public_key }),
    JSON.stringify(good).slice(0, -20),
    `${" ".repeat(20_000)}${JSON.stringify(good)}`,
  ];
  for (const text of broken) {
    const path = join(folder, "broken.json");
    await writeFile(path, text);
    await assert.rejects(readKeyFile(path), (error: Error & { code?: string }) => {
      assert.equal(error.code, "KEY_FILE_BROKEN");
      assert.ok(!error.message.includes(secretKeyText(KEY_PAIR).slice(10, 40)));
      return true;
    });
  }
});

test("behavior: the field name of NEAR's command line tools is read too", async (context) => {
  const path = join(await temporaryFolder(context), "a.near.json");
  const credentials = {
    account_id: "a.near",
    public_key: KEY_PAIR.publicKey,
    private_key: secretKeyText(KEY_PAIR),
  };
  await writeFile(path, JSON.stringify(credentials));
  assert.equal((await readKeyFile(path)).keyPair.publicKey, KEY_PAIR.publicKey);
});

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-keys-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
