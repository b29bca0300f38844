import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { CACHE } from "./engine-cache.ts";
import { projectPath } from "./paths.ts";
import { readSections, SECTION, writeModule } from "./wasm-binary.ts";
import { WASM_OPT_FEATURES, wasmOpt } from "./wasm-opt.ts";
import { writeWhole } from "./write-whole.ts";

/** wasm-opt's arguments for a contract. */
export const OPTIMISE_OPTIONS = ["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"];

/**
 * Optimises a pre-initialised contract for size. What the optimiser makes of the code doesn't depend on the data, and
 * the data can't be packed better than the snapshot packs it: wasm-opt sees the module without its data, so that
 * contracts which differ only there share the result, cached under build/.engines.
 */
export async function optimise(contract: Uint8Array): Promise<Uint8Array> {
  const sections = readSections(contract);
  const last = sections.at(-1);
  if (last?.id !== SECTION.data) throw new Error(`expected data at the module's end, found ${last?.id}`);
  const code = await optimisedCode(writeModule(sections.slice(0, -1)));
  return writeModule([...readSections(code), last]);
}

/** The cache's key is made of all that decides the result: the module, the options and the optimiser itself. */
async function optimisedCode(module: Uint8Array): Promise<Uint8Array> {
  const hash = createHash("sha256").update(JSON.stringify([WASM_OPT_FEATURES, OPTIMISE_OPTIONS]));
  hash.update(readFileSync(projectPath("node_modules/binaryen/package.json"))).update(module);
  const path = `${CACHE}/optimised-${hash.digest("hex").slice(0, 40)}.wasm`;
  if (!existsSync(path)) await writeWhole(path, await wasmOpt(module, OPTIMISE_OPTIONS));
  return new Uint8Array(await readFile(path));
}
