/**
 * `npm run doctor`: looks at everything that the build, the tests and the demo need, one line each, with the fix
 * where something is wrong. Exit code 0 if nothing that is needed is missing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { arch, availableParallelism, platform, tmpdir } from "node:os";

type Finding =
  | { readonly kind: "ok"; readonly found: string }
  | { readonly kind: "optional"; readonly found: string; readonly fix: string }
  | { readonly kind: "broken"; readonly found: string; readonly fix: string };

const NEEDED_DISK_BYTES = 1_500_000_000;

const CHECKS: readonly (readonly [string, () => Finding | Promise<Finding>])[] = [
  ["Node", nodeVersion],
  ["platform", machine],
  ["disk", () => freeDisk(process.cwd())],
  ["temporary disk", () => freeDisk(tmpdir())],
  ["loopback ports", loopbackPorts],
  ["packages", installedPackages],
  ["toolchain", toolchain],
  ["contract wasm", contractWasm],
  ["near-sandbox", sandbox],
  ["official near-sandbox", officialSandbox],
  ["cargo (test:oracle)", () => optionalProgram("cargo", "only npm run test:oracle needs it; see rustup.rs")],
  ["age (full tests)", () => optionalProgram("age", "only some tests need it: apt-get install age")],
  [
    "chromium (full tests)",
    () => optionalProgram("chromium", "only some tests need it: apt-get install chromium"),
  ],
];

let broken = 0;
for (const [name, check] of CHECKS) {
  const finding = await guarded(check);
  if (finding.kind === "broken") broken++;
  const mark = { ok: "ok      ", optional: "optional", broken: "BROKEN  " }[finding.kind];
  const fix = finding.kind === "ok" ? "" : `; fix: ${finding.fix}`;
  process.stdout.write(`${mark} ${name}: ${finding.found}${fix}\n`);
}
process.stdout.write(
  broken === 0 ? "Everything needed is here.\n" : `${broken} needed thing(s) missing, see above.\n`,
);
process.exit(broken === 0 ? 0 : 1);

async function guarded(check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { kind: "broken", found, fix: "run npm ci, then npm run doctor again" };
  }
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const found = `expected 20.19 or newer, found ${process.versions.node}`;
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return isEnough ? { kind: "ok", found } : { kind: "broken", found, fix: "install Node 20.19 or newer" };
}

function machine(): Finding {
  const found = `${platform()} ${arch()}, ${availableParallelism()} cores`;
  if (platform() !== "win32") return { kind: "ok", found };
  return {
    kind: "broken",
    found,
    fix: "run under WSL: the programs rely on POSIX signals and fsync of folders",
  };
}

function freeDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const found = `${(freeBytes / 1e9).toFixed(1)} GB free in ${folder}`;
  if (freeBytes >= NEEDED_DISK_BYTES) return { kind: "ok", found };
  return {
    kind: "broken",
    found,
    fix: `free ${((NEEDED_DISK_BYTES - freeBytes) / 1e9).toFixed(1)} GB there`,
  };
}

function loopbackPorts(): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) =>
      resolve({ kind: "broken", found: error.message, fix: "allow listening on 127.0.0.1" }),
    );
    server.listen(0, "127.0.0.1", () =>
      server.close(() => resolve({ kind: "ok", found: "can listen on 127.0.0.1" })),
    );
  });
}

function installedPackages(): Finding {
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const pins: Record<string, string> = { ...dependencies, ...devDependencies };
  const wrong = Object.entries(pins).filter(([name, pin]) => installedVersion(name) !== versionOf(pin));
  const found = `${Object.keys(pins).length - wrong.length} of ${Object.keys(pins).length} as pinned`;
  if (wrong.length === 0) return { kind: "ok", found };
  const list = wrong.map(
    ([name, pin]) => `${name} (expected ${pin}, found ${installedVersion(name) ?? "none"})`,
  );
  return { kind: "broken", found: `${found}; wrong: ${list.join(", ")}`, fix: "run npm ci" };
}

/** `npm:name@1.2.3`, a package under another name, is of version 1.2.3. */
function versionOf(pin: string): string {
  return pin.slice(pin.lastIndexOf("@") + 1);
}

function installedVersion(name: string): string | undefined {
  const file = `node_modules/${name}/package.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

async function toolchain(): Promise<Finding> {
  const { toolchainFingerprint } = await import("./toolchain/fingerprint.ts");
  const { packages, sha256Hex } = toolchainFingerprint();
  return {
    kind: "ok",
    found: `${Object.keys(packages).length} packages and the engine's sources, sha256 ${sha256Hex}`,
  };
}

async function contractWasm(): Promise<Finding> {
  const file = "build/mpc_recovery.wasm";
  if (!existsSync(file)) return { kind: "optional", found: "not built yet", fix: "npm run build" };
  const { createHash } = await import("node:crypto");
  const wasm = readFileSync(file);
  return {
    kind: "ok",
    found: `${wasm.length} bytes, sha256 ${createHash("sha256").update(wasm).digest("hex")}`,
  };
}

async function sandbox(): Promise<Finding> {
  const { ensureSandbox } = await import("../sandbox/src/launcher/ensure-sandbox.ts");
  const path = ensureSandbox();
  const version = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 10_000 });
  if (version.status === 0) return { kind: "ok", found: `${path}, ${version.stdout.trim()}` };
  return {
    kind: "broken",
    found: `${path} answers ${version.stderr.trim()}`,
    fix: "delete build/sandbox and try again",
  };
}

function officialSandbox(): Finding {
  const path = process.env.NEAR_SANDBOX_BIN_PATH;
  if (path !== undefined && existsSync(path)) return { kind: "ok", found: path };
  const found = "NEAR_SANDBOX_BIN_PATH names no file";
  return {
    kind: "optional",
    found,
    fix: "only npm run test:neard needs it: point it at nearcore's neard-sandbox",
  };
}

function optionalProgram(name: string, fix: string): Finding {
  const { status, stdout } = spawnSync(name, ["--version"], { encoding: "utf8", timeout: 10_000 });
  if (status === 0) return { kind: "ok", found: stdout.trim().split("\n")[0] ?? name };
  return { kind: "optional", found: "not found", fix };
}
