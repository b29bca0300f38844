import type { Bundle } from "./bundle.ts";
import { call, engineError, startEngine, withBytes } from "./engine-instance.ts";
import { languageUses } from "./language-uses.ts";
import { RELEASE_PREFIX } from "./quickjs-releases.ts";
import { refuseReplacedGlobals } from "./replaced-globals.ts";
import { neededElements } from "./trim-table.ts";
import {
  concat,
  name,
  readSections,
  SECTION,
  type Section,
  s32,
  u32,
  vector,
  writeModule,
} from "./wasm-binary.ts";
import { importedFunctions, parseModule, type WasmModule } from "./wasm-module.ts";
import type { WasmInstance } from "./webassembly.ts";

/** Compiles a JavaScript module to QuickJS bytecode with the compiler engine. Throws with the engine's message. */
export function compileToBytecode(compiler: Uint8Array, source: string): Uint8Array {
  const engine = startEngine(compiler);
  const text = new TextEncoder().encode(source);
  return withBytes(engine, text, (address) => {
    const length = call(engine, "engine_compile", address, text.length);
    if (length < 0) throw new Error(`the bundled contract does not compile: ${engineError(engine)}`);
    const start = call(engine, "engine_bytecode");
    return new Uint8Array(engine.memory.buffer).slice(start, start + length);
  });
}

/**
 * Pre-initialises: loads the bytecode of `bundle` into the runtime engine, runs the module body, and writes the memory
 * back into the module as data, with one `() -> ()` export for every method. A call then starts where the module body
 * ended.
 */
export function snapshot(runtime: Uint8Array, bytecode: Uint8Array, bundle: Bundle): Uint8Array {
  const { methods, code } = bundle;
  const engine = startEngine(runtime);
  const stackBefore = stackPointer(engine);
  trimBuiltIns(engine, code);
  withBytes(engine, bytecode, (address) => {
    if (call(engine, "engine_load", address, bytecode.length) < 0) {
      throw new Error(`the contract's module body fails at build time: ${engineError(engine)}`);
    }
  });
  const numbers = methods.map((method) => registerMethod(engine, method));
  call(engine, "engine_seal");
  if (stackPointer(engine) !== stackBefore)
    throw new Error("the engine left its stack unbalanced after loading");
  const memory = new Uint8Array(engine.memory.buffer);
  // what the stack held is of no use any more
  memory.fill(0, 0, stackBefore);
  return withSnapshot(runtime, memory, methods, numbers);
}

/** Names that the engine itself looks up on built-in objects. */
const IMPLICIT_NAMES = (
  "add done exec flags get join lastIndex length message name next prototype return set throw toString value valueOf " +
  // template literals compile to calls of concat; the iterators by symbol are aliases of the last three
  "concat raw entries keys values"
).split(" ");

/** `MAX_KEPT` of trim.c. */
const MOST_NAMES = 4096;

/** Takes out every built-in property whose name occurs nowhere in the code. */
function trimBuiltIns(engine: WasmInstance, code: string): void {
  const names = new Set([...(code.match(/[A-Za-z_$][\w$]*/g) ?? []), ...IMPLICIT_NAMES]);
  if (names.size > MOST_NAMES)
    throw new Error(
      `the bundled contract has ${names.size} different names and words, more than ${MOST_NAMES}`,
    );
  refuseReplacedGlobals(code);
  for (const kept of names) {
    withBytes(engine, new TextEncoder().encode(kept), (address) => call(engine, "engine_keep", address));
  }
  call(engine, "engine_trim", languageUses(code));
}

function registerMethod(engine: WasmInstance, method: string): number {
  const number = withBytes(engine, new TextEncoder().encode(method), (address) =>
    call(engine, "engine_method", address),
  );
  if (number < 0)
    throw new Error(`the contract bundle exports no function ${method}, or more than 256 methods`);
  return number;
}

function stackPointer(engine: WasmInstance): number {
  return (engine.exports.__stack_pointer as { value: number }).value;
}

function withSnapshot(
  wasm: Uint8Array,
  memory: Uint8Array,
  methods: readonly string[],
  numbers: readonly number[],
): Uint8Array {
  const module = parseModule(wasm);
  const engineCall = module.exports.find((e) => e.name === "engine_call")!.index;
  const firstThunk = importedFunctions(module).length + module.bodies.length;
  const voidType = module.types.findIndex((t) => t.params.length === 0 && t.results.length === 0);
  const pages = memory.length / 65536;
  const thunks = numbers.map((number) => [0, 0x41, ...s32(number), 0x10, ...u32(engineCall), 0x0b]);
  const released = withoutReleases(module);
  const bodies = [...released, ...thunks].map((body) => concat([u32(body.length), body]));
  const replaced = new Map<number, Uint8Array>([
    [SECTION.function, vector([...module.functionTypes, ...thunks.map(() => voidType)].map(u32))],
    [SECTION.memory, vector([[0, ...u32(pages)]])],
    [
      SECTION.export,
      vector([
        [...name("memory"), 2, 0],
        ...methods.map((method, i) => [...name(method), 0, ...u32(firstThunk + i)]),
      ]),
    ],
    [SECTION.element, neededElements(wasm, module, released, engineCall, memory)],
    [SECTION.code, vector(bodies)],
    [SECTION.data, dataSection(memory)],
  ]);
  const dropped: number[] = [SECTION.data, SECTION.dataCount, 0];
  const kept: Section[] = readSections(wasm)
    .filter((s) => !dropped.includes(s.id))
    .map((s) => ({ id: s.id, content: replaced.get(s.id) ?? s.content }));
  return writeModule([...kept, { id: SECTION.data, content: replaced.get(SECTION.data)! }]);
}

/** The bodies, those of functions that only give memory back emptied. */
function withoutReleases(module: WasmModule): Uint8Array[] {
  const bodies = [...module.bodies];
  const first = importedFunctions(module).length;
  const releases = module.exports.filter((e) => e.name.startsWith(RELEASE_PREFIX));
  for (const { index } of releases) bodies[index - first] = Uint8Array.of(0, 0x0b);
  return bodies;
}

/** A run of zeros shorter than this costs less inside a segment than a new segment would. */
const SEGMENT_OVERHEAD = 8;

function dataSection(memory: Uint8Array): Uint8Array {
  const segments: Uint8Array[] = [];
  let start = nextByte(memory, 0);
  while (start < memory.length) {
    let end = start;
    let next = start;
    while (next < memory.length && next - end <= SEGMENT_OVERHEAD) {
      end = next;
      while (end < memory.length && memory[end] !== 0) end++;
      next = nextByte(memory, end);
    }
    segments.push(concat([[0, 0x41, ...s32(start), 0x0b], u32(end - start), memory.subarray(start, end)]));
    start = next;
  }
  return vector(segments);
}

/** Address of the first byte from `from` on that is not zero. */
function nextByte(memory: Uint8Array, from: number): number {
  let at = from;
  while (at < memory.length && memory[at] === 0) at++;
  return at;
}
