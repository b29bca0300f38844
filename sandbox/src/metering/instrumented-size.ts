import type { RuntimeParameters } from "../vm/interface.ts";
import { atEnd, byteReader } from "../wasm/byte-reader.ts";
import { type ByteRange, EXTERNAL, SECTION, type WasmModule } from "../wasm/module.ts";
import { OPCODE } from "../wasm/operators.ts";
import { decodedOperator, readOperator } from "../wasm/read-operator.ts";
import { analyzeFunction, type FunctionAnalysis } from "./analyze-function.ts";
import { POINT } from "./charge-points.ts";
import type { OperatorCosts } from "./gas-analysis.ts";
import { readLocals } from "./locals.ts";

/** Functions that nearcore's instrumentation imports first, all from module "internal". */
const INJECTED_IMPORTS = ["finite_wasm_gas_exhausted", "finite_wasm_stack_exhausted", "finite_wasm_gas"];
const INJECTED_MODULE = "internal";
/** Types `() -> ()` and `(i64) -> ()`. */
const INJECTED_TYPES_BYTES = 3 + 4;
const INJECTED_GLOBALS = 2;
/** Two runs of one local each. */
const INJECTED_LOCALS_BYTES = 4;

const EXPORT_PREFIX = "\0";
const MEMORY_EXPORT = "memory";
const GAS_EXPORT = "remaining_gas";
const START_EXPORT = "start";

const HEADER_BYTES = 8;
/** Entries are: count, flags, minimum and maximum. */
const MEMORY_COUNT_AND_FLAGS_BYTES = 2;
/** A wide operation, `i64.eqz`, `if`, `else`, `call`, `unreachable`, `end`. */
const OVERFLOW_CHECK_BYTES = 2 + 1 + 2 + 1 + 2 + 1 + 1;
const ZERO_BYTES = 2;

/**
 * Bytes of the module that nearcore's instrumentation would make of this one. Numbers in global, element and data
 * sections are taken to be encoded as shortly as they can be, and function indices there not to grow.
 */
export function instrumentedSize(
  module: WasmModule,
  parameters: RuntimeParameters,
  costs: OperatorCosts,
): number {
  const copied = [SECTION.table, SECTION.element, SECTION.dataCount, SECTION.data].map((id) =>
    bytesOf(module.sections.get(id)),
  );
  const sections = [
    ...copied,
    typeSection(module),
    importSection(module),
    functionSection(module),
    memorySection(parameters),
    globalSection(module, parameters),
    exportSection(module),
    codeSection(module, costs),
  ];
  return sections
    .filter((bytes) => bytes > 0)
    .reduce((sum, bytes) => sum + 1 + unsignedBytes(bytes) + bytes, HEADER_BYTES);
}

function bytesOf(range: ByteRange | undefined): number {
  return range === undefined ? 0 : range.end - range.start;
}

function typeSection({ types }: WasmModule): number {
  const bytes = types.map(({ params, results }) => {
    return 1 + unsignedBytes(params.length) + params.length + unsignedBytes(results.length) + results.length;
  });
  return sum(bytes) + INJECTED_TYPES_BYTES + unsignedBytes(types.length + 2);
}

function importSection({ imports, types }: WasmModule): number {
  const injected = INJECTED_IMPORTS.map((name, i) => {
    const type = types.length + (i < 2 ? 0 : 1);
    return nameBytes(INJECTED_MODULE) + nameBytes(name) + 1 + unsignedBytes(type);
  });
  const own = imports.map(
    (entry) => nameBytes(entry.module) + nameBytes(entry.name) + 1 + unsignedBytes(entry.typeIndex),
  );
  return sum(injected) + sum(own) + unsignedBytes(imports.length + INJECTED_IMPORTS.length);
}

function functionSection({ functionTypes, importedFunctions }: WasmModule): number {
  const own = functionTypes.slice(importedFunctions);
  return own.length === 0 ? 0 : sum(own.map(unsignedBytes)) + unsignedBytes(own.length);
}

function memorySection({ limits }: RuntimeParameters): number {
  const { initial_memory_pages, max_memory_pages } = limits;
  return (
    MEMORY_COUNT_AND_FLAGS_BYTES +
    unsignedBytes(Number(initial_memory_pages)) +
    unsignedBytes(Number(max_memory_pages))
  );
}

function globalSection({ globals, sections }: WasmModule, { limits }: RuntimeParameters): number {
  const own = Math.max(0, bytesOf(sections.get(SECTION.global)) - unsignedBytes(globals.length));
  // Type, mutability, constant, end.
  const injected = [0, Number(limits.max_stack_height)].map((value) => 2 + constantBytes(value) + 1);
  return own + sum(injected) + unsignedBytes(globals.length + INJECTED_GLOBALS);
}

