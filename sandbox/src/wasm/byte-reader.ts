import { MalformedModuleError } from "./malformed-module-error.ts";

/** A cursor over part of a module. Every read checks `end` and throws {@link MalformedModuleError} beyond it. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A reader of `bytes` from `start` (inclusive) to `end` (exclusive). */
export function byteReader(bytes: Uint8Array, start = 0, end = bytes.length): ByteReader {
  if (start > end || end > bytes.length) {
    throw new MalformedModuleError(`expected bytes ${start}..${end}, found only ${bytes.length}`);
  }
  return { bytes, position: start, end };
}

export function atEnd(reader: ByteReader): boolean {
  return reader.position >= reader.end;
}

export function readByte(reader: ByteReader): number {
  if (reader.position >= reader.end) {
    throw new MalformedModuleError(`expected a byte at ${reader.position}, found the end`);
  }
  return reader.bytes[reader.position++]!;
}

/** An unsigned LEB128 of at most 32 bits. */
export function readU32(reader: ByteReader): number {
  let result = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = readByte(reader);
    if (shift === 28 && byte > 0x0f) break;
    result |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return result >>> 0;
  }
  throw new MalformedModuleError(`expected an u32 LEB128 before ${reader.position}, found a longer number`);
}

/** Moves over one LEB128 number of at most `maxBytes` bytes (5 for 32 bits, 10 for 64). */
export function skipLeb(reader: ByteReader, maxBytes: number): void {
  for (let i = 0; i < maxBytes; i++) {
    if ((readByte(reader) & 0x80) === 0) return;
  }
  throw new MalformedModuleError(
    `expected a LEB128 of ${maxBytes} bytes before ${reader.position}, found more`,
  );
}

/** A view of the next `length` bytes (not a copy). */
export function readBytes(reader: ByteReader, length: number): Uint8Array {
  skipBytes(reader, length);
  return reader.bytes.subarray(reader.position - length, reader.position);
}

export function skipBytes(reader: ByteReader, length: number): void {
  if (length > reader.end - reader.position) {
    throw new MalformedModuleError(
      `expected ${length} bytes at ${reader.position}, found ${reader.end - reader.position}`,
    );
  }
  reader.position += length;
}

/** A length-prefixed UTF-8 name. */
export function readName(reader: ByteReader): string {
  const bytes = readBytes(reader, readU32(reader));
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedModuleError(`expected an UTF-8 name before ${reader.position}`);
  }
}
