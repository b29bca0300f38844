import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { signSealKey } from "../../../sdk/src/approval/recipient.ts";
import { signDevEvidence } from "../../../sdk/src/attestation/dev-attestation.ts";
import { reportDataFor } from "../../../sdk/src/attestation/report-data.ts";
import { openEnvelope, readEnvelopeHeader } from "../../../sdk/src/crypto/envelope.ts";
import { seedCommitment } from "../../../sdk/src/sharing/commitments.ts";
import {
  DEV_KEY,
  DEV_POLICY,
  NEW_PROGRAM,
  OLD_PROGRAM,
  sampleProgram,
} from "../../../sdk/test/approval/sample-recipient.ts";
import type { Image } from "../image.ts";
import { openSealedSeed, sealingKeys } from "../sealed-seed.ts";

const BLOCK = /```sh\n([\s\S]*?)```/g;
const PROGRAM = sampleProgram(10);

let folder = "";

before(async () => {
  // Beside node_modules, which the programs load their packages from.
  mkdirSync("build", { recursive: true });
  folder = resolve(mkdtempSync("build/test-safe-mode-docs-"));
  for (const name of ["ceremony", "safe-mode"]) {
    const shape = { bundle: true, packages: "external", platform: "node", format: "esm" } as const;
    const banner = { js: "#!/usr/bin/env node" };
    const outfile = join(folder, "bin", name);
    await build({ ...shape, banner, entryPoints: [`services/${name}/cli.ts`], outfile, logLevel: "error" });
    chmodSync(outfile, 0o755);
  }
  writeFileSync(join(folder, "bin", "package.json"), '{"type":"module"}');
});

after(() => rmSync(folder, { recursive: true }));

test("behavior: every command of docs/safe-mode.md works, and the seed of the ceremony reaches the new program", () => {
  const blocks = [...readFileSync("docs/safe-mode.md", "utf8").matchAll(BLOCK)].map(
    ([, block = ""]) => block,
  );
  assert.ok(blocks.length >= 9, `${blocks.length} blocks`);
  for (const block of blocks) {
    const { status, stdout, stderr } = run(block);
    assert.equal(status, 0, `${block}\n${stdout}\n${stderr}`);
    if (block.includes("committee-root")) prepareCatastrophe();
  }
  const envelope = read("for-the-new-program.json");
  const { v: _, expires: __, ...context } = readEnvelopeHeader(envelope);
  const seed = openEnvelope(PROGRAM.sealKey, { context, now: 0 }, envelope);
  const verified = JSON.parse(run("ceremony verify --transcript ceremony.jsonl").stdout);
  const name = { network: "testnet", contract: "mpc.testnet", version: 3 };
  assert.equal(seedCommitment(seed, name), verified.commitment);
  const keys = sealingKeys(read("sealing-key"));
  assert.deepEqual(openSealedSeed(read("recovered-seed.json"), name, keys).seed, new Uint8Array(seed));
  const transcript = read("ceremony.jsonl");
  for (const secret of [
    Buffer.from(seed).toString("hex"),
    Buffer.from(seed).toString("base64"),
    read("sealing-key"),
  ]) {
    assert.ok(!transcript.includes(secret));
  }
});

