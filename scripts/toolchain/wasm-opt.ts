import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectPath } from "./paths.ts";

/** What wasm-opt may assume and emit: the features that NEAR accepts. */
export const WASM_OPT_FEATURES = [
  "--mvp-features",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-mutable-globals",
];

/** Runs binaryen's wasm-opt with the features that NEAR accepts plus `args`; returns the new module. */
export async function wasmOpt(wasm: Uint8Array, args: readonly string[]): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "mpc-wasm-opt-"));
  try {
    const input = join(folder, "in.wasm");
    const output = join(folder, "out.wasm");
    await writeFile(input, wasm);
    const tool = projectPath("node_modules/binaryen/bin/wasm-opt");
    await promisify(execFile)(process.execPath, [tool, input, "-o", output, ...WASM_OPT_FEATURES, ...args]);
    return new Uint8Array(await readFile(output));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
