import type { CallState } from "./call-state.ts";
import { payCost } from "./gas-counter.ts";
import { HostError } from "./host-error.ts";
import { readRegister } from "./registers.ts";

/** A length of u64::MAX means: the pointer is a register. */
export const IN_REGISTER = 2n ** 64n - 1n;

/** A copy of guest memory, paid for. Throws `MemoryAccessViolation` outside of it. */
export function readMemory(state: CallState, pointer: bigint, length: bigint): Uint8Array {
  payCost(state.gas, "read_memory_base");
  payCost(state.gas, "read_memory_byte", length);
  return readMemoryForFree(state, pointer, length);
}

export function readMemoryForFree(state: CallState, pointer: bigint, length: bigint): Uint8Array {
  const memory = state.memory();
  requireInside(memory, pointer, length);
  return memory.slice(Number(pointer), Number(pointer + length));
}

/** Bytes from memory, or from a register if `length` is {@link IN_REGISTER}. */
export function readBlob(state: CallState, length: bigint, pointer: bigint): Uint8Array {
  return length === IN_REGISTER
    ? readRegister(state.registers, state.gas, pointer)
    : readMemory(state, pointer, length);
}

export function writeMemory(state: CallState, pointer: bigint, bytes: Uint8Array): void {
  payCost(state.gas, "write_memory_base");
  payCost(state.gas, "write_memory_byte", BigInt(bytes.length));
  const memory = state.memory();
  requireInside(memory, pointer, BigInt(bytes.length));
  memory.set(bytes, Number(pointer));
}

/** A little-endian unsigned number of `length` bytes. */
export function readUint(state: CallState, pointer: bigint, length: bigint): bigint {
  return readMemory(state, pointer, length).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function writeU128(state: CallState, pointer: bigint, value: bigint): void {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt.asUintN(64, value), true);
  view.setBigUint64(8, value >> 64n, true);
  writeMemory(state, pointer, bytes);
}

function requireInside(memory: Uint8Array, pointer: bigint, length: bigint): void {
  if (pointer + length > BigInt(memory.length)) throw new HostError("MemoryAccessViolation");
}
