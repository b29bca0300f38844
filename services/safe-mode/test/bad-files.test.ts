import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sealEnvelope } from "../../../sdk/src/crypto/envelope.ts";
import { generateKxKeyPair } from "../../../sdk/src/crypto/kx.ts";
import { seedCommitment } from "../../../sdk/src/sharing/commitments.ts";
import { NOW, sampleApproval } from "../../../sdk/test/approval/sample-recipient.ts";
import { runSafeMode } from "../safe-mode.ts";
import { sealingKeys, sealSeed } from "../sealed-seed.ts";
import {
  contentsOf,
  NEW_PROGRAM_KEYS,
  prepared,
  refused,
  run,
  SEALING_KEY,
  SEED,
  spoiled,
  VERSION,
} from "./safe-mode-files.ts";

test("behavior: an approval that has ended by the machine's clock unseals nothing; a clock that is behind refuses nobody", () => {
  const { issued_at, expires } = sampleApproval(NEW_PROGRAM_KEYS).statement;
  const at = (machineTime: number) => {
    const files = prepared();
    const before = contentsOf(files);
    const { exitCode, audit } = runSafeMode(files.args, files.image, machineTime);
    if (exitCode !== 0) assert.deepEqual(contentsOf(files), before);
    return [exitCode, audit.code];
  };
  assert.deepEqual(at(expires), [4, "APPROVAL_TIME"]);
  assert.deepEqual(at(expires + 86_400), [4, "APPROVAL_TIME"]);
  assert.deepEqual(at(expires - 1), [0, undefined]);
  assert.deepEqual(at(issued_at), [0, undefined]);
  // A machine that was off for years wakes up in 1970.
  assert.deepEqual(at(0), [0, undefined]);
});

test("behavior: files in each other's place are refused by the step that reads them", () => {
  const { evidence, approval, sealedSeed, image, folder } = prepared();
  const others = [evidence, approval, sealedSeed, image, join(folder, "sealing-key")].map((path) =>
    readFileSync(path, "utf8"),
  );
  for (const [name, exitCode, own] of [
    ["evidence", 3, 0],
    ["approval", 4, 1],
    ["sealedSeed", 5, 2],
  ] as const) {
    for (const other of others.toSpliced(own, 1)) refused(spoiled(name, other), exitCode);
  }
});

test("behavior: an image without a field, with one more, or with one of another form is no image", () => {
  const image = JSON.parse(readFileSync(prepared().image, "utf8"));
  const { committee, policy } = image;
  const { network: _, ...nameless } = image;
  const { insecure_dev_key: __, ...undecided } = policy;
  for (const changed of [
    nameless,
    { ...image, more: 1 },
    { ...image, version: "3" },
    { ...image, from: "AA".repeat(32) },
    { ...image, sealing_key_file: "sealing-key" },
    { ...image, sequencer_accounts: [] },
    { ...image, sequencer_accounts: "sequencer.testnet" },
    { ...image, max_approval_seconds: 0 },
    { ...image, committee: { ...committee, threshold: 0 } },
    { ...image, committee: { ...committee, threshold: 1.5 } },
    { ...image, committee: { root: committee.root } },
    { ...image, policy: undecided },
    { ...image, policy: { ...policy, insecure_dev_key: true } },
    { ...image, policy: { ...policy, accepted_tcb_statuses: "UpToDate" } },
    { ...image, policy: { ...policy, max_collateral_age_seconds: null } },
    { ...image, policy: { ...policy, collateral_floor: {} } },
  ]) {
    const files = prepared();
    writeFileSync(files.image, JSON.stringify(changed));
    refused(files, 2, "BAD_FORMAT");
  }
});

