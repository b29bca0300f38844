import { atEnd, byteReader } from "../wasm/byte-reader.ts";
import { type FunctionType, I32, type WasmModule } from "../wasm/module.ts";
import { OPCODE } from "../wasm/operators.ts";
import { decodedOperator, readOperator } from "../wasm/read-operator.ts";
import { type ChargePoints, mergePoints } from "./charge-points.ts";
import { addOperatorGas, gasAnalysis, type MeteringMode, type OperatorCosts } from "./gas-analysis.ts";
import { type LocalRun, localTypeLookup, readLocals, valueBytes } from "./locals.ts";
import { addOperatorStack, stackAnalysis } from "./stack-analysis.ts";

/** What instrumentation needs to know about one defined function. */
export interface FunctionAnalysis {
  readonly type: FunctionType;
  /** Declared locals (parameters not included). */
  readonly locals: readonly LocalRun[];
  /** Parameters and declared locals. */
  readonly localCount: number;
  /** Types of the scratch locals that instrumentation needs, each once; functions at the limit of locals need none. */
  readonly scratchTypes: readonly number[];
  /** Position of the first operator. */
  readonly operatorsStart: number;
  /** nearcore's estimate of the activation's bytes: 64 plus parameters and locals. */
  readonly frameBytes: number;
  readonly maximumOperandBytes: number;
  /** `block`, `loop` and `if` operators. */
  readonly blocks: number;
  readonly operators: number;
  readonly points: ChargePoints;
}

const ACTIVATION_BYTES = 64;

/** Gas and stack analysis of defined function number `defined` of a validated module. */
export function analyzeFunction(
  module: WasmModule,
  defined: number,
  costs: OperatorCosts,
  mode: MeteringMode,
): FunctionAnalysis {
  const body = module.bodies[defined]!;
  const type = module.types[module.functionTypes[module.importedFunctions + defined]!]!;
  const reader = byteReader(module.bytes, body.start, body.end);
  const locals = [...readLocals(reader)];
  const runs = [...type.params.map((param) => ({ count: 1, type: param })), ...locals];
  const operatorsStart = reader.position;

  const gas = gasAnalysis(costs, mode);
  const stack = stackAnalysis(module, localTypeLookup(runs));
  const decoded = decodedOperator();
  const scratch = new Set<number>();
  let blocks = 0;
  let operators = 0;
  while (!atEnd(reader)) {
    readOperator(reader, decoded);
    operators++;
    addOperatorGas(gas, decoded);
    addOperatorStack(stack, decoded);
    const { class: cls, canonicalNan } = decoded.operator;
    if (cls === "bulk" || decoded.opcode === OPCODE.callIndirect) scratch.add(I32);
    if (canonicalNan !== null) scratch.add(canonicalNan);
    if (cls === "block" || cls === "loop" || cls === "if") blocks++;
  }
  mergePoints(gas.points);
  return {
    type,
    locals,
    localCount: runs.reduce((sum, run) => sum + run.count, 0),
    scratchTypes: [...scratch],
    operatorsStart,
    frameBytes: runs.reduce((sum, run) => sum + run.count * valueBytes(run.type), ACTIVATION_BYTES),
    maximumOperandBytes: stack.maximumBytes,
    blocks,
    operators,
    points: gas.points,
  };
}
