import {
  atEnd,
  type ByteReader,
  byteReader,
  readByte,
  readBytes,
  readName,
  readU32,
  skipBytes,
  skipLeb,
} from "./byte-reader.ts";
import { MalformedModuleError } from "./malformed-module-error.ts";
import {
  type ByteRange,
  EXTERNAL,
  type ExportEntry,
  type FunctionType,
  type ImportEntry,
  MAGIC_AND_VERSION,
  SECTION,
  type TableType,
  type WasmModule,
} from "./module.ts";
import { isValueType } from "./read-operator.ts";

const FUNCTION_FORM = 0x60;
const HAS_MAXIMUM = 1;

/**
 * Reads a module's structure under the features that nearcore enables (no multi-value, SIMD, threads, memory64,
 * multi-memory, extended constants, exceptions, GC). Bodies and segments are not looked into: what this function
 * lets pass still has to be validated. Throws {@link MalformedModuleError}.
 */
export function parseModule(bytes: Uint8Array): WasmModule {
  const reader = byteReader(bytes);
  const header = readBytes(reader, MAGIC_AND_VERSION.length);
  if (!MAGIC_AND_VERSION.every((byte, i) => header[i] === byte)) {
    throw new MalformedModuleError("expected the WebAssembly magic number and version 1");
  }
  const sections = readSections(reader);
  return moduleOf(bytes, sections, readItems(bytes, sections, SECTION.code, readBody));
}

/**
 * What a reader of the stream has seen of a malformed module when it gets to byte `end`: the sections before it, of
 * the type section how many it says it has, and of the code section the bodies that start before it. Throws
 * {@link MalformedModuleError} if even that is malformed.
 */
export function parseModulePrefix(bytes: Uint8Array, end: number): WasmModule {
  const sections = new Map<number, ByteRange>();
  const reader = byteReader(bytes, Math.min(MAGIC_AND_VERSION.length, bytes.length));
  let damagedTypes: ByteRange | undefined;
  while (!atEnd(reader)) {
    const id = readByte(reader);
    const size = readU32(reader);
    const start = reader.position;
    const whole = start + size <= end;
    if (id === SECTION.type && !whole && start <= end && start + size <= bytes.length) {
      damagedTypes = { start, end: start + size };
    }
    if (whole || (id === SECTION.code && start <= end)) {
      sections.set(id, { start, end: Math.min(start + size, bytes.length) });
    }
    if (!whole) break;
    skipBytes(reader, size);
  }
  const seen = moduleOf(bytes, sections, readBodiesBefore(bytes, sections, end));
  return damagedTypes ? { ...seen, declaredTypes: countIn(bytes, damagedTypes) } : seen;
}

function moduleOf(
  bytes: Uint8Array,
  sections: ReadonlyMap<number, ByteRange>,
  bodies: readonly ByteRange[],
): WasmModule {
  const read = <T>(id: number, item: (section: ByteReader) => T): T[] => readItems(bytes, sections, id, item);
  const imports = read(SECTION.import, readImport);
  const functions = imports.filter((entry) => entry.kind === EXTERNAL.function);
  read(SECTION.memory, readMemory);
  return {
    bytes,
    types: read(SECTION.type, readFunctionType),
    declaredTypes: readCount(bytes, sections, SECTION.type),
    imports,
    importedFunctions: functions.length,
    functionTypes: [...functions.map((entry) => entry.typeIndex), ...read(SECTION.function, readU32)],
    tables: read(SECTION.table, readTable),
    globals: read(SECTION.global, readGlobal),
    exports: read(SECTION.export, readExport),
    startFunction: readStart(bytes, sections),
    declaredBodies: readCount(bytes, sections, SECTION.code),
    bodies,
    sections,
  };
}

function readSections(reader: ByteReader): Map<number, ByteRange> {
  const sections = new Map<number, ByteRange>();
  while (!atEnd(reader)) {
    const id = readByte(reader);
    const size = readU32(reader);
    const start = reader.position;
    skipBytes(reader, size);
    if (id === SECTION.custom) {
      readName(byteReader(reader.bytes, start, reader.position));
    } else if (id > SECTION.dataCount || sections.has(id)) {
      throw new MalformedModuleError(`expected known sections, each once, found section ${id} at ${start}`);
    } else {
      sections.set(id, { start, end: reader.position });
    }
  }
  return sections;
}

function readItems<T>(
  bytes: Uint8Array,
  sections: ReadonlyMap<number, ByteRange>,
  id: number,
  item: (section: ByteReader) => T,
): T[] {
  const range = sections.get(id);
  if (range === undefined) return [];
  const section = byteReader(bytes, range.start, range.end);
  const count = readU32(section);
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(item(section));
  if (!atEnd(section)) {
    throw new MalformedModuleError(
      `expected section ${id} to end after ${count} items, found more at ${section.position}`,
    );
  }
  return items;
}

function readCount(bytes: Uint8Array, sections: ReadonlyMap<number, ByteRange>, id: number): number {
  const range = sections.get(id);
  return range === undefined ? 0 : countIn(bytes, range);
}