function exportSection(module: WasmModule): number {
  const own = module.exports
    .filter((entry) => entry.kind !== EXTERNAL.memory)
    .map(({ name, kind, index }) => {
      const shifted = kind === EXTERNAL.function ? index + INJECTED_IMPORTS.length : index;
      return nameBytes(EXPORT_PREFIX + name) + 1 + unsignedBytes(shifted);
    });
  const injected = [
    nameBytes(MEMORY_EXPORT) + 1 + unsignedBytes(0),
    nameBytes(GAS_EXPORT) + 1 + unsignedBytes(module.globals.length),
  ];
  if (module.startFunction !== null) {
    injected.push(
      nameBytes(START_EXPORT) + 1 + unsignedBytes(module.startFunction + INJECTED_IMPORTS.length),
    );
  }
  return sum(own) + sum(injected) + unsignedBytes(own.length + injected.length);
}

function codeSection(module: WasmModule, costs: OperatorCosts): number {
  const bodies = module.bodies.map((_, i) => {
    const bytes = bodySize(module, i, costs);
    return unsignedBytes(bytes) + bytes;
  });
  return bodies.length === 0 ? 0 : sum(bodies) + unsignedBytes(bodies.length);
}

function bodySize(module: WasmModule, defined: number, costs: OperatorCosts): number {
  const analysis = analyzeFunction(module, defined, costs, "exact");
  const globals = module.globals.length;
  const stackBytes = moveStackBytes(analysis.frameBytes + analysis.maximumOperandBytes, globals);
  const activation = chargeBytes(Math.ceil(analysis.frameBytes / 8) * costs.regular, globals);
  const runs = analysis.locals;
  const locals = sum(runs.map((run) => unsignedBytes(run.count) + 1)) + INJECTED_LOCALS_BYTES;
  const block = 2;
  const own = operatorBytes(module, defined, stackBytes);
  return (
    unsignedBytes(runs.length + 2) +
    locals +
    block +
    stackBytes +
    activation +
    own +
    pointBytes(analysis, globals)
  );
}

/** The body's own operators: calls name shifted functions; returns and the end give the stack back. */
function operatorBytes(module: WasmModule, defined: number, stackBytes: number): number {
  const body = module.bodies[defined]!;
  const reader = byteReader(module.bytes, body.start, body.end);
  for (const _ of readLocals(reader));
  const decoded = decodedOperator();
  let bytes = 1 + stackBytes;
  while (!atEnd(reader)) {
    readOperator(reader, decoded);
    const { opcode, index } = decoded;
    if (opcode === OPCODE.call || opcode === OPCODE.refFunc) {
      bytes += 1 + unsignedBytes(index + INJECTED_IMPORTS.length);
    } else {
      bytes += decoded.end - decoded.start + (opcode === OPCODE.return ? stackBytes : 0);
    }
  }
  return bytes;
}

function pointBytes({ points, localCount }: FunctionAnalysis, globals: number): number {
  let bytes = 0;
  for (let i = 0; i < points.kinds.length; i++) {
    const constant = points.constants[i]!;
    const linear = points.linears[i]!;
    if (points.kinds[i] === POINT.unreachable) continue;
    if (linear !== 0) bytes += bulkChargeBytes(constant, linear, globals, localCount);
    else if (constant !== 0) bytes += chargeBytes(constant, globals);
  }
  return bytes;
}

/** Compare, stop or subtract. */
function chargeBytes(gas: number, globals: number): number {
  const stopOrSubtract = 1 + 2 + 2 + 1 + 1 + 1 + 1;
  return 3 * indexedBytes(globals) + 3 * constantBytes(gas) + stopOrSubtract;
}

/** count × linear + constant with checks for overflow, then as {@link chargeBytes} from a local. */
function bulkChargeBytes(constant: number, linear: number, globals: number, localCount: number): number {
  const amount = indexedBytes(localCount);
  const count = indexedBytes(localCount + 1);
  const product = count + 1 + constantBytes(linear) + OVERFLOW_CHECK_BYTES;
  const total = ZERO_BYTES + constantBytes(constant) + ZERO_BYTES + OVERFLOW_CHECK_BYTES;
  const stopOrSubtract = amount + indexedBytes(globals) + 1 + 2 + amount + 2 + 1 + 1;
  const subtract = indexedBytes(globals) + amount + 1 + indexedBytes(globals) + 1;
  return product + total + stopOrSubtract + subtract + count;
}

/** Takes from the stack or gives back, with a check for overflow. */
function moveStackBytes(bytes: number, globals: number): number {
  const stackGlobal = indexedBytes(globals + 1);
  return 2 * stackGlobal + 2 * ZERO_BYTES + constantBytes(bytes) + OVERFLOW_CHECK_BYTES;
}

function indexedBytes(index: number): number {
  return 1 + unsignedBytes(index);
}

/** `i64.const` of a number that is not negative: its sign takes a bit. */
function constantBytes(value: number): number {
  let bytes = 2;
  for (let limit = 2 ** 6; value >= limit; limit *= 2 ** 7) bytes++;
  return bytes;
}

function unsignedBytes(value: number): number {
  let bytes = 1;
  for (let limit = 2 ** 7; value >= limit; limit *= 2 ** 7) bytes++;
  return bytes;
}

function nameBytes(name: string): number {
  const bytes = Buffer.byteLength(name);
  return unsignedBytes(bytes) + bytes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
