/** A growing byte buffer; `bytes` may be longer than what is written, {@link writtenBytes} is exact. */
export interface ByteWriter {
  bytes: Uint8Array;
  length: number;
}

const f64Scratch = new DataView(new ArrayBuffer(8));

export function byteWriter(capacity = 256): ByteWriter {
  return { bytes: new Uint8Array(capacity), length: 0 };
}

/** What was written so far, as a view. */
export function writtenBytes(writer: ByteWriter): Uint8Array {
  return writer.bytes.subarray(0, writer.length);
}

export function writeByte(writer: ByteWriter, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length++] = byte;
}

/** An unsigned LEB128 of 32 bits. */
export function writeU32(writer: ByteWriter, value: number): void {
  reserve(writer, 5);
  let rest = value >>> 0;
  while (rest > 0x7f) {
    writer.bytes[writer.length++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  writer.bytes[writer.length++] = rest;
}

/** A signed LEB128 of 32 bits. */
export function writeS32(writer: ByteWriter, value: number): void {
  reserve(writer, 5);
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    writer.bytes[writer.length++] = (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  writer.bytes[writer.length++] = rest & 0x7f;
}

/** An IEEE 754 double, little endian. */
export function writeF64(writer: ByteWriter, value: number): void {
  reserve(writer, 8);
  f64Scratch.setFloat64(0, value, true);
  for (let i = 0; i < 8; i++) writer.bytes[writer.length++] = f64Scratch.getUint8(i);
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array | readonly number[]): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** Copies `source[start..end)`; a loop, because most copies are one to three bytes. */
export function writeRange(writer: ByteWriter, source: Uint8Array, start: number, end: number): void {
  reserve(writer, end - start);
  for (let i = start; i < end; i++) writer.bytes[writer.length++] = source[i]!;
}

/** A length-prefixed UTF-8 name. */
export function writeName(writer: ByteWriter, name: string): void {
  const bytes = new TextEncoder().encode(name);
  writeU32(writer, bytes.length);
  writeBytes(writer, bytes);
}

/** A section: id, size, contents. */
export function writeSection(writer: ByteWriter, id: number, contents: Uint8Array): void {
  writeByte(writer, id);
  writeU32(writer, contents.length);
  writeBytes(writer, contents);
}

function reserve(writer: ByteWriter, extra: number): void {
  const needed = writer.length + extra;
  if (needed <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(writer.bytes.length * 2, needed));
  grown.set(writtenBytes(writer));
  writer.bytes = grown;
}
