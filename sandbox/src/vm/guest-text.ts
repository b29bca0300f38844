import type { CallState } from "./call-state.ts";
import { payCost } from "./gas-counter.ts";
import { IN_REGISTER, readMemory, readMemoryForFree, readUint } from "./guest-memory.ts";
import { HostError } from "./host-error.ts";

const NUL_TERMINATED = IN_REGISTER;
const U64_MAX = 2n ** 64n - 1n;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const strictUtf16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });

/** UTF-8 text for a log or panic; NUL-terminated when `length` is u64::MAX. */
export function readUtf8(state: CallState, length: bigint, pointer: bigint): string {
  payCost(state.gas, "utf8_decoding_base");
  const room = logRoom(state);
  if (length !== NUL_TERMINATED && length > room) throw logLengthExceeded(state, length);
  const bytes =
    length === NUL_TERMINATED ? readUntilNul(state, pointer, room) : readMemory(state, pointer, length);
  payCost(state.gas, "utf8_decoding_byte", BigInt(bytes.length));
  return decodeUtf8(bytes);
}

/** UTF-16 text for a log or `abort`; NUL-terminated when `length` is u64::MAX. */
export function readUtf16(state: CallState, length: bigint, pointer: bigint): string {
  payCost(state.gas, "utf16_decoding_base");
  const room = logRoom(state);
  const bytes =
    length === NUL_TERMINATED
      ? readMemoryForFree(state, pointer, utf16Length(state, pointer, room))
      : readMemory(state, pointer, length);
  if (bytes.length % 2 !== 0) throw new HostError("BadUTF16");
  const bytesLength = BigInt(bytes.length);
  if (bytesLength > room) throw logLengthExceeded(state, bytesLength);
  payCost(state.gas, "utf16_decoding_byte", bytesLength);
  try {
    return strictUtf16.decode(bytes);
  } catch {
    throw new HostError("BadUTF16");
  }
}

/** Throws nearcore's `BadUTF8` for anything else than UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new HostError("BadUTF8");
  }
}

/** The error for a log of `length` bytes on top of what was logged. */
export function logLengthExceeded(state: CallState, length: bigint): HostError {
  const total = state.totalLogLength + length;
  return new HostError("TotalLogLengthExceeded", {
    length: total > U64_MAX ? U64_MAX : total,
    limit: state.request.parameters.limits.max_total_log_length!,
  });
}

function logRoom(state: CallState): bigint {
  const room = state.request.parameters.limits.max_total_log_length! - state.totalLogLength;
  return room > 0n ? room : 0n;
}

function readUntilNul(state: CallState, pointer: bigint, room: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0n; i <= room; i++) {
    const byte = Number(readUint(state, checkedPointer(pointer + i), 1n));
    if (byte === 0) break;
    if (i === room) throw logLengthExceeded(state, room + 1n);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function utf16Length(state: CallState, pointer: bigint, room: bigint): bigint {
  for (let length = 0n; ; ) {
    if (readUint(state, checkedPointer(pointer + length), 2n) === 0n) return length;
    length += 2n;
    if (length > room) throw logLengthExceeded(state, length);
  }
}

function checkedPointer(pointer: bigint): bigint {
  if (pointer > U64_MAX) throw new HostError("MemoryAccessViolation");
  return pointer;
}
