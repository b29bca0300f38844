import { type ByteWriter, writeByte, writeF64, writeS32, writeU32 } from "../wasm/byte-writer.ts";

/** Why instrumented code stopped itself with `unreachable`: the value of the `stop` global, 0 = it did not. */
export const STOP = { gas: 1, stack: 2, nullCallee: 3 } as const;

/** Indices of the globals that instrumentation adds behind the contract's own. */
export interface InjectedGlobals {
  /** f64: gas left; exact, since gas stays far below 2^53. */
  readonly gas: number;
  /** i32: stack bytes left. */
  readonly stack: number;
  /** i32: one of {@link STOP}. */
  readonly stop: number;
  /** f64: the charge that was not covered. */
  readonly unpaid: number;
}

const EMPTY_BLOCK = 0x40;
const OP = {
  unreachable: 0x00,
  block: 0x02,
  if: 0x04,
  end: 0x0b,
  select: 0x1b,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  i32Const: 0x41,
  f32Const: 0x43,
  f64Const: 0x44,
  i32LtS: 0x48,
  f32Eq: 0x5b,
  f64Eq: 0x61,
  f64Lt: 0x63,
  i32Add: 0x6a,
  f64Add: 0xa0,
  f64Sub: 0xa1,
  f64Mul: 0xa2,
  f64ConvertI32U: 0xb8,
  refIsNull: 0xd1,
} as const;

/** `gas -= charge`, without looking whether it was there. */
export function emitSpend(writer: ByteWriter, globals: InjectedGlobals, charge: number): void {
  indexed(writer, OP.globalGet, globals.gas);
  f64Const(writer, charge);
  writeByte(writer, OP.f64Sub);
  indexed(writer, OP.globalSet, globals.gas);
}

/** Stops when gas went below zero. */
export function emitGasCheck(writer: ByteWriter, globals: InjectedGlobals): void {
  indexed(writer, OP.globalGet, globals.gas);
  f64Const(writer, 0);
  writeByte(writer, OP.f64Lt);
  stopIf(writer, globals, STOP.gas);
}

/** `gas -= charge`, or, if there is less, notes the charge and stops with gas untouched. */
export function emitCheckedSpend(writer: ByteWriter, globals: InjectedGlobals, charge: number): void {
  indexed(writer, OP.globalGet, globals.gas);
  f64Const(writer, charge);
  writeByte(writer, OP.f64Lt);
  emitIf(writer);
  f64Const(writer, charge);
  indexed(writer, OP.globalSet, globals.unpaid);
  emitStop(writer, globals, STOP.gas);
  writeByte(writer, OP.end);
  emitSpend(writer, globals, charge);
}

/**
 * For a bulk operator whose count is on top of the stack: `gas -= base + count × unit`, or notes that charge and
 * stops with gas untouched. `countLocal` (i32) is overwritten; the stack is left as it was.
 */
export function emitBulkSpend(
  writer: ByteWriter,
  globals: InjectedGlobals,
  base: number,
  unit: number,
  countLocal: number,
): void {
  indexed(writer, OP.localTee, countLocal);
  writeByte(writer, OP.f64ConvertI32U);
  f64Const(writer, unit);
  writeByte(writer, OP.f64Mul);
  f64Const(writer, base);
  writeByte(writer, OP.f64Add);
  indexed(writer, OP.globalSet, globals.unpaid);
  indexed(writer, OP.globalGet, globals.gas);
  indexed(writer, OP.globalGet, globals.unpaid);
  writeByte(writer, OP.f64Lt);
  stopIf(writer, globals, STOP.gas);
  indexed(writer, OP.globalGet, globals.gas);
  indexed(writer, OP.globalGet, globals.unpaid);
  writeByte(writer, OP.f64Sub);
  indexed(writer, OP.globalSet, globals.gas);
  indexed(writer, OP.localGet, countLocal);
}

/** `stack += bytes` (negative on entry). */
export function emitMoveStack(writer: ByteWriter, globals: InjectedGlobals, bytes: number): void {
  indexed(writer, OP.globalGet, globals.stack);
  writeByte(writer, OP.i32Const);
  writeS32(writer, bytes);
  writeByte(writer, OP.i32Add);
  indexed(writer, OP.globalSet, globals.stack);
}

/** Stops when the stack went below zero. */
export function emitStackCheck(writer: ByteWriter, globals: InjectedGlobals): void {
  indexed(writer, OP.globalGet, globals.stack);
  writeByte(writer, OP.i32Const);
  writeS32(writer, 0);
  writeByte(writer, OP.i32LtS);
  stopIf(writer, globals, STOP.stack);
}

/** Before `call_indirect`: stops when the table element is null (V8's trap does not tell that from a wrong type). */
export function emitNullCalleeCheck(
  writer: ByteWriter,
  globals: InjectedGlobals,
  table: number,
  indexLocal: number,
): void {
  indexed(writer, OP.localTee, indexLocal);
  indexed(writer, OP.tableGet, table);
  writeByte(writer, OP.refIsNull);
  stopIf(writer, globals, STOP.nullCallee);
  indexed(writer, OP.localGet, indexLocal);
}

/** Replaces a NaN on top of the stack by the canonical one, as wasmtime does under nearcore's settings. */
export function emitCanonicalNan32(writer: ByteWriter, valueLocal: number): void {
  canonicalNan(writer, valueLocal, OP.f32Const, [0x00, 0x00, 0xc0, 0x7f], OP.f32Eq);
}

/** {@link emitCanonicalNan32} for doubles. */
export function emitCanonicalNan64(writer: ByteWriter, valueLocal: number): void {
  canonicalNan(writer, valueLocal, OP.f64Const, [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], OP.f64Eq);
}

/** Opens the block around a body; `result` null for none. */
export function emitBlock(writer: ByteWriter, result: number | null): void {
  writeByte(writer, OP.block);
  writeByte(writer, result ?? EMPTY_BLOCK);
}

export function emitEnd(writer: ByteWriter): void {
  writeByte(writer, OP.end);
}

function canonicalNan(
  writer: ByteWriter,
  valueLocal: number,
  constant: number,
  bits: readonly number[],
  equals: number,
): void {
  indexed(writer, OP.localTee, valueLocal);
  writeByte(writer, constant);
  for (const byte of bits) writeByte(writer, byte);
  indexed(writer, OP.localGet, valueLocal);
  indexed(writer, OP.localGet, valueLocal);
  writeByte(writer, equals);
  writeByte(writer, OP.select);
}

function stopIf(writer: ByteWriter, globals: InjectedGlobals, reason: number): void {
  emitIf(writer);
  emitStop(writer, globals, reason);
  writeByte(writer, OP.end);
}

function emitIf(writer: ByteWriter): void {
  writeByte(writer, OP.if);
  writeByte(writer, EMPTY_BLOCK);
}

function emitStop(writer: ByteWriter, globals: InjectedGlobals, reason: number): void {
  writeByte(writer, OP.i32Const);
  writeS32(writer, reason);
  indexed(writer, OP.globalSet, globals.stop);
  writeByte(writer, OP.unreachable);
}

function indexed(writer: ByteWriter, opcode: number, index: number): void {
  writeByte(writer, opcode);
  writeU32(writer, index);
}

function f64Const(writer: ByteWriter, value: number): void {
  writeByte(writer, OP.f64Const);
  writeF64(writer, value);
}
