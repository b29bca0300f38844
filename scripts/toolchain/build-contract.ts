import { createHash } from "node:crypto";
import { bundleContract } from "./bundle.ts";
import { loadEngines } from "./engine-cache.ts";
import { preparationViolations } from "./limits.ts";
import { optimise } from "./optimise.ts";
import { compileToBytecode, snapshot } from "./snapshot.ts";
import { exportedFunctions, parseModule } from "./wasm-module.ts";
import { writeWhole } from "./write-whole.ts";

/** What to build: `entry` is the contract's TypeScript file, `out` the wasm to write (left out: nothing is written). */
export interface ContractBuild {
  readonly entry: string;
  readonly out?: string;
}

/** The result of a build. `seconds` says how long each step took, in order. */
export interface BuiltContract {
  readonly wasm: Uint8Array;
  /** Names of the methods, equal to the function exports of the wasm, sorted. */
  readonly methods: readonly string[];
  readonly sha256Hex: string;
  readonly bundleBytes: number;
  readonly bytecodeBytes: number;
  readonly seconds: readonly { readonly step: string; readonly seconds: number }[];
}

/**
 * Builds a contract: bundle, bytecode, snapshot, optimise, check against nearcore's limits. The same sources give the
 * same bytes. Throws, and writes nothing, when a step fails or NEAR would refuse the module.
 */
export async function buildContract({ entry, out }: ContractBuild): Promise<BuiltContract> {
  const seconds: { step: string; seconds: number }[] = [];
  const timed = async <T>(step: string, run: () => Promise<T> | T): Promise<T> => {
    const start = performance.now();
    const result = await run();
    seconds.push({ step, seconds: (performance.now() - start) / 1000 });
    return result;
  };
  const [engines, bundle] = await Promise.all([
    timed("engines", loadEngines),
    timed("bundle", () => bundleContract(entry)),
  ]);
  const bytecode = await timed("bytecode", () => compileToBytecode(engines.compiler, bundle.code));
  const initialised = await timed("snapshot", () => snapshot(engines.runtime, bytecode, bundle));
  const wasm = await timed("wasm-opt", () => optimise(initialised));
  checkContract(wasm, bundle.methods);
  if (out !== undefined) await writeWhole(out, wasm);
  return {
    wasm,
    methods: bundle.methods,
    sha256Hex: createHash("sha256").update(wasm).digest("hex"),
    bundleBytes: bundle.code.length,
    bytecodeBytes: bytecode.length,
    seconds,
  };
}

function checkContract(wasm: Uint8Array, methods: readonly string[]): void {
  const violations = preparationViolations(wasm);
  if (violations.length > 0) throw new Error(`NEAR would refuse the contract: ${violations.join("; ")}`);
  const exported = exportedFunctions(parseModule(wasm));
  if (exported.join() !== methods.join()) {
    throw new Error(`expected the exports ${methods.join(", ")}, found ${exported.join(", ")}`);
  }
}
