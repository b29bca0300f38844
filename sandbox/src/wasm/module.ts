/** Value types by their byte in the binary format. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const FUNCREF = 0x70;

export const MAGIC_AND_VERSION: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Section ids of the binary format. */
export const SECTION = {
  custom: 0,
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

/** Kinds of imports and exports. */
export const EXTERNAL = { function: 0, table: 1, memory: 2, global: 3 } as const;

export interface FunctionType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** Half-open range of bytes in the module. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ImportEntry {
  readonly module: string;
  readonly name: string;
  readonly kind: number;
  /** Of a function; 0 for other kinds. */
  readonly typeIndex: number;
}

export interface TableType {
  readonly elementType: number;
  readonly initial: number;
  /** null = no maximum declared. */
  readonly maximum: number | null;
}

export interface ExportEntry {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** A module's structure; bodies and segments stay ranges of `bytes`. Custom sections are dropped. */
export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly types: readonly FunctionType[];
  /** What the type section says it has; in a module that validates, as many as `types`. */
  readonly declaredTypes: number;
  readonly imports: readonly ImportEntry[];
  readonly importedFunctions: number;
  /** Type index of every function, imported ones first. */
  readonly functionTypes: readonly number[];
  /** Defined tables (imported ones are refused at preparation). */
  readonly tables: readonly TableType[];
  /** Value type of every defined global (imported ones are refused at preparation). */
  readonly globals: readonly number[];
  readonly exports: readonly ExportEntry[];
  readonly startFunction: number | null;
  /** What the code section says it has; in a module that validates, as many as `bodies`. */
  readonly declaredBodies: number;
  readonly bodies: readonly ByteRange[];
  /** Contents of every non-custom section, without id and size, by id. */
  readonly sections: ReadonlyMap<number, ByteRange>;
}
