import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** The package as a user installs it: packed, unpacked elsewhere, with only its own dependencies beside it. */
const ROOT = resolve(import.meta.dirname, "../..");
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const ENTRIES = Object.keys(MANIFEST.exports).filter((entry) => !/\.(json|wasm)$/.test(entry));
const TYPES_AND_CALLERS_OWN = ["@types/node", "near-kit", "near-workspaces"];

let project: string;
let installed: string;
let tarball: string;

before(() => {
  project = mkdtempSync(join(tmpdir(), "mpc-recovery-package-"));
  const listing = execFileSync("npm", ["pack", "--json", "--pack-destination", project], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = JSON.parse(listing);
  tarball = join(project, packed.filename);
  installed = join(project, "node_modules/mpc-recovery");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
  for (const name of [...Object.keys(MANIFEST.dependencies), ...TYPES_AND_CALLERS_OWN]) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link);
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});

after(() => rmSync(project, { recursive: true, force: true }));

test("behavior: publint finds nothing in the packed package", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("behavior: arethetypeswrong finds nothing under node16 and bundler resolution", async () => {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  assert.ok(analysis.types !== false);
  // The package is ESM: `require` of it and the resolution of Node 10 are not offered.
  const offered = analysis.problems.filter(
    (problem) =>
      !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind)) &&
      !("entrypoint" in problem && /\.(json|wasm)$/.test(problem.entrypoint)),
  );
  assert.deepEqual(offered, []);
});

for (const [name, module, moduleResolution] of [
  ["node16", "node16", "node16"],
  ["a bundler", "esnext", "bundler"],
] as const) {
  test(`behavior: a strict TypeScript project that resolves like ${name} compiles against it`, () => {
    const source = join(project, "consumer.ts");
    writeFileSync(source, CONSUMER);
    const config = join(project, `tsconfig.${moduleResolution}.json`);
    const compilerOptions = {
      module,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2023"],
      types: ["node"],
      skipLibCheck: false,
    };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", config], {
      cwd: project,
      encoding: "utf8",
    });
    // Errors in the declarations of other packages are theirs.
    const own = stdout.split("\n").filter((line) => /^(consumer|node_modules\/mpc-recovery)/.test(line));
    assert.deepEqual(own, []);
  });
}

test("behavior: every entry loads from the package, and its embedded chain runs its contract", () => {
  const script = join(project, "smoke.mjs");
  writeFileSync(script, SMOKE);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...ENTRIES], {
    cwd: project,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { entries: ENTRIES.length, state: "NotInitialized" });
});

test("behavior: every program of the package starts", () => {
  for (const [name, path] of Object.entries<string>(MANIFEST.bin)) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, path), "--help"], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`Usage: ${name}`));
  }
});

test("behavior: each import stays within its size budget", () => {
  const { stdout } = spawnSync(join(ROOT, "node_modules/.bin/size-limit"), ["--json"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const checks = JSON.parse(stdout) as { name: string; passed: boolean; size: number }[];
  assert.equal(checks.length, MANIFEST["size-limit"].length);
  assert.deepEqual(
    checks.filter(({ passed }) => !passed),
    [],
  );
});

test("behavior: reading, watching and dry runs need neither Node nor a NEAR library", async () => {
  const contents = `
    import { createRpcReader, openDryRuns, state, watch } from "mpc-recovery";
    console.log(createRpcReader, openDryRuns, state, watch);
  `;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["node:*", "near-api-js"],
    logLevel: "silent",
  });
  const text = outputFiles[0]?.text ?? assert.fail("expected a bundle");
  assert.deepEqual(text.match(/^import .*$/gm) ?? [], []);
  assert.ok(!/\bBuffer\b|\bprocess\./.test(text.replaceAll(/^\s*\/\/.*$/gm, "")));
});

const CONSUMER = `
import { createRpcReader, isRefusedWith, openDryRuns, state, voteUpdate, watch } from "mpc-recovery";
import { METHODS, type ProtocolState } from "mpc-recovery/interface";
import { startSandbox, type RunningSandbox } from "mpc-recovery/sandbox";
import { createProvenReader } from "mpc-recovery/transport/json-rpc";
import { nearApiJsTransport } from "mpc-recovery/transport/near-api-js";
import { nearKitTransport } from "mpc-recovery/transport/near-kit";
import { nearWorkspacesTransport } from "mpc-recovery/transport/near-workspaces";
import type { Account } from "near-api-js";

export async function use(account: Account): Promise<ProtocolState> {
  const { reader, caller } = await nearApiJsTransport(account, "mpc.near");
  await voteUpdate(caller, { id: 1 }).catch((error: unknown) => {
    if (isRefusedWith(error, "UNKNOWN_UPDATE")) return error.info.id;
    throw error;
  });
  // @ts-expect-error the id of an update is a number
  await voteUpdate(caller, { id: "1" });
  const { value } = await state(reader);
  return value;
}
export const sandbox: () => Promise<RunningSandbox> = startSandbox;
export const gas: bigint = METHODS.state.kind === "view" ? 0n : METHODS.state.gas;
export const all = [createProvenReader, createRpcReader, nearKitTransport, nearWorkspacesTransport, openDryRuns, watch];
`;

const SMOKE = `
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Account, actions, JsonRpcProvider, KeyPairSigner } from "near-api-js";
const entries = process.argv.slice(2);
const loaded = [];
for (const entry of entries) loaded.push(await import("mpc-recovery" + entry.slice(1)));
const { startSandbox } = await import("mpc-recovery/sandbox");
const { createRpcReader, state } = await import("mpc-recovery");
const wasm = createRequire(import.meta.url).resolve("mpc-recovery/mpc_recovery.wasm");
const sandbox = await startSandbox();
try {
  const { accountId, secretKey } = sandbox.rootAccount;
  const provider = new JsonRpcProvider({ url: sandbox.rpcUrl });
  const root = new Account(accountId, provider, KeyPairSigner.fromSecretKey(secretKey));
  const deploy = actions.deployContract(readFileSync(wasm));
  await root.signAndSendTransaction({ receiverId: accountId, actions: [deploy], waitUntil: "FINAL" });
  const reader = createRpcReader({ endpoint: { url: sandbox.rpcUrl }, contractId: accountId });
  const { value } = await state(reader);
  const filled = loaded.filter((module) => Object.keys(module).length > 0).length;
  process.stdout.write(JSON.stringify({ entries: filled, state: value.kind }));
} finally {
  await sandbox.stop();
}
`;