test("behavior: a transcript with a changed line, or one that isn't closed, has exit code 1", () => {
  const transcript = read("ceremony.jsonl");
  writeFileSync(join(folder, "changed.jsonl"), `${transcript.replace('"threshold":2', '"threshold":3')}\n`);
  const changed = run("ceremony verify --transcript changed.jsonl");
  assert.equal(changed.status, 1);
  assert.match(changed.stderr, /^ceremony: Transcript, entry 0: it isn't signed by ed25519:/);
  writeFileSync(join(folder, "open.jsonl"), `${transcript.split("\n").slice(0, -1).join("\n")}\n`);
  assert.equal(run("ceremony verify --transcript open.jsonl").status, 1);
});

test("behavior: too few shares say whose are missing, and another's share is named with its owner", () => {
  const common =
    'ceremony recombine --image safe-mode.image.json --backup seed-backup.json --dealer "$(cat dealer.signing)" --approval release.json --seal-key rescue-seal.json --sealing-key sealing-key --sealed-seed another-seed.json --owner "node-1.testnet=$(cat node-1.signing)" "node-2.testnet=$(cat node-2.signing)"';
  const one = run(`${common} --share node-1.released.json`);
  assert.deepEqual(
    [one.status, one.stderr.trim()],
    [1, "ceremony: 1 of 2 shares, waiting for node-2.testnet, node-3.testnet"],
  );
  const first = JSON.parse(read("node-1.released.json"));
  const second = JSON.parse(read("node-2.released.json"));
  const corrupt = { ...second, envelope: second.envelope.replace(/"body":"..../, '"body":"AAAA') };
  for (const wrong of [{ ...second, envelope: first.envelope }, corrupt]) {
    writeFileSync(join(folder, "wrong.json"), JSON.stringify(wrong));
    const { status, stderr } = run(`${common} --share node-1.released.json wrong.json`);
    assert.equal(status, 1);
    assert.match(stderr, /^share of node-2\.testnet rejected: /);
    assert.match(stderr, /1 of 2 shares, waiting for node-2\.testnet, node-3\.testnet/);
  }
  assert.equal(existsSync(join(folder, "another-seed.json")), false);
});

test("behavior: a share isn't released for another purpose, program, dealer or owner", () => {
  const release = (change: Readonly<Record<string, string>>) => {
    const options: Record<string, string> = {
      image: "safe-mode.image.json",
      backup: "seed-backup.json",
      dealer: read("dealer.signing"),
      approval: "release.json",
      evidence: "rescue-evidence.json",
      account: "node-1.testnet",
      key: "node-1.json",
      "share-key": "node-1.share.json",
      ...change,
    };
    const args = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
    return run(`ceremony release ${args.join(" ")}`);
  };
  assert.equal(release({}).status, 0);
  const wrong = [
    { approval: "approval.json" },
    { evidence: "evidence.json", approval: "approval.json" },
    { dealer: read("node-1.signing") },
    { account: "node-2.testnet" },
    { "share-key": "node-2.share.json" },
    { approval: "statement.json" },
  ];
  for (const change of wrong) {
    const { status, stdout } = release(change);
    assert.deepEqual([status, stdout], [1, ""], JSON.stringify(change));
  }
});

test("behavior: files that exist are never overwritten, and acts out of turn add no line", () => {
  const before = read("ceremony.jsonl");
  for (const command of [
    "ceremony share-key --out node-1.share.json",
    "ceremony signing-key --out node-1.json",
    "ceremony open --transcript ceremony.jsonl --key facilitator.json --plan plan.json",
    "ceremony join --transcript ceremony.jsonl --key node-1.json --account node-1.testnet",
    "ceremony deal --transcript ceremony.jsonl --key dealer.json --sealing-key sealing-key --sealed-seed sealed-seed.json",
    "ceremony join --transcript absent.jsonl --key node-1.json --account node-1.testnet",
    "ceremony approve --statement statement.json --committee committee.json --key dealer.json",
  ]) {
    const { status } = run(command);
    assert.ok(status === 1 || status === 2, command);
  }
  assert.equal(read("ceremony.jsonl"), before);
});

/** What the page says that the image's maker and the new program do. */
function prepareCatastrophe(): void {
  const image: Image = {
    network: "testnet",
    contract: "mpc.testnet",
    version: 3,
    from: OLD_PROGRAM,
    committee: { root: read("committee.root"), threshold: 2 },
    max_approval_seconds: 86_400,
    sequencer_accounts: ["sequencer.testnet"],
    policy: DEV_POLICY,
    sealing_key_file: join(folder, "sealing-key"),
  };
  const use = { network: image.network, contract: image.contract, account: "sequencer.testnet" };
  writeEvidence("evidence.json", PROGRAM.recipient.seal_key, use);
  writeEvidence("rescue-evidence.json", run("ceremony share-key --out rescue-seal.json").stdout.trim(), use);
  for (const place of [folder, join(folder, "bin")]) {
    writeFileSync(join(place, "safe-mode.image.json"), JSON.stringify(image));
  }
}

function writeEvidence(name: string, seal_key: string, use: Parameters<typeof signSealKey>[2]): void {
  const { tls_public_key, account_public_key } = PROGRAM.recipient;
  const keys = { tls_public_key, account_public_key };
  const now = Math.floor(Date.now() / 1_000);
  const evidence = {
    ...keys,
    evidence: signDevEvidence(DEV_KEY, NEW_PROGRAM, reportDataFor(keys), now),
    seal_key,
    seal_key_proof: signSealKey(PROGRAM.tls, seal_key, use),
  };
  writeFileSync(join(folder, name), JSON.stringify(evidence));
}

function run(script: string) {
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  return spawnSync("sh", ["-eu", "-c", script], {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, PATH },
  });
}

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8").trimEnd();
}
