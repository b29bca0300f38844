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

/** Speed matters more than size in the units that run all the time. */
const UNITS: readonly { readonly source: string; readonly level: string; readonly freestanding: boolean }[] =
  [
    { source: "glue/engine.c", level: "-Oz", freestanding: false },
    { source: "quickjs/libregexp.c", level: "-Oz", freestanding: false },
    { source: "quickjs/libunicode.c", level: "-Oz", freestanding: false },
    { source: "quickjs/cutils.c", level: "-Oz", freestanding: false },
    { source: "quickjs/libbf.c", level: "-Oz", freestanding: false },
    { source: "glue/memory.c", level: "-O2", freestanding: true },
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
  const quickjs = readSources(QUICKJS, (file, text) => patchSource(file, text, patches));
  return { quickjs, glue: readSources(GLUE, (_file, text) => text) };
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
