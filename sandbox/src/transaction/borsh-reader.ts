/** Input that is no Borsh of the expected type; the message has nearcore's wording where it has one. */
export class BorshError extends Error {
  override readonly name = "BorshError";
}

export interface BorshReader {
  readonly bytes: Uint8Array;
  position: number;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function borshReader(bytes: Uint8Array): BorshReader {
  return { bytes, position: 0 };
}

/** The next `length` bytes, as a view. Throws BorshError when fewer are left. */
export function readBytes(reader: BorshReader, length: number): Uint8Array {
  const end = reader.position + length;
  if (end > reader.bytes.length) throw new BorshError("Unexpected length of input");
  const view = reader.bytes.subarray(reader.position, end);
  reader.position = end;
  return view;
}

export function readU8(reader: BorshReader): number {
  return readBytes(reader, 1)[0]!;
}

export function readU32(reader: BorshReader): number {
  return Number(readUnsigned(reader, 4));
}

export function readU64(reader: BorshReader): bigint {
  return readUnsigned(reader, 8);
}

export function readU128(reader: BorshReader): bigint {
  return readUnsigned(reader, 16);
}

/** A length-prefixed byte string; the length is checked against what is left before anything is read. */
export function readByteVec(reader: BorshReader): Uint8Array {
  return readBytes(reader, readU32(reader));
}

export function readString(reader: BorshReader): string {
  const bytes = readByteVec(reader);
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new BorshError("invalid utf-8 sequence");
  }
}

export function readOption<T>(reader: BorshReader, read: (reader: BorshReader) => T): T | null {
  const tag = readU8(reader);
  if (tag === 0) return null;
  if (tag === 1) return read(reader);
  throw new BorshError(`Invalid Option representation: ${tag}. The first byte must be 0 or 1`);
}

/** A length-prefixed list; each item takes at least one byte, so a false length runs out of input quickly. */
export function readVec<T>(reader: BorshReader, read: (reader: BorshReader) => T): T[] {
  const length = readU32(reader);
  if (length > reader.bytes.length - reader.position) throw new BorshError("Unexpected length of input");
  return Array.from({ length }, () => read(reader));
}

/** Throws when input is left over. */
export function expectEnd(reader: BorshReader): void {
  if (reader.position !== reader.bytes.length) throw new BorshError("Not all bytes read");
}

function readUnsigned(reader: BorshReader, length: number): bigint {
  const bytes = readBytes(reader, length);
  let value = 0n;
  for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
  return value;
}
