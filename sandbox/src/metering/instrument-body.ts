import { atEnd, type ByteReader, byteReader } from "../wasm/byte-reader.ts";
import {
  type ByteWriter,
  byteWriter,
  writeByte,
  writeRange,
  writeU32,
  writtenBytes,
} from "../wasm/byte-writer.ts";
import { type ByteRange, F32, F64, I32 } from "../wasm/module.ts";
import { OPCODE } from "../wasm/operators.ts";
import { type DecodedOperator, decodedOperator, readOperator } from "../wasm/read-operator.ts";
import type { FunctionAnalysis } from "./analyze-function.ts";
import { POINT } from "./charge-points.ts";
import {
  emitBlock,
  emitBulkSpend,
  emitCanonicalNan32,
  emitCanonicalNan64,
  emitCheckedSpend,
  emitEnd,
  emitGasCheck,
  emitMoveStack,
  emitNullCalleeCheck,
  emitSpend,
  emitStackCheck,
  type InjectedGlobals,
} from "./emit.ts";
import type { MeteringMode } from "./gas-analysis.ts";

interface BodyContext {
  readonly bytes: Uint8Array;
  readonly writer: ByteWriter;
  readonly analysis: FunctionAnalysis;
  readonly globals: InjectedGlobals;
  readonly mode: MeteringMode;
  readonly stackBytes: number;
  /** Next charge point. */
  point: number;
  /** In fast mode: gas of the activation, charged with the first operator. */
  pendingGas: number;
  /** In fast mode: the gas must be looked at before the next operator (function entry, loop header). */
  checkDue: boolean;
}

/**
 * The instrumented body of one function: it charges the activation and every charge point, accounts for stack bytes,
 * and canonicalises NaNs. `regularGas` is the gas of 8 bytes of activation.
 */
export function instrumentBody(
  bytes: Uint8Array,
  body: ByteRange,
  analysis: FunctionAnalysis,
  globals: InjectedGlobals,
  mode: MeteringMode,
  regularGas: number,
): Uint8Array {
  const context: BodyContext = {
    bytes,
    writer: byteWriter((body.end - body.start) * 3 + 64),
    analysis,
    globals,
    mode,
    stackBytes: analysis.frameBytes + analysis.maximumOperandBytes,
    point: 0,
    pendingGas: 0,
    checkDue: true,
  };
  writeLocals(context.writer, analysis);
  emitBlock(context.writer, analysis.type.results[0] ?? null);
  emitMoveStack(context.writer, globals, -context.stackBytes);
  emitStackCheck(context.writer, globals);
  const activationGas = Math.ceil(analysis.frameBytes / 8) * regularGas;
  if (mode === "exact") emitCheckedSpend(context.writer, globals, activationGas);
  else context.pendingGas = activationGas;

  const reader = byteReader(bytes, analysis.operatorsStart, body.end);
  const decoded = decodedOperator();
  while (!atEnd(reader)) {
    readOperator(reader, decoded);
    emitCharges(context, decoded.start);
    context.checkDue = decoded.operator.class === "loop";
    emitOperator(context, reader, decoded);
  }
  return writtenBytes(context.writer);
}

/** Scratch locals come behind the body's own. */
function writeLocals(writer: ByteWriter, analysis: FunctionAnalysis): void {
  const scratch = analysis.scratchTypes.map((type) => ({ count: 1, type }));
  writeU32(writer, analysis.locals.length + scratch.length);
  for (const run of [...analysis.locals, ...scratch]) {
    writeU32(writer, run.count);
    writeByte(writer, run.type);
  }
}

function scratchLocal(analysis: FunctionAnalysis, type: number): number {
  return analysis.localCount + analysis.scratchTypes.indexOf(type);
}

function emitCharges(context: BodyContext, offset: number): void {
  const { offsets, kinds, constants, linears } = context.analysis.points;
  let gas = context.pendingGas;
  let bulk = -1;
  context.pendingGas = 0;
  for (; offsets[context.point] === offset; context.point++) {
    if (kinds[context.point] === POINT.unreachable) continue;
    if (linears[context.point] !== 0) bulk = context.point;
    else if (context.mode === "fast") gas += constants[context.point]!;
    else if (constants[context.point] !== 0) {
      emitCheckedSpend(context.writer, context.globals, constants[context.point]!);
    }
  }
  if (gas !== 0) emitSpend(context.writer, context.globals, gas);
  if (context.mode === "fast" && context.checkDue) emitGasCheck(context.writer, context.globals);
  if (bulk >= 0) {
    emitBulkSpend(
      context.writer,
      context.globals,
      constants[bulk]!,
      linears[bulk]!,
      scratchLocal(context.analysis, I32),
    );
  }
}

function emitOperator(context: BodyContext, reader: ByteReader, decoded: DecodedOperator): void {
  const { writer, globals, analysis } = context;
  if (decoded.opcode === OPCODE.end && atEnd(reader)) {
    emitEnd(writer);
    emitMoveStack(writer, globals, context.stackBytes);
  }
  if (decoded.opcode === OPCODE.return) emitMoveStack(writer, globals, context.stackBytes);
  if (decoded.opcode === OPCODE.callIndirect && context.mode === "exact") {
    emitNullCalleeCheck(writer, globals, decoded.secondIndex, scratchLocal(analysis, I32));
  }
  writeRange(writer, context.bytes, decoded.start, decoded.end);
  if (decoded.operator.canonicalNan === F32) emitCanonicalNan32(writer, scratchLocal(analysis, F32));
  if (decoded.operator.canonicalNan === F64) emitCanonicalNan64(writer, scratchLocal(analysis, F64));
}
