/** Cursor over a wasm binary. */
export interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Sections of the binary format by number. */
export const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** One section: its number and the bytes of its content. */
export interface Section {
  readonly id: number;
  readonly content: Uint8Array;
}

/** Splits a module into its sections, custom ones (id 0) included. */
export function readSections(wasm: Uint8Array): Section[] {
  if (wasm[0] !== 0 || wasm[1] !== 0x61 || wasm[2] !== 0x73 || wasm[3] !== 0x6d) {
    throw new Error("not a wasm module: expected it to start with \\0asm");
  }
  const reader: Reader = { bytes: wasm, at: 8 };
  const sections: Section[] = [];
  while (reader.at < wasm.length) {
    const id = readByte(reader);
    sections.push({ id, content: readBytes(reader, readU32(reader)) });
  }
  return sections;
}

/** A module made of these sections. */
export function writeModule(sections: readonly Section[]): Uint8Array {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return concat([header, ...sections.flatMap((s) => [[s.id], u32(s.content.length), s.content])]);
}

export function readByte(r: Reader): number {
  const byte = r.bytes[r.at++];
  if (byte === undefined) throw new Error(`wasm ends unexpectedly at byte ${r.at - 1}`);
  return byte;
}

export function readU32(r: Reader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = readByte(r);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

/** Skips a LEB128 number of any width. */
export function skipLeb(r: Reader): void {
  while (readByte(r) >= 0x80);
}

export function readBytes(r: Reader, length: number): Uint8Array {
  r.at += length;
  return r.bytes.subarray(r.at - length, r.at);
}

export function readName(r: Reader): string {
  return new TextDecoder().decode(readBytes(r, readU32(r)));
}

/** Reads a vector: a count, then that many items. */
export function readVector<T>(r: Reader, readItem: (r: Reader) => T): T[] {
  return Array.from({ length: readU32(r) }, () => readItem(r));
}

export function u32(value: number): number[] {
  const out: number[] = [];
  let rest = value >>> 0;
  do {
    out.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest);
  return out;
}

export function s32(value: number): number[] {
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return [...out, low];
    out.push(low | 0x80);
  }
}

export function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...u32(bytes.length), ...bytes];
}

/** A vector section: the count, then the items' bytes. */
export function vector(items: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return concat([u32(items.length), ...items]);
}

export function concat(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
