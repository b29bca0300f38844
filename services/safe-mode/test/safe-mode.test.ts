import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { openEnvelope, readEnvelopeHeader } from "../../../sdk/src/crypto/envelope.ts";
import { seedCommitment } from "../../../sdk/src/sharing/commitments.ts";
import {
  COMMITTEE,
  NOW,
  sampleApproval,
  sampleProgram,
} from "../../../sdk/test/approval/sample-recipient.ts";
import { runSafeMode } from "../safe-mode.ts";
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

test("behavior: the seed comes out sealed to the approved program, and the audit line says so", () => {
  const files = prepared();
  const { exitCode, audit } = run(files);
  assert.equal(exitCode, 0, JSON.stringify(audit));
  const envelope = readFileSync(files.out, "utf8").trimEnd();
  const { v: _, expires: __, ...context } = readEnvelopeHeader(envelope);
  const seed = openEnvelope(NEW_PROGRAM_KEYS.sealKey, { context, now: 0 }, envelope);
  assert.deepEqual(Buffer.from(seed), Buffer.from(SEED));
  assert.equal(statSync(files.out).mode & 0o777, 0o600);
  const { result, seed_commitment, seal_key, signers } = audit;
  assert.equal(result, "sealed");
  assert.equal(
    seed_commitment,
    seedCommitment(SEED, { network: "testnet", contract: "mpc.testnet", version: VERSION }),
  );
  assert.equal(seal_key, NEW_PROGRAM_KEYS.sealKey.publicKey);
  assert.equal((signers as readonly string[]).length, 3);
  assert.equal(context.keyset_hash, seed_commitment);
  const text = JSON.stringify(audit);
  for (const secret of [
    Buffer.from(SEED).toString("hex"),
    Buffer.from(SEED).toString("base64"),
    SEALING_KEY,
  ]) {
    assert.ok(!text.includes(secret));
  }
});

test("behavior: a dry run checks everything and writes nothing", () => {
  const files = prepared();
  const before = contentsOf(files);
  const { exitCode, audit } = run(files, ["--dry-run"]);
  assert.deepEqual([exitCode, audit.result], [0, "dry_run"]);
  assert.deepEqual(contentsOf(files), before);
});

test("behavior: an existing file is never overwritten", () => {
  const files = prepared();
  writeFileSync(files.out, "precious");
  refused(files, 2);
  assert.equal(readFileSync(files.out, "utf8"), "precious");
});

test("behavior: a command line with a flaw ends with 2", () => {
  const files = prepared();
  const { args } = files;
  const flawed = [
    [],
    args.slice(2),
    args.slice(0, -1),
    [...args, "--force"],
    [...args, "more"],
    [...args, "--out", files.out],
    [...args, "--network", "mainnet"],
    args.map((arg) => (arg === files.out ? "" : arg)),
  ];
  for (const each of flawed) assert.equal(runSafeMode(each, files.image, NOW).exitCode, 2, each.join(" "));
  assert.equal(runSafeMode(args, join(files.folder, "absent.json"), NOW).exitCode, 2);
  assert.ok(!existsSync(files.out));
});

test("behavior: each step refuses what it is there for, with its own exit code", () => {
  const stranger = sampleProgram(20);
  // Another program, and other keys than the approved ones, both well attested.
  const evidence = JSON.stringify(stranger.recipient);
  refused(spoiled("evidence", evidence), 4, "APPROVAL_CONTEXT");
  const unattested = { ...NEW_PROGRAM_KEYS.recipient, tls_public_key: stranger.recipient.tls_public_key };
  refused(spoiled("evidence", JSON.stringify(unattested)), 3, "REPORT_DATA");
  refused(prepared({ policy: { ...policyOf(), insecure_dev_key: null } }), 3, "PLATFORM_NOT_ALLOWED");
  refused(prepared({ sequencer_accounts: ["other.testnet"] }), 4, "APPROVAL_CONTEXT");
  refused(prepared({ from: "cc".repeat(32) }), 4, "APPROVAL_CONTEXT");
  refused(prepared({ max_approval_seconds: 60 }), 4, "APPROVAL_TIME");
  refused(prepared({ committee: { root: COMMITTEE.root, threshold: 4 } }), 4, "APPROVAL_TOO_FEW");
  refused(prepared({ committee: { root: "00".repeat(32), threshold: 3 } }), 4, "APPROVAL_NOT_A_MEMBER");
  const forUpgrade = JSON.stringify(sampleApproval(NEW_PROGRAM_KEYS, { purpose: "upgrade" }));
  refused(spoiled("approval", forUpgrade), 4, "APPROVAL_CONTEXT");
  const otherNetwork = JSON.stringify(sampleApproval(NEW_PROGRAM_KEYS, { network: "mainnet" }));
  refused(spoiled("approval", otherNetwork), 4, "APPROVAL_CONTEXT");
});

test("behavior: what can't be written is the last step's refusal", () => {
  const files = prepared();
  const args = files.args.map((arg) => (arg === files.out ? join(files.folder, "absent", "out") : arg));
  assert.equal(runSafeMode(args, files.image, NOW).exitCode, 6);
});

test("behavior: an approval counts for attestation in its own time only", () => {
  // An honest committee that signs years later doesn't revive old evidence.
  const late = 1_786_622_400 + 30 * 86_400;
  const approval = sampleApproval(NEW_PROGRAM_KEYS, { issued_at: late, expires: late + 60 });
  refused(spoiled("approval", JSON.stringify(approval)), 3, "COLLATERAL_AGE");
});

test("property: a file of any kind with any byte changed, cut off or added changes nothing", () => {
  const files = prepared();
  const originals = contentsOf(files);
  const damage = fc.constantFrom<Damage>("flip", "cut", "insert", "empty");
  const numbers = [fc.nat(), fc.integer({ min: 0, max: 7 })] as const;
  fc.assert(
    fc.property(fc.constantFrom(...originals.keys()), damage, ...numbers, (name, kind, at, bit) => {
      const original = originals.get(name)!;
      const path = join(files.folder, name);
      writeFileSync(path, Buffer.from(damaged(original, kind, at % (original.length - 1), bit), "latin1"));
      const before = contentsOf(files);
      const { exitCode } = run(files);
      // What the image pins is its maker's choice; a change there may be another good image.
      if (exitCode === 0) assert.ok(name.includes("image") || sameMeaning(original, before.get(name)!), name);
      else assert.deepEqual(contentsOf(files), before);
      rmSync(files.out, { force: true });
      writeFileSync(path, Buffer.from(original, "latin1"));
    }),
    { numRuns: 1_500 },
  );
});

type Damage = "flip" | "cut" | "insert" | "empty";

function damaged(text: string, kind: Damage, at: number, bit: number): string {
  switch (kind) {
    case "flip":
      return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
    case "cut":
      return text.slice(0, at);
    case "insert":
      return text.slice(0, at) + String.fromCharCode(33 + 11 * bit) + text.slice(at);
    case "empty":
      return "";
  }
}

/** Blanks between the parts of JSON, and at a file's end, mean nothing. */
function sameMeaning(original: string, changed: string): boolean {
  try {
    return JSON.stringify(JSON.parse(original)) === JSON.stringify(JSON.parse(changed));
  } catch {
    return original.trimEnd() === changed.trimEnd();
  }
}

function policyOf() {
  return JSON.parse(readFileSync(prepared().image, "utf8")).policy;
}
