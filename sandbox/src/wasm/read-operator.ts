import { type ByteReader, readByte, readU32, skipBytes, skipLeb } from "./byte-reader.ts";
import { MalformedModuleError } from "./malformed-module-error.ts";
import { F32, F64, FUNCREF, I32, I64 } from "./module.ts";
import { FC_OPERATORS, OPCODE, OPERATORS, type Operator } from "./operators.ts";

/** One operator of a body. The object is reused by {@link readOperator}: copy what must outlive the next read. */
export interface DecodedOperator {
  start: number;
  end: number;
  opcode: number;
  operator: Operator;
  /** First index immediate (label depth, function, local, type, heap type …), 0 without one. */
  index: number;
  /** Second index immediate (`call_indirect`: the table). */
  secondIndex: number;
  /** Result of a block, null for none. */
  blockResult: number | null;
  /** Label depths of `br_table`, the default last. */
  targets: number[];
}

const EMPTY_BLOCK = 0x40;
const MAX_TARGETS = 65_520;

export function decodedOperator(): DecodedOperator {
  const operator = OPERATORS[1]!;
  return { start: 0, end: 0, opcode: 1, operator, index: 0, secondIndex: 0, blockResult: null, targets: [] };
}

/**
 * Decodes the operator at the reader into `into`. Throws {@link MalformedModuleError} for truncated input and for
 * features that nearcore does not enable (SIMD, threads, tail calls, exceptions, GC, multi-value blocks).
 */
export function readOperator(reader: ByteReader, into: DecodedOperator): void {
  into.start = reader.position;
  into.opcode = readByte(reader);
  const fc = into.opcode === OPCODE.prefixFc;
  const number = fc ? readU32(reader) : into.opcode;
  const operator = (fc ? FC_OPERATORS : OPERATORS)[number];
  if (operator === undefined) {
    throw new MalformedModuleError(
      `expected an enabled operator at ${into.start}, found 0x${into.opcode.toString(16)} ${number}`,
    );
  }
  into.operator = operator;
  into.index = 0;
  readImmediates(reader, operator, into);
  into.end = reader.position;
}

/** Whether `type` is a value type of the enabled features; `externref` counts as garbage collection there. */
export function isValueType(type: number): boolean {
  return type === I32 || type === I64 || type === F32 || type === F64 || type === FUNCREF;
}

function readImmediates(reader: ByteReader, operator: Operator, into: DecodedOperator): void {
  switch (operator.immediates) {
    case "none":
      return;
    case "index":
      into.index = readU32(reader);
      return;
    case "index-index":
      into.index = readU32(reader);
      into.secondIndex = readU32(reader);
      return;
    case "memory-argument":
      readU32(reader);
      readU32(reader);
      return;
    case "leb32":
      skipLeb(reader, 5);
      return;
    case "leb64":
      skipLeb(reader, 10);
      return;
    case "bytes4":
      skipBytes(reader, 4);
      return;
    case "bytes8":
      skipBytes(reader, 8);
      return;
    case "block-type":
      into.blockResult = readBlockType(reader);
      return;
    case "targets":
      into.targets = readTargets(reader);
      return;
    case "types":
      for (let count = readU32(reader); count > 0; count--) readValueType(reader);
      return;
    case "heap-type":
      into.index = readValueType(reader);
      return;
  }
}

function readBlockType(reader: ByteReader): number | null {
  const type = readByte(reader);
  if (type === EMPTY_BLOCK) return null;
  if (!isValueType(type)) {
    throw new MalformedModuleError(
      `expected a block with at most one result at ${reader.position - 1}, found 0x${type.toString(16)}`,
    );
  }
  return type;
}

function readValueType(reader: ByteReader): number {
  const type = readByte(reader);
  if (!isValueType(type)) {
    throw new MalformedModuleError(
      `expected an enabled value type at ${reader.position - 1}, found 0x${type.toString(16)}`,
    );
  }
  return type;
}

function readTargets(reader: ByteReader): number[] {
  const count = readU32(reader);
  if (count > MAX_TARGETS) {
    throw new MalformedModuleError(`expected at most ${MAX_TARGETS} branch targets, found ${count}`);
  }
  const targets: number[] = [];
  for (let i = 0; i <= count; i++) targets.push(readU32(reader));
  return targets;
}
