import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { seal, sealToRecipients } from "../seal.ts";
import { storeKeyFromBytes } from "../store-key.ts";

const KEY = storeKeyFromBytes(new Uint8Array(32).fill(7));
const CONTEXT = {
  network: "testnet",
  contract: "mpc.near",
  account: "a.near",
  keyset_hash: "ab".repeat(32),
  epoch_id: 4,
};
const hasAge = spawnSync("age", ["--version"]).status === 0;

test("behavior: the stock age tool opens what is sealed to its identity, and no other identity does", {
  skip: hasAge ? false : "needs tool age",
}, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-age-"));
  context.after(() => rm(folder, { recursive: true }));
  const recipients = ["operator", "other"].map((name) => {
    const made = spawnSync("age-keygen", ["--output", join(folder, name)], { encoding: "utf8" });
    return /Public key: (age1\w+)/.exec(made.stderr)?.[1] ?? assert.fail(made.stderr);
  });
  const plaintext = Buffer.from("a share ".repeat(20_000));
  const [operator = ""] = recipients;
  const files = {
    stored: await seal(KEY, CONTEXT, plaintext, [operator]),
    copy: await sealToRecipients(plaintext, [operator]),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.keyshares`), bytes);
    const open = (identity: string) => {
      const args = ["--decrypt", "--identity", join(folder, identity), "--output", join(folder, name)];
      return spawnSync("age", [...args, join(folder, `${name}.keyshares`)], { encoding: "utf8" });
    };
    assert.match(open("other").stderr, /no identity matched/);
    assert.equal(open("operator").status, 0, open("operator").stderr);
    assert.ok(plaintext.equals(await readFile(join(folder, name))), name);
  }
});
