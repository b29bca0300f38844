import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type EngineKind, engineSettings, engineSources } from "./engine.ts";
import { projectPath } from "./paths.ts";
import { writeWhole } from "./write-whole.ts";

/** The two engines, as wasm modules. */
export interface Engines {
  readonly compiler: Uint8Array;
  readonly runtime: Uint8Array;
}

/** Folder of what takes long to make; every file is named by a hash of all it is made of. */
export const CACHE = projectPath("build/.engines");

/** Both engines, from the cache under build/.engines or built side by side in two processes (about half a minute). */
export async function loadEngines(): Promise<Engines> {
  const [compiler, runtime] = await Promise.all([loadEngine("compiler"), loadEngine("runtime")]);
  return { compiler, runtime };
}

/** True when both engines are in the cache. */
export function enginesAreCached(): boolean {
  return existsSync(enginePath("compiler")) && existsSync(enginePath("runtime"));
}

/** Builds one engine in this process and puts it into the cache (used by engine-process.ts). */
export async function writeEngine(
  kind: EngineKind,
  compile: (kind: EngineKind) => Promise<Uint8Array>,
): Promise<void> {
  await writeWhole(enginePath(kind), await compile(kind));
}

/** sha256 of everything an engine is made of: patched sources, settings, versions of the tools. */
export function engineHash(kind: EngineKind): string {
  const hash = createHash("sha256").update(engineSettings(kind));
  for (const folder of Object.values(engineSources(kind))) {
    for (const [file, text] of Object.entries(folder)) hash.update(`\n${file}\n`).update(String(text));
  }
  for (const tool of ["@yowasp/clang", "binaryen"]) {
    hash.update(readFileSync(projectPath(`node_modules/${tool}/package.json`)));
  }
  return hash.digest("hex");
}

async function loadEngine(kind: EngineKind): Promise<Uint8Array> {
  const path = enginePath(kind);
  if (!existsSync(path)) {
    const program = fileURLToPath(new URL("./engine-process.ts", import.meta.url));
    await promisify(execFile)(process.execPath, ["--import", "tsx", program, kind], { cwd: projectPath("") });
  }
  return new Uint8Array(await readFile(path));
}

function enginePath(kind: EngineKind): string {
  return `${CACHE}/${kind}-${engineHash(kind).slice(0, 20)}.wasm`;
}
