import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { removeOldBundles } from "./old-bundles.ts";

const SOURCES = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const ROOT = resolve(SOURCES, "../..");
const OUTPUT = join(ROOT, "build", "sandbox");
const EXECUTABLE = join(OUTPUT, "bin", "near-sandbox");

/**
 * Makes the `near-sandbox` executable where it is missing or older than its sources, and returns its absolute path.
 * Safe to call from many processes at once: everything is written beside its place and renamed into it.
 */
export function ensureSandbox(): string {
  const bundle = join(OUTPUT, `near-sandbox-${sourcesHash()}`, "near-sandbox.mjs");
  if (!existsSync(bundle)) writeBundle(bundle);
  const script = launchScript(bundle);
  if (!existsSync(EXECUTABLE) || readFileSync(EXECUTABLE, "utf8") !== script) writeExecutable(script);
  return EXECUTABLE;
}

/**
 * Variables under which client libraries find the executable: near-workspaces 5 looks into the directory
 * `NEAR_SANDBOX_BINARY_PATH`, near-sandbox 0.2 and near-kit take the file `NEAR_SANDBOX_BIN_PATH`.
 */
export function sandboxEnvironment(): { NEAR_SANDBOX_BIN_PATH: string; NEAR_SANDBOX_BINARY_PATH: string } {
  const file = ensureSandbox();
  return { NEAR_SANDBOX_BIN_PATH: file, NEAR_SANDBOX_BINARY_PATH: dirname(file) };
}

/** Covers all that goes into the bundle: the sources, and the lock file for the packages' versions. */
function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const path of [...sourceFiles(), join(ROOT, "package-lock.json")]) {
    hash.update(relative(ROOT, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The directory's name holds the hash and it appears complete, so that whoever sees it can use it. */
function writeBundle(bundle: string): void {
  const directory = dirname(bundle);
  const temporary = `${directory}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  buildSync({
    entryPoints: [join(SOURCES, "main.ts")],
    outfile: join(temporary, "near-sandbox.mjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
  });
  const parameters = readFileSync(join(SOURCES, "parameters", "parameters.json"));
  writeFileSync(join(temporary, "parameters.json"), parameters);
  moveInto(temporary, directory);
  removeOldBundles(OUTPUT, directory);
}

function moveInto(temporary: string, directory: string): void {
  try {
    renameSync(temporary, directory);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}

/** Clients may start it without PATH, so that the interpreter's path must be absolute. */
function launchScript(bundle: string): string {
  return `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(bundle)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function writeExecutable(script: string): void {
  mkdirSync(dirname(EXECUTABLE), { recursive: true });
  const temporary = `${EXECUTABLE}.${process.pid}.tmp`;
  writeFileSync(temporary, script);
  chmodSync(temporary, 0o755);
  renameSync(temporary, EXECUTABLE);
}
