import { TABLE_BASE } from "./engine.ts";
import {
  type Reader,
  readByte,
  readSections,
  readU32,
  readVector,
  SECTION,
  s32,
  skipLeb,
  u32,
  vector,
} from "./wasm-binary.ts";
import { references } from "./wasm-code.ts";
import { importedFunctions, type WasmModule } from "./wasm-module.ts";

/**
 * The element section with those function pointers that something may still use: a pointer is in use when its number
 * stands in the memory, or in code that can be reached from `engineCall` or through pointers in use. Numbers that only
 * look like a pointer keep a function too many, never one too few; calling one that went is a trap.
 */
export function neededElements(
  wasm: Uint8Array,
  module: WasmModule,
  bodies: readonly Uint8Array[],
  engineCall: number,
  memory: Uint8Array,
): Uint8Array {
  const table = readTable(wasm);
  const imported = importedFunctions(module).length;
  const slots = new Set<number>();
  const reached = new Set<number>([engineCall]);
  const pending = [engineCall];
  const reach = (index: number) => {
    if (reached.has(index)) return;
    reached.add(index);
    pending.push(index);
  };
  const see = (number: number) => {
    const target = table[number - TABLE_BASE];
    if (target === undefined) return;
    slots.add(number - TABLE_BASE);
    reach(target);
  };
  for (const word of new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2)) see(word);
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const body = bodies[index - imported];
    if (body === undefined) continue;
    const { calls, constants } = references(body);
    calls.forEach(reach);
    constants.forEach(see);
  }
  return elementSection(table, slots);
}

/** Function index by position in the table, from {@link TABLE_BASE} on. */
function readTable(wasm: Uint8Array): readonly number[] {
  const content = readSections(wasm).find((section) => section.id === SECTION.element)?.content;
  if (!content) return [];
  const r: Reader = { bytes: content, at: 0 };
  const segments = readVector(r, () => {
    readU32(r);
    readByte(r);
    skipLeb(r);
    readByte(r);
    return readVector(r, readU32);
  });
  if (segments.length !== 1)
    throw new Error(`expected the engine to have one table segment, found ${segments.length}`);
  return segments[0] ?? [];
}

function elementSection(table: readonly number[], slots: ReadonlySet<number>): Uint8Array {
  const segments: (readonly number[])[] = [];
  for (let start = 0; start < table.length; start++) {
    if (!slots.has(start)) continue;
    let end = start;
    while (slots.has(end)) end++;
    const functions = table.slice(start, end);
    segments.push([
      0,
      0x41,
      ...s32(TABLE_BASE + start),
      0x0b,
      ...u32(functions.length),
      ...functions.flatMap(u32),
    ]);
    start = end;
  }
  return vector(segments);
}
