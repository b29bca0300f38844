import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { NEW_PROGRAM, sampleApproval, sampleProgram } from "../../../sdk/test/approval/sample-recipient.ts";
import { contentsOf, prepareRun, type RunFiles } from "./safe-mode-files.ts";

// Any attempt to reach out ends the program with a code of its own.
const NO_NETWORK = `
import { syncBuiltinESMExports } from "node:module";
import net from "node:net"; import dns from "node:dns"; import dgram from "node:dgram"; import http from "node:http";
const refuse = () => process.exit(99);
for (const [module, names] of [[net, ["connect", "createConnection", "createServer"]], [dns, ["lookup", "resolve"]], [dgram, ["createSocket"]], [http, ["request", "get"]]]) {
  for (const name of names) module[name] = refuse;
}
net.Socket.prototype.connect = refuse;
globalThis.fetch = refuse;
globalThis.WebSocket = refuse;
syncBuiltinESMExports();
`;

let folder = "";
let program = "";
let files: RunFiles;

before(async () => {
  // Beside node_modules, which the program loads its packages from.
  mkdirSync("build", { recursive: true });
  folder = mkdtempSync("build/test-safe-mode-");
  program = join(folder, "safe-mode.mjs");
  const shape = { bundle: true, packages: "external", platform: "node", format: "esm" } as const;
  await build({ ...shape, entryPoints: ["services/safe-mode/cli.ts"], outfile: program, logLevel: "error" });
  writeFileSync(join(folder, "no-network.mjs"), NO_NETWORK);
  files = prepareRun();
  // The program goes by the machine's clock.
  const now = Math.floor(Date.now() / 1_000);
  const asking = sampleProgram(10, NEW_PROGRAM, now);
  const approval = sampleApproval(asking, { issued_at: now, expires: now + 3_600 });
  writeFileSync(files.evidence, JSON.stringify(asking.recipient));
  writeFileSync(files.approval, JSON.stringify(approval));
  renameSync(files.image, join(folder, "safe-mode.image.json"));
});

after(() => {
  for (const each of [folder, files.folder]) rmSync(each, { recursive: true });
});

test("behavior: the shipped program does its work without reaching out, and tells it in one line", () => {
  const before = contentsOf(files);
  const dry = run([...files.args, "--dry-run"]);
  assert.equal(dry.status, 0, dry.stdout + dry.stderr);
  assert.equal(JSON.parse(dry.stdout).result, "dry_run");
  assert.deepEqual(contentsOf(files), before);
  const { status, stdout, stderr } = run(files.args);
  assert.equal(status, 0, stdout + stderr);
  assert.equal(stdout.trimEnd().split("\n").length, 1);
  assert.equal(stderr, "");
  assert.ok(existsSync(files.out));
});

test("behavior: a refusal is one line too, and the step's exit code", () => {
  const { status, stdout, stderr } = run(files.args.with(1, files.approval).with(7, `${files.out}.2`));
  assert.equal(status, 3);
  assert.equal(stderr, "");
  const { result, step, code } = JSON.parse(stdout);
  assert.deepEqual([result, step, code], ["refused", "attestation", "BAD_FORMAT"]);
});

function run(args: readonly string[]) {
  const preload = ["--import", new URL(`file://${process.cwd()}/${folder}/no-network.mjs`).href];
  return spawnSync(process.execPath, [...preload, program, ...args], { encoding: "utf8", timeout: 60_000 });
}
