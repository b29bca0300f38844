import type { RuntimeParameters } from "../vm/interface.ts";
import { byteReader, readU32 } from "../wasm/byte-reader.ts";
import {
  type ByteWriter,
  byteWriter,
  writeByte,
  writeBytes,
  writeF64,
  writeName,
  writeRange,
  writeS32,
  writeSection,
  writeU32,
  writtenBytes,
} from "../wasm/byte-writer.ts";
import { EXTERNAL, F64, I32, MAGIC_AND_VERSION, SECTION, type WasmModule } from "../wasm/module.ts";
import { analyzeFunction, type FunctionAnalysis } from "./analyze-function.ts";
import { atMost } from "./check-limits.ts";
import type { InjectedGlobals } from "./emit.ts";
import type { MeteringMode, OperatorCosts } from "./gas-analysis.ts";
import { instrumentBody } from "./instrument-body.ts";
import { CompilerError } from "./prepare-error.ts";

/** What the instrumented module imports besides the contract's own imports: nearcore's memory. */
export const INJECTED_IMPORT = { module: "injected", memory: "memory" } as const;

/** Names of what the instrumented module exports; a contract's own functions get {@link CONTRACT_EXPORT} before. */
export const INJECTED_EXPORT = {
  gas: "gas",
  stop: "stop",
  unpaid: "unpaid",
  start: "start",
} as const;

export const CONTRACT_EXPORT = "contract:";

export interface InstrumentedModule {
  readonly bytes: Uint8Array;
  /** Operators that the contract itself has. */
  readonly operators: number;
}

const WASMTIME_MAX_LOCALS = 50_000;

/**
 * Rewrites a validated module so that it charges gas and stack bytes like nearcore's instrumentation, has nearcore's
 * memory, and starts only when told. Function indices stay as they are. Throws `PrepareError` for limits that
 * nearcore checks at this stage.
 */
export function instrument(
  module: WasmModule,
  parameters: RuntimeParameters,
  mode: MeteringMode,
): InstrumentedModule {
  const output = byteWriter(module.bytes.length * 3 + 1024);
  const firstGlobal = module.globals.length;
  const globals = {
    gas: firstGlobal,
    stack: firstGlobal + 1,
    stop: firstGlobal + 2,
    unpaid: firstGlobal + 3,
  };
  writeBytes(output, MAGIC_AND_VERSION);
  copySection(output, module, SECTION.type);
  writeImports(output, module, parameters);
  copySection(output, module, SECTION.function);
  writeTables(output, module, parameters);
  writeGlobals(output, module, parameters);
  writeExports(output, module, globals);
  copySection(output, module, SECTION.element);
  copySection(output, module, SECTION.dataCount);
  const operators = writeCode(output, module, globals, parameters, mode);
  copySection(output, module, SECTION.data);
  return { bytes: writtenBytes(output), operators };
}

function copySection(output: ByteWriter, module: WasmModule, id: number): void {
  const range = module.sections.get(id);
  if (range !== undefined) writeSection(output, id, module.bytes.subarray(range.start, range.end));
}

/** Contracts can't import memories, so that the memory has index 0 whatever else is imported. */
function writeImports(output: ByteWriter, module: WasmModule, parameters: RuntimeParameters): void {
  const section = byteWriter();
  const range = module.sections.get(SECTION.import);
  const own = range && byteReader(module.bytes, range.start, range.end);
  writeU32(section, (own === undefined ? 0 : readU32(own)) + 1);
  if (own !== undefined && range !== undefined) writeRange(section, module.bytes, own.position, range.end);
  writeName(section, INJECTED_IMPORT.module);
  writeName(section, INJECTED_IMPORT.memory);
  writeByte(section, EXTERNAL.memory);
  writeByte(section, 1);
  writeU32(section, Number(parameters.limits.initial_memory_pages));
  writeU32(section, Number(parameters.limits.max_memory_pages));
  writeSection(output, SECTION.import, writtenBytes(section));
}

/** wasmtime's store lets no table grow beyond the limit, whatever its declared maximum. */
function writeTables(output: ByteWriter, module: WasmModule, parameters: RuntimeParameters): void {
  if (module.tables.length === 0) return;
  const limit = Number(parameters.limits.max_elements_per_contract_table ?? 10_000n);
  const section = byteWriter();
  writeU32(section, module.tables.length);
  for (const table of module.tables) {
    writeByte(section, table.elementType);
    writeByte(section, 1);
    writeU32(section, table.initial);
    writeU32(section, Math.max(table.initial, Math.min(table.maximum ?? limit, limit)));
  }
  writeSection(output, SECTION.table, writtenBytes(section));
}

