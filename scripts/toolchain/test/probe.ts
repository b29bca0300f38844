import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleContract } from "../bundle.ts";
import { loadEngines } from "../engine-cache.ts";
import { projectPath } from "../paths.ts";
import { compileToBytecode, snapshot } from "../snapshot.ts";

/** Writes a contract's source to a file inside the project (so that its imports resolve) for the time of `use`. */
export async function withSource<T>(source: string, use: (entry: string) => Promise<T>): Promise<T> {
  const probes = projectPath("build/.probes");
  await mkdir(probes, { recursive: true });
  const folder = mkdtempSync(join(probes, "probe-"));
  try {
    const entry = join(folder, "contract.ts");
    writeFileSync(entry, source);
    return await use(entry);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds a probe contract as buildContract does, but without wasm-opt, which takes seconds. */
export function buildProbe(source: string): Promise<Uint8Array> {
  return withSource(source, async (entry) => {
    const engines = await loadEngines();
    const bundle = await bundleContract(entry);
    return snapshot(engines.runtime, compileToBytecode(engines.compiler, bundle.code), bundle);
  });
}
