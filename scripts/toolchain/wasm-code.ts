import { type Reader, readByte, readU32, skipLeb } from "./wasm-binary.ts";

/** An instruction: its opcode, and the second one after the 0xFC prefix (else 0). */
export interface Instruction {
  readonly opcode: number;
  readonly extended: number;
}

/** A function body taken apart: number of locals (parameters not counted) and its instructions. */
export interface FunctionBody {
  readonly locals: number;
  readonly instructions: readonly Instruction[];
}

/** Decodes a function body; throws on instructions outside MVP, sign extension, saturating and bulk operations. */
export function decodeBody(body: Uint8Array): FunctionBody {
  const reader: Reader = { bytes: body, at: 0 };
  let locals = 0;
  for (let groups = readU32(reader); groups > 0; groups--) {
    locals += readU32(reader);
    readByte(reader);
  }
  const instructions: Instruction[] = [];
  while (reader.at < body.length) instructions.push(readInstruction(reader));
  return { locals, instructions };
}

/** What a function body refers to: functions it calls by index and its i32 constants. */
export interface References {
  readonly calls: readonly number[];
  readonly constants: readonly number[];
}

export function references(body: Uint8Array): References {
  const r: Reader = { bytes: body, at: 0 };
  const calls: number[] = [];
  const constants: number[] = [];
  for (let groups = readU32(r); groups > 0; groups--) {
    skipLeb(r);
    readByte(r);
  }
  while (r.at < body.length) {
    const operand = { bytes: body, at: r.at + 1 };
    if (body[r.at] === 0x10) calls.push(readU32(operand));
    if (body[r.at] === 0x41) constants.push(readS32(operand));
    readInstruction(r);
  }
  return { calls, constants };
}

function readS32(r: Reader): number {
  let value = 0;
  let shift = 0;
  let byte: number;
  do {
    byte = readByte(r);
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  return shift < 32 && byte & 0x40 ? value | (-1 << shift) : value;
}

function readInstruction(r: Reader): Instruction {
  const opcode = readByte(r);
  if (opcode === 0xfc) {
    const extended = readU32(r);
    for (let left = extendedImmediates(extended); left > 0; left--) skipLeb(r);
    return { opcode, extended };
  }
  if (opcode === 0x0e) {
    for (let targets = readU32(r); targets >= 0; targets--) skipLeb(r);
  } else {
    skipImmediates(r, opcode);
  }
  return { opcode, extended: 0 };
}

function skipImmediates(r: Reader, opcode: number): void {
  const isBlock = opcode >= 0x02 && opcode <= 0x04;
  const isBranchOrCall = opcode === 0x0c || opcode === 0x0d || opcode === 0x10;
  const isVariable = opcode >= 0x20 && opcode <= 0x24;
  if (isBlock || isBranchOrCall || isVariable || (opcode >= 0x3f && opcode <= 0x42)) skipLeb(r);
  else if (opcode === 0x11 || (opcode >= 0x28 && opcode <= 0x3e)) {
    skipLeb(r);
    skipLeb(r);
  } else if (opcode === 0x43) r.at += 4;
  else if (opcode === 0x44) r.at += 8;
  else if (opcode > 0xc4 || (opcode > 0x11 && opcode < 0x1a) || opcode === 0x1c) {
    throw new Error(`instruction 0x${opcode.toString(16)} is outside of what NEAR contracts may use`);
  }
}

/** Number of LEB128 operands after 0xFC: saturating conversions 0, memory.init and copy 2, data.drop and fill 1. */
function extendedImmediates(extended: number): number {
  if (extended <= 7) return 0;
  return extended === 9 || extended === 11 ? 1 : 2;
}