function writeGlobals(output: ByteWriter, module: WasmModule, parameters: RuntimeParameters): void {
  const section = byteWriter();
  writeU32(section, module.globals.length + 4);
  const range = module.sections.get(SECTION.global);
  if (range !== undefined) {
    const own = byteReader(module.bytes, range.start, range.end);
    readU32(own);
    writeRange(section, module.bytes, own.position, range.end);
  }
  const mutableF64 = (): void => {
    writeBytes(section, [F64, 1, 0x44]);
    writeF64(section, 0);
    writeByte(section, 0x0b);
  };
  const mutableI32 = (value: number): void => {
    writeBytes(section, [I32, 1, 0x41]);
    writeS32(section, value);
    writeByte(section, 0x0b);
  };
  mutableF64();
  mutableI32(Number(parameters.limits.max_stack_height));
  mutableI32(0);
  mutableF64();
  writeSection(output, SECTION.global, writtenBytes(section));
}

function writeExports(output: ByteWriter, module: WasmModule, globals: InjectedGlobals): void {
  const entries = module.exports
    .filter((entry) => entry.kind === EXTERNAL.function)
    .map((entry) => ({ ...entry, name: CONTRACT_EXPORT + entry.name }));
  entries.push(
    { name: INJECTED_EXPORT.gas, kind: EXTERNAL.global, index: globals.gas },
    { name: INJECTED_EXPORT.stop, kind: EXTERNAL.global, index: globals.stop },
    { name: INJECTED_EXPORT.unpaid, kind: EXTERNAL.global, index: globals.unpaid },
  );
  if (module.startFunction !== null) {
    entries.push({ name: INJECTED_EXPORT.start, kind: EXTERNAL.function, index: module.startFunction });
  }
  const section = byteWriter();
  writeU32(section, entries.length);
  for (const entry of entries) {
    writeName(section, entry.name);
    writeByte(section, entry.kind);
    writeU32(section, entry.index);
  }
  writeSection(output, SECTION.export, writtenBytes(section));
}

/** Returns the number of the contract's own operators. */
function writeCode(
  output: ByteWriter,
  module: WasmModule,
  globals: InjectedGlobals,
  parameters: RuntimeParameters,
  mode: MeteringMode,
): number {
  if (!module.sections.has(SECTION.code)) return 0;
  const costs = operatorCosts(parameters);
  const totals = { params: 0, blocks: 0 };
  let operators = 0;
  const section = byteWriter(module.bytes.length * 3 + 1024);
  writeU32(section, module.bodies.length);
  module.bodies.forEach((body, i) => {
    const analysis = analyzeFunction(module, i, costs, mode);
    operators += analysis.operators;
    checkFunction(analysis, totals, parameters);
    checkCompilable(analysis, module.importedFunctions + i);
    const code = instrumentBody(module.bytes, body, analysis, globals, mode, costs.regular);
    writeU32(section, code.length);
    writeBytes(section, code);
  });
  writeSection(output, SECTION.code, writtenBytes(section));
  return operators;
}

/** Gas of operators as numbers, which are exact: gas of one charge stays far below 2^53. */
export function operatorCosts(parameters: RuntimeParameters): OperatorCosts {
  return {
    regular: Number(parameters.wasm.regularOpCost),
    bulkBase: Number(parameters.wasm.linearOpBaseCost),
    bulkUnit: Number(parameters.wasm.linearOpUnitCost),
  };
}

function checkFunction(
  analysis: FunctionAnalysis,
  totals: { params: number; blocks: number },
  parameters: RuntimeParameters,
): void {
  const { limits } = parameters;
  const params = analysis.type.params.length;
  atMost("TooManyParamsPerFunction", "parameters of a function", params, limits.max_params_per_function);
  totals.params += params;
  atMost("TooManyParamsPerContract", "parameters", totals.params, limits.max_params_per_contract);
  atMost(
    "OperandStackTooLarge",
    "bytes of operands",
    analysis.maximumOperandBytes,
    limits.max_operand_stack_bytes_per_function,
  );
  atMost("TooManyBlocksPerFunction", "blocks of a function", analysis.blocks, limits.max_blocks_per_function);
  totals.blocks += analysis.blocks;
  atMost("TooManyBlocksPerContract", "blocks", totals.blocks, limits.max_blocks_per_contract);
}

/** nearcore's instrumentation adds two locals and three imports; wasmtime takes no more than 50,000 locals. */
function checkCompilable(analysis: FunctionAnalysis, index: number): void {
  if (analysis.localCount + 2 > WASMTIME_MAX_LOCALS) {
    throw new CompilerError(`failed to compile: wasm[0]::function[${index + 3}]`);
  }
}