function countIn(bytes: Uint8Array, { start, end }: ByteRange): number {
  return readU32(byteReader(bytes, start, end));
}

function readBodiesBefore(
  bytes: Uint8Array,
  sections: ReadonlyMap<number, ByteRange>,
  end: number,
): ByteRange[] {
  const range = sections.get(SECTION.code);
  if (range === undefined) return [];
  const reader = byteReader(bytes, range.start, range.end);
  const count = readU32(reader);
  const bodies: ByteRange[] = [];
  while (bodies.length < count && !atEnd(reader)) {
    const size = readU32(reader);
    const start = reader.position;
    if (start > end || size > reader.end - start) break;
    bodies.push({ start, end: start + size });
    reader.position += size;
  }
  return bodies;
}

function readFunctionType(reader: ByteReader): FunctionType {
  if (readByte(reader) !== FUNCTION_FORM) {
    throw new MalformedModuleError(`expected a function type at ${reader.position - 1}`);
  }
  const params = readValueTypes(reader);
  const results = readValueTypes(reader);
  if (results.length > 1) {
    throw new MalformedModuleError(
      `expected at most one result before ${reader.position}, found ${results.length}`,
    );
  }
  return { params, results };
}

function readValueTypes(reader: ByteReader): number[] {
  const types = [...readBytes(reader, readU32(reader))];
  types.forEach(requireValueType);
  return types;
}

function requireValueType(type: number): void {
  if (!isValueType(type)) {
    throw new MalformedModuleError(`expected an enabled value type, found 0x${type.toString(16)}`);
  }
}

function readImport(reader: ByteReader): ImportEntry {
  const module = readName(reader);
  const name = readName(reader);
  const kind = readByte(reader);
  switch (kind) {
    case EXTERNAL.function:
      return { module, name, kind, typeIndex: readU32(reader) };
    case EXTERNAL.table:
      readTable(reader);
      return { module, name, kind, typeIndex: 0 };
    case EXTERNAL.memory:
      readMemory(reader);
      return { module, name, kind, typeIndex: 0 };
    case EXTERNAL.global:
      readGlobalType(reader);
      return { module, name, kind, typeIndex: 0 };
    default:
      throw new MalformedModuleError(
        `expected an import of a function, table, memory or global, found ${kind}`,
      );
  }
}

function readTable(reader: ByteReader): TableType {
  const elementType = readByte(reader);
  requireValueType(elementType);
  const { initial, maximum } = readLimits(reader);
  return { elementType, initial, maximum };
}

function readMemory(reader: ByteReader): void {
  readLimits(reader);
}

function readLimits(reader: ByteReader): { initial: number; maximum: number | null } {
  const flags = readByte(reader);
  if (flags > HAS_MAXIMUM) {
    throw new MalformedModuleError(
      `expected limits with flags 0 or 1 at ${reader.position - 1}, found ${flags}`,
    );
  }
  const initial = readU32(reader);
  return { initial, maximum: flags === HAS_MAXIMUM ? readU32(reader) : null };
}

function readGlobalType(reader: ByteReader): number {
  const type = readByte(reader);
  requireValueType(type);
  if (readByte(reader) > 1) throw new MalformedModuleError(`expected mutability 0 or 1, found more`);
  return type;
}

function readGlobal(reader: ByteReader): number {
  const type = readGlobalType(reader);
  skipConstantExpression(reader);
  return type;
}

/** One constant and `end`: extended constants and `global.get` of defined globals are not enabled. */
function skipConstantExpression(reader: ByteReader): void {
  const opcode = readByte(reader);
  switch (opcode) {
    case 0x41: // i32.const
    case 0xd2: // ref.func
    case 0x23: // global.get, of an imported global only: refused at preparation
      skipLeb(reader, 5);
      break;
    case 0x42:
      skipLeb(reader, 10);
      break;
    case 0x43:
      skipBytes(reader, 4);
      break;
    case 0x44:
      skipBytes(reader, 8);
      break;
    case 0xd0:
      requireValueType(readByte(reader));
      break;
    default:
      throw new MalformedModuleError(`expected a constant, found operator 0x${opcode.toString(16)}`);
  }
  if (readByte(reader) !== 0x0b) {
    throw new MalformedModuleError(
      `expected the end of a constant expression at ${reader.position - 1}, found more`,
    );
  }
}

function readExport(reader: ByteReader): ExportEntry {
  const name = readName(reader);
  const kind = readByte(reader);
  if (kind > EXTERNAL.global) {
    throw new MalformedModuleError(
      `expected an export of a function, table, memory or global, found ${kind}`,
    );
  }
  return { name, kind, index: readU32(reader) };
}

function readStart(bytes: Uint8Array, sections: ReadonlyMap<number, ByteRange>): number | null {
  const range = sections.get(SECTION.start);
  return range === undefined ? null : readU32(byteReader(bytes, range.start, range.end));
}

function readBody(reader: ByteReader): ByteRange {
  const size = readU32(reader);
  const start = reader.position;
  skipBytes(reader, size);
  return { start, end: reader.position };
}
