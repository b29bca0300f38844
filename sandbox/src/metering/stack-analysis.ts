import type { WasmModule } from "../wasm/module.ts";
import type { Operator } from "../wasm/operators.ts";
import type { DecodedOperator } from "../wasm/read-operator.ts";
import { valueBytes } from "./locals.ts";

/** Follows the operand stack of one body to find its largest size in bytes, after finite-wasm. */
export interface StackAnalysis {
  readonly module: WasmModule;
  readonly localType: (index: number) => number;
  /** Bytes of every operand on the stack. */
  readonly operands: number[];
  readonly frames: StackFrame[];
  frame: StackFrame;
  bytes: number;
  maximumBytes: number;
}

interface StackFrame {
  /** Operands below this frame. */
  readonly height: number;
  readonly result: number | null;
  /** After an unconditional branch the stack is polymorphic: nothing is followed until the frame ends. */
  polymorphic: boolean;
}

export function stackAnalysis(module: WasmModule, localType: (index: number) => number): StackAnalysis {
  const frame = { height: 0, result: null, polymorphic: false };
  return { module, localType, operands: [], frames: [], frame, bytes: 0, maximumBytes: 0 };
}

/** Takes in the next operator of a validated body. */
export function addOperatorStack(analysis: StackAnalysis, decoded: DecodedOperator): void {
  const { operator } = decoded;
  switch (operator.class) {
    case "if":
      pop(analysis, 1);
      enter(analysis, decoded.blockResult);
      return;
    case "block":
    case "loop":
      enter(analysis, decoded.blockResult);
      return;
    case "else": {
      const ended = leave(analysis);
      enter(analysis, ended === null ? null : ended.result);
      return;
    }
    case "end": {
      const ended = leave(analysis);
      if (ended !== null && ended.result !== null) push(analysis, ended.result);
      return;
    }
    case "br":
    case "br_table":
    case "return":
    case "unreachable":
      analysis.frame.polymorphic = true;
      return;
    case "br_if":
    case "call":
    case "pure":
    case "trapping":
    case "bulk":
      addPlainOperator(analysis, operator, decoded.index);
      return;
  }
}

function addPlainOperator(analysis: StackAnalysis, operator: Operator, index: number): void {
  const { module } = analysis;
  pop(analysis, operator.pops);
  switch (operator.pushes) {
    case "nothing":
      return;
    case "local":
      push(analysis, analysis.localType(index));
      return;
    case "global":
      push(analysis, module.globals[index]!);
      return;
    case "table-element":
      push(analysis, module.tables[index]!.elementType);
      return;
    case "call":
      call(analysis, module.functionTypes[index]!);
      return;
    case "call-indirect":
      // finite-wasm leaves the table index on its stack; the limit is the protocol's, so we do too.
      call(analysis, index);
      return;
    default:
      push(analysis, operator.pushes);
      return;
  }
}

function call(analysis: StackAnalysis, typeIndex: number): void {
  const { params, results } = analysis.module.types[typeIndex]!;
  pop(analysis, params.length);
  for (const result of results) push(analysis, result);
}

function push(analysis: StackAnalysis, type: number): void {
  if (analysis.frame.polymorphic) return;
  const bytes = valueBytes(type);
  analysis.operands.push(bytes);
  analysis.bytes += bytes;
  if (analysis.bytes > analysis.maximumBytes) analysis.maximumBytes = analysis.bytes;
}

function pop(analysis: StackAnalysis, count: number): void {
  if (analysis.frame.polymorphic) return;
  for (let i = 0; i < count; i++) analysis.bytes -= analysis.operands.pop() ?? 0;
}

function enter(analysis: StackAnalysis, result: number | null): void {
  analysis.frames.push(analysis.frame);
  const { polymorphic } = analysis.frame;
  analysis.frame = { height: analysis.operands.length, result, polymorphic };
}

/** Ends the frame: its leftover operands go; null at the end of the body. */
function leave(analysis: StackAnalysis): StackFrame | null {
  const outer = analysis.frames.pop();
  if (outer === undefined) return null;
  const ended = analysis.frame;
  analysis.frame = outer;
  pop(analysis, analysis.operands.length - ended.height);
  return ended;
}
