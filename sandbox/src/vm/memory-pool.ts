import { type EngineMemory, webAssembly } from "../wasm/engine.ts";
import type { RuntimeParameters } from "./interface.ts";

const PAGE_BYTES = 65_536;

/** Memory is compared with zeros, and cleared where it differs, in pieces of this size. */
const ZEROS = Buffer.alloc(262_144);

/**
 * A memory that waits for the next call, by its initial and maximum pages. Nearly all calls use nearcore's 64 MB; a
 * new one for each would make V8 collect garbage at every call.
 */
const idle = new Map<string, EngineMemory>();

/** A memory of nearcore's initial size, all zeros. */
export function takeMemory(parameters: RuntimeParameters): EngineMemory {
  const key = poolKey(parameters);
  const known = idle.get(key);
  idle.delete(key);
  return known ?? new webAssembly.Memory(sizes(parameters));
}

/** Takes a memory back once its call has ended, however it ended. A memory that grew can't shrink and is dropped. */
export function giveMemoryBack(parameters: RuntimeParameters, memory: EngineMemory): void {
  if (memory.buffer.byteLength !== sizes(parameters).initial * PAGE_BYTES) return;
  clear(Buffer.from(memory.buffer));
  idle.set(poolKey(parameters), memory);
}

/** Reading tells far faster than writing which parts a call has touched. */
function clear(bytes: Buffer): void {
  for (let start = 0; start < bytes.length; start += ZEROS.length) {
    const piece = bytes.subarray(start, start + ZEROS.length);
    if (Buffer.compare(piece, ZEROS.subarray(0, piece.length)) !== 0) piece.fill(0);
  }
}

function sizes({ limits }: RuntimeParameters): { readonly initial: number; readonly maximum: number } {
  return { initial: Number(limits.initial_memory_pages), maximum: Number(limits.max_memory_pages) };
}

function poolKey(parameters: RuntimeParameters): string {
  const { initial, maximum } = sizes(parameters);
  return `${initial} ${maximum}`;
}