test("behavior: what reads in two ways isn't read: names twice, needless escapes, other names of a number, prototypes", () => {
  const approval = JSON.stringify(sampleApproval(NEW_PROGRAM_KEYS));
  for (const text of [
    approval.replace('"to":', `"to":"${"ee".repeat(32)}","to":`),
    approval.replace('"statement":', '"statement":{},"statement":'),
    approval.replace('"testnet"', '"test\\u006eet"'),
    approval.replace('"v":1', '"v":1.0'),
    approval.replace('"v":1', '"v":1e0'),
    approval.replace('"v":1', '"v":1,"__proto__":{}'),
    "[".repeat(200_000) + "]".repeat(200_000),
  ]) {
    assert.notEqual(text, approval);
    refused(spoiled("approval", text), 4, "BAD_FORMAT");
  }
  const evidence = JSON.stringify(NEW_PROGRAM_KEYS.recipient);
  refused(spoiled("evidence", evidence.replace('"seal_key":', '"seal_key":"","seal_key":')), 3, "BAD_FORMAT");
  const blank = spoiled("approval", JSON.stringify(JSON.parse(approval), null, "\t"));
  assert.equal(run(blank).exitCode, 0);
});

test("behavior: a link that leads nowhere, or to another file, is no place to write to", () => {
  for (const [target, exitCode] of [
    ["absent", 6],
    ["approval.json", 2],
  ] as const) {
    const files = prepared();
    const approval = readFileSync(files.approval, "utf8");
    symlinkSync(join(files.folder, target), files.out);
    assert.equal(run(files).exitCode, exitCode);
    assert.equal(readFileSync(files.approval, "utf8"), approval);
    assert.ok(!existsSync(join(files.folder, "absent")));
    assert.ok(!readdirSync(files.folder).some((name) => name.endsWith("unfinished")));
  }
});

test("behavior: a seed sealed for another use of an envelope stays sealed", () => {
  const keys = sealingKeys(SEALING_KEY);
  const name = { network: "testnet", contract: "mpc.testnet", version: VERSION };
  const exchange = generateKxKeyPair();
  const sealed = (change: object, seed = SEED) =>
    sealEnvelope(
      { exchange, signing: keys.signing },
      {
        ...{ purpose: "handover", network: name.network, contract: name.contract, account: "sealed-seed" },
        ...{ epoch: VERSION, keyset_hash: seedCommitment(SEED, name), session: 0, expires: 1 },
        ...{ to: keys.exchange.publicKey, ...change },
      },
      seed,
    );
  assert.equal(run(spoiled("sealedSeed", sealed({}))).exitCode, 0);
  const others = [{ purpose: "share" }, { account: "sequencer.testnet" }, { session: 1 }, { epoch: 4 }];
  for (const change of others) refused(spoiled("sealedSeed", sealed(change)), 5, "ENVELOPE_OTHER_CONTEXT");
  // By the right keys, but not the seed that it is committed to.
  refused(spoiled("sealedSeed", sealed({}, new Uint8Array(32).fill(1))), 5, "BAD_FORMAT");
});

test("behavior: a seed sealed by another machine, for another version or contract, or not as committed, stays sealed", () => {
  const name = { network: "testnet", contract: "mpc.testnet", version: VERSION };
  const keys = sealingKeys(SEALING_KEY);
  refused(spoiled("sealedSeed", sealSeed(SEED, name, sealingKeys("6b".repeat(32)))), 5);
  refused(spoiled("sealedSeed", sealSeed(SEED, { ...name, version: 4 }, keys)), 5);
  refused(spoiled("sealedSeed", sealSeed(SEED, { ...name, network: "mainnet" }, keys)), 5);
  refused(spoiled("sealedSeed", sealSeed(SEED, { ...name, contract: "other.testnet" }, keys)), 5);
  const files = prepared();
  chmodSync(join(files.folder, "sealing-key"), 0o644);
  refused(files, 5, "BAD_FORMAT");
});

test("behavior: a pipe, a folder or a huge file is refused without waiting", () => {
  const files = prepared();
  const pipe = join(files.folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  writeFileSync(join(files.folder, "huge"), " ".repeat(1_048_577));
  for (const [option, exitCode] of [
    ["--evidence", 3],
    ["--approval", 4],
    ["--sealed-seed", 5],
  ] as const) {
    for (const path of [
      pipe,
      files.folder,
      "/dev/zero",
      join(files.folder, "huge"),
      join(files.folder, "absent"),
    ]) {
      const args = files.args.with(files.args.indexOf(option) + 1, path);
      assert.equal(runSafeMode(args, files.image, NOW).exitCode, exitCode, `${option} ${path}`);
    }
  }
});
