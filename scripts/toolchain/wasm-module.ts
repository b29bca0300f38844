import {
  type Reader,
  readByte,
  readBytes,
  readName,
  readSections,
  readU32,
  readVector,
  SECTION,
  skipLeb,
} from "./wasm-binary.ts";

export interface FunctionType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: "function" | "other";
  readonly typeIndex: number;
}

export interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** What the toolchain needs to know of a module; `bodies` are the functions it defines, locals included. */
export interface WasmModule {
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  readonly functionTypes: readonly number[];
  readonly tableMinimums: readonly number[];
  readonly memoryMinimum: number;
  readonly globalCount: number;
  readonly exports: readonly Export[];
  readonly hasStart: boolean;
  readonly bodies: readonly Uint8Array[];
}

/** Reads a module of the MVP kind (what NEAR accepts); code is not decoded. */
export function parseModule(wasm: Uint8Array): WasmModule {
  const sections = new Map(readSections(wasm).map((s) => [s.id, s.content]));
  const vectorOf = <T>(id: number, readItem: (r: Reader) => T): T[] => {
    const content = sections.get(id);
    return content ? readVector({ bytes: content, at: 0 }, readItem) : [];
  };
  return {
    types: vectorOf(SECTION.type, readType),
    imports: vectorOf(SECTION.import, readImport),
    functionTypes: vectorOf(SECTION.function, readU32),
    tableMinimums: vectorOf(SECTION.table, (r) => {
      readByte(r);
      return readLimits(r);
    }),
    memoryMinimum: vectorOf(SECTION.memory, readLimits)[0] ?? 0,
    globalCount: sections.has(SECTION.global) ? readU32({ bytes: sections.get(SECTION.global)!, at: 0 }) : 0,
    exports: vectorOf(SECTION.export, (r) => ({ name: readName(r), kind: readByte(r), index: readU32(r) })),
    hasStart: sections.has(SECTION.start),
    bodies: vectorOf(SECTION.code, (r) => readBytes(r, readU32(r))),
  };
}

/** Imported functions, in the order of their indices. */
export function importedFunctions(module: WasmModule): Import[] {
  return module.imports.filter((i) => i.kind === "function");
}

/** Names of the functions a module exports, sorted. */
export function exportedFunctions(module: WasmModule): string[] {
  return module.exports
    .filter((e) => e.kind === 0)
    .map((e) => e.name)
    .sort();
}

/** Type of a function by its index, imported ones first. */
export function typeOfFunction(module: WasmModule, index: number): FunctionType {
  const imported = importedFunctions(module);
  const typeIndex =
    index < imported.length ? imported[index]!.typeIndex : module.functionTypes[index - imported.length]!;
  return module.types[typeIndex]!;
}

function readType(r: Reader): FunctionType {
  readByte(r);
  return { params: readVector(r, readByte), results: readVector(r, readByte) };
}

function readLimits(r: Reader): number {
  const bounded = readByte(r) & 1;
  const minimum = readU32(r);
  if (bounded) readU32(r);
  return minimum;
}

function readImport(r: Reader): Import {
  const module = readName(r);
  const name = readName(r);
  switch (readByte(r)) {
    case 0:
      return { module, name, kind: "function", typeIndex: readU32(r) };
    case 1:
      readByte(r);
      readLimits(r);
      break;
    case 2:
      readLimits(r);
      break;
    default:
      readByte(r);
      skipLeb(r);
  }
  return { module, name, kind: "other", typeIndex: -1 };
}
