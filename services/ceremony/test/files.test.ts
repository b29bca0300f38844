import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import { systemFiles } from "../../store/files.ts";
import { parsePlan } from "../body.ts";
import { readJsonFile, readSecretText, readWhole } from "../read-whole.ts";
import { createShareKeyFile, readShareKeyFile } from "../share-key-file.ts";
import { PEOPLE, PLAN } from "./people.ts";

const SECRET = "5a".repeat(32);

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "ceremony-"));
});
after(() => rmSync(folder, { recursive: true }));

test("behavior: a pipe, a folder, a huge or an absent file is refused without waiting", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const huge = put("huge", " ".repeat(8_388_609));
  for (const path of [pipe, folder, huge, "/dev/zero"])
    assert.equal(
      codeOf(() => readWhole(path)),
      "BAD_FORMAT",
    );
  assert.equal(
    codeOf(() => readWhole(join(folder, "absent"))),
    "FILE_MISSING",
  );
  assert.equal(
    codeOf(() => readJsonFile(put("twice", '{"to":"a","to":"b"}'))),
    "BAD_FORMAT",
  );
});

test("behavior: a sealing key that others may read is refused, and never quoted", () => {
  const path = put("sealing-key", SECRET);
  assert.equal(readSecretText(path), SECRET);
  chmodSync(path, 0o640);
  assert.throws(() => readSecretText(path), /only its owner may read/);
});

test("behavior: a share key file is new, only its owner's, and its halves belong together", async () => {
  const path = join(folder, "share.json");
  const publicKey = await createShareKeyFile(systemFiles, path);
  assert.equal((await readShareKeyFile(systemFiles, path)).publicKey, publicKey);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const text = readFileSync(path, "utf8");
  await assert.rejects(createShareKeyFile(systemFiles, path), { code: "SHARE_KEY_EXISTS" });
  assert.equal(readFileSync(path, "utf8"), text);
  const { seed, ...rest } = JSON.parse(text);
  for (const [changed, code] of [
    [{ ...rest, seed, kind: "mpc-recovery-share-key-v2" }, "SHARE_KEY_BROKEN"],
    [{ ...rest, seed, public_key: PEOPLE[0]!.exchange.publicKey }, "SHARE_KEY_BROKEN"],
    [{ ...rest, seed: SECRET }, "SHARE_KEY_BROKEN"],
    [{ ...rest, seed: `${SECRET}00` }, "BAD_FORMAT"],
    [{ ...rest, seed, more: 1 }, "BAD_FORMAT"],
    [{ ...rest }, "BAD_FORMAT"],
  ] as const) {
    put("share.json", JSON.stringify(changed));
    const error: unknown = await readShareKeyFile(systemFiles, path).catch((reason: unknown) => reason);
    assert.equal(errorCode(error), code);
    assert.ok(error instanceof Error && !error.message.includes(seed) && !error.message.includes(SECRET));
  }
  await assert.rejects(readShareKeyFile(systemFiles, join(folder, "absent")), { code: "SHARE_KEY_MISSING" });
});

test("behavior: a plan has its participants in order, each once and with keys of its own, and a threshold that can work", () => {
  assert.deepEqual(parsePlan(PLAN), PLAN);
  const [one, two, three] = PLAN.participants as [Someone, Someone, Someone];
  for (const change of [
    { participants: [two, one, three] },
    { participants: [one, one, two] },
    { participants: [one, { ...two, share_key: one.share_key }, three] },
    { participants: [one, { ...two, signing_key: one.signing_key }, three] },
    { participants: [one] },
    { participants: [one, { ...two, more: 1 }, three] },
    { threshold: 1 },
    { threshold: 4 },
    { version: -1 },
    { network: "Test Net" },
    { more: 1 },
  ]) {
    assert.equal(
      codeOf(() => parsePlan({ ...PLAN, ...change })),
      "BAD_FORMAT",
      JSON.stringify(change),
    );
  }
  const exchanged = [{ ...one, share_key: one.signing_key, signing_key: one.share_key }, two, three];
  assert.equal(
    codeOf(() => parsePlan({ ...PLAN, participants: exchanged })),
    "BAD_FORMAT",
  );
});

type Someone = (typeof PLAN.participants)[number];

function put(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
