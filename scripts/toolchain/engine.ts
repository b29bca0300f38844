import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClangFiles, clang } from "./clang.ts";
import { projectPath } from "./paths.ts";
import { COMMON_PATCHES, patchSource, RUNTIME_PATCHES } from "./quickjs-patches.ts";
import { wasmOpt } from "./wasm-opt.ts";

/** `compiler` has the parser and turns sources into bytecode; `runtime` is what contracts carry. */
export type EngineKind = "compiler" | "runtime";

const QUICKJS = projectPath("node_modules/qjsc/deps/quickjs_2021_03_27");
const GLUE = projectPath("contract/engine");

const TARGET = [
  "--target=wasm32-wasip1",
  "-mcpu=mvp",
  "-msign-ext",
  "-mnontrapping-fptoint",
  "-mmutable-globals",
];
const DEFINES = [
  "-D_GNU_SOURCE",
  "-DEMSCRIPTEN",
  "-DNDEBUG",
  "-DCONFIG_BIGNUM",
  '-DCONFIG_VERSION="2021-03-27"',
];

/**
 * Function pointers begin here, so that hardly any other number in memory or code looks like one: the snapshot keeps
 * every function whose pointer it sees.
 */
export const TABLE_BASE = 5000;

/** Speed matters more than size in the units that run all the time. */
const UNITS: readonly { readonly source: string; readonly level: string; readonly freestanding: boolean }[] =
  [
    { source: "glue/engine.c", level: "-Os", freestanding: false },
    { source: "quickjs/libregexp.c", level: "-Oz", freestanding: false },
    { source: "quickjs/libunicode.c", level: "-Oz", freestanding: false },
    { source: "quickjs/cutils.c", level: "-Oz", freestanding: false },
    { source: "quickjs/libbf.c", level: "-Oz", freestanding: false },
    { source: "glue/memory.c", level: "-O2", freestanding: true },
    { source: "glue/derive.c", level: "-Oz", freestanding: true },
    { source: "glue/numbers.c", level: "-Oz", freestanding: true },
    { source: "glue/stubs.c", level: "-Oz", freestanding: true },
  ];

/** Compiles QuickJS and our glue to one wasm module. Takes 10 to 30 seconds. */
export async function compileEngine(kind: EngineKind): Promise<Uint8Array> {
  const files = engineSources(kind);
  const objects: ClangFiles = {};
  for (const unit of UNITS) {
    const object = `${unit.source.replace(/^.*\/|\.c$/g, "")}.o`;
    const made = await clang([...compileFlags(kind, unit), "-c", unit.source, "-o", object], files);
    objects[object] = expectFile(made, object);
  }
  const linked = await clang(
    [...linkFlags(kind), ...Object.keys(objects), "-lm", "-o", "engine.wasm"],
    objects,
  );
  const wasm = expectFile(linked, "engine.wasm");
  if (kind === "compiler") return wasm;
  // the C library's memcpy and friends use bulk-memory instructions, which nearcore refuses
  return wasmOpt(wasm, [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--llvm-memory-copy-fill-lowering",
    "-g",
  ]);
}

/** Every C file an engine is made of, patched; the cache key and the fingerprint are made of these. */
export function engineSources(kind: EngineKind): { quickjs: ClangFiles; glue: ClangFiles } {
  const patches = kind === "runtime" ? [...COMMON_PATCHES, ...RUNTIME_PATCHES] : COMMON_PATCHES;
  const quickjs = readSources(QUICKJS, (file, text) => writableTables(patchSource(file, text, patches)));
  const glue = readSources(GLUE, (_file, text) => text);
  return { quickjs, glue: { ...glue, "builtin-tables.h": wipeTables(quickjs["quickjs.c"] as string) } };
}

const TABLE = /^static (?:const )?JSCFunctionListEntry (\w+)\[\]/gm;

/** Tables that our settings leave out. */
const ABSENT_TABLES = ["js_string_proto_normalize", "js_atomics_funcs", "js_atomics_obj"];

/** The tables of built-ins are dead once the built-ins are made: writable, so that the build can wipe them. */
function writableTables(source: string): string {
  return source.replace(/^static const (JSCFunctionListEntry \w+\[\])/gm, "static $1");
}

function wipeTables(source: string): string {
  const names = new Set([...source.matchAll(TABLE)].map((match) => match[1] ?? ""));
  for (const absent of ABSENT_TABLES) names.delete(absent);
  const wipes = [...names].map((name) => `    memset(${name}, 0, sizeof ${name});`);
  return `static void wipe_builtin_tables(void)\n{\n${wipes.join("\n")}\n}\n`;
}

/** Compiler and linker settings as text, for the cache key. */
export function engineSettings(kind: EngineKind): string {
  return JSON.stringify([UNITS.map((unit) => compileFlags(kind, unit)), linkFlags(kind)]);
}

function compileFlags(kind: EngineKind, unit: (typeof UNITS)[number]): string[] {
  return [
    ...TARGET,
    ...DEFINES,
    ...(kind === "compiler" ? ["-DENGINE_COMPILER"] : []),
    // -flto -Oz is also the fastest way through this compiler: its unoptimised code generation takes four times as long
    ...["-flto", unit.level],
    ...(unit.freestanding ? ["-fno-builtin"] : []),
    ...["-w", "-fno-strict-aliasing", "-fno-common", "-Iglue", "-Iquickjs"],
  ];
}

function linkFlags(kind: EngineKind): string[] {
  return [
    ...TARGET,
    ...[
      "-nostartfiles",
      "-Wl,--no-entry",
      "-Wl,--stack-first",
      "-Wl,--gc-sections",
      `-Wl,--table-base=${TABLE_BASE}`,
      "-Wl,--export=__stack_pointer",
    ],
    ...["-Oz", "-flto", "-Wl,-z,stack-size=262144"],
    ...(kind === "compiler" ? ["-Wl,--lto-O1"] : ["-Wl,--lto-O3", "-Wl,--strip-debug"]),
  ];
}

function readSources(folder: string, transform: (file: string, text: string) => string): ClangFiles {
  const names = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  return Object.fromEntries(
    names.sort().map((name) => [name, transform(name, readFileSync(join(folder, name), "latin1"))]),
  );
}

function expectFile(files: ClangFiles, name: string): Uint8Array {
  const content = files[name];
  if (!(content instanceof Uint8Array)) throw new Error(`clang made no ${name}`);
  return content;
}
