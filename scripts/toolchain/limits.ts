import { decodeBody, type FunctionBody } from "./wasm-code.ts";
import { importedFunctions, parseModule, typeOfFunction, type WasmModule } from "./wasm-module.ts";

/** Preparation limits of nearcore for protocol 84 and later (runtime parameters and prepare_v3). */
export const PREPARATION_LIMITS = {
  contractBytes: 4_194_304,
  functionBodyBytes: 196_608,
  blocksPerFunction: 5_000,
  blocksPerContract: 50_000,
  types: 1_024,
  functions: 10_000,
  locals: 1_000_000,
  paramsPerFunction: 64,
  paramsPerContract: 50_000,
  tables: 1,
  tableElements: 10_000,
  globals: 65_536,
  memoryPages: 2_048,
} as const;

type LimitName = keyof typeof PREPARATION_LIMITS;

/** Reasons why nearcore would refuse the contract: empty when it would take it. */
export function preparationViolations(wasm: Uint8Array): string[] {
  const module = parseModule(wasm);
  const bodies = module.bodies.map(decodeBody);
  return [
    ...sizeViolations(wasm, module, bodies),
    ...importViolations(module),
    ...instructionViolations(bodies),
    ...exportViolations(module),
    ...(module.hasStart ? ["has a start function, expected none"] : []),
  ];
}

function sizeViolations(wasm: Uint8Array, module: WasmModule, bodies: readonly FunctionBody[]): string[] {
  const blocks = bodies.map(countBlocks);
  const params = module.functionTypes.map((type) => module.types[type]!.params.length);
  const measured: Record<LimitName, number> = {
    contractBytes: wasm.length,
    functionBodyBytes: largest(module.bodies.map((b) => b.length)),
    blocksPerFunction: largest(blocks),
    blocksPerContract: sum(blocks),
    types: module.types.length,
    functions: module.bodies.length + importedFunctions(module).length,
    locals: sum(bodies.map((b) => b.locals)),
    paramsPerFunction: largest(params),
    paramsPerContract: sum(params),
    tables: module.tableMinimums.length,
    tableElements: largest(module.tableMinimums),
    globals: module.globalCount,
    memoryPages: module.memoryMinimum,
  };
  return (Object.keys(PREPARATION_LIMITS) as LimitName[])
    .filter((limit) => measured[limit] > PREPARATION_LIMITS[limit])
    .map((limit) => `${limit}: at most ${PREPARATION_LIMITS[limit]}, found ${measured[limit]}`);
}

function importViolations(module: WasmModule): string[] {
  return module.imports
    .filter((i) => i.module !== "env" || i.kind !== "function")
    .map((i) => `imports ${i.module}.${i.name}, expected only functions of env`);
}

function instructionViolations(bodies: readonly FunctionBody[]): string[] {
  const bulk = bodies.filter((b) => b.instructions.some((i) => i.opcode === 0xfc && i.extended > 7)).length;
  return bulk > 0 ? [`${bulk} functions use bulk-memory instructions, expected none`] : [];
}

function exportViolations(module: WasmModule): string[] {
  return module.exports
    .filter((e) => e.kind === 0)
    .filter((e) => {
      const type = typeOfFunction(module, e.index);
      return type.params.length + type.results.length > 0;
    })
    .map((e) => `export ${e.name} takes or returns values, expected () -> ()`);
}

function countBlocks(body: FunctionBody): number {
  return body.instructions.filter((i) => i.opcode >= 0x02 && i.opcode <= 0x04).length;
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
