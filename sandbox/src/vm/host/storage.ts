import { type CallState, prohibitInView } from "../call-state.ts";
import { payCost } from "../gas-counter.ts";
import { readBlob } from "../guest-memory.ts";
import { HostError } from "../host-error.ts";
import { writeRegister } from "../registers.ts";
import { checkStorageProof, recordLookup, recordRemoval, recordValue } from "../storage-proof.ts";
import { type HostFunction, type HostFunctionTable, hostFunction } from "./definition.ts";

/** Values up to this size lie inside the trie's leaf; longer ones cost an extra read. */
const INLINE_VALUE_BYTES = 4000;

export const storageFunctions: HostFunctionTable = {
  storage_write: hostFunction(5, "l", storageWrite),
  storage_read: hostFunction(3, "l", storageRead),
  storage_remove: hostFunction(3, "l", storageRemove),
  storage_has_key: hostFunction(2, "l", (state, keyLength = 0n, keyPointer = 0n) => {
    payCost(state.gas, "base");
    payCost(state.gas, "storage_has_key_base");
    const key = readKey(state, keyLength, keyPointer);
    payCost(state.gas, "storage_has_key_byte", BigInt(key.length));
    recordLookup(state, key, storageKeyText(key));
    checkStorageProof(state);
    return storedValue(state, key) === undefined ? 0n : 1n;
  }),
  storage_iter_prefix: deprecated("storage_iter_prefix", 2),
  storage_iter_range: deprecated("storage_iter_range", 4),
  storage_iter_next: deprecated("storage_iter_next", 3),
};

/** A key as the string that {@link CallState.storageChanges} uses. */
export function storageKeyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}

function storageWrite(
  state: CallState,
  keyLength = 0n,
  keyPointer = 0n,
  valueLength = 0n,
  valuePointer = 0n,
  register = 0n,
): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "storage_write");
  payCost(state.gas, "storage_write_base");
  const key = readKey(state, keyLength, keyPointer);
  const value = readBlob(state, valueLength, valuePointer);
  checkLength(state, "ValueLengthExceeded", value, "max_length_storage_value");
  payCost(state.gas, "storage_write_key_byte", BigInt(key.length));
  payCost(state.gas, "storage_write_value_byte", BigInt(value.length));
  const old = change(state, key, value, "storage_write_evicted_byte");
  checkStorageProof(state);
  if (old === undefined) {
    state.storageUsageBytes += recordBytes(state, key, value);
    return 0n;
  }
  state.storageUsageBytes += BigInt(value.length - old.length);
  writeRegister(state.registers, state.gas, register, old);
  return 1n;
}

function storageRead(state: CallState, keyLength = 0n, keyPointer = 0n, register = 0n): bigint {
  payCost(state.gas, "base");
  payCost(state.gas, "storage_read_base");
  const key = readKey(state, keyLength, keyPointer);
  payCost(state.gas, "storage_read_key_byte", BigInt(key.length));
  const keyText = storageKeyText(key);
  recordLookup(state, key, keyText);
  const value = storedValue(state, key);
  if (value === undefined) {
    checkStorageProof(state);
    return 0n;
  }
  payCost(state.gas, "storage_read_value_byte", BigInt(value.length));
  if (value.length > INLINE_VALUE_BYTES) {
    payCost(state.gas, "storage_large_read_overhead_base");
    payCost(state.gas, "storage_large_read_overhead_byte", BigInt(value.length));
  }
  recordValue(state, keyText, value);
  checkStorageProof(state);
  writeRegister(state.registers, state.gas, register, value);
  return 1n;
}

function storageRemove(state: CallState, keyLength = 0n, keyPointer = 0n, register = 0n): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "storage_remove");
  payCost(state.gas, "storage_remove_base");
  const key = readKey(state, keyLength, keyPointer);
  payCost(state.gas, "storage_remove_key_byte", BigInt(key.length));
  const old = change(state, key, null, "storage_remove_ret_value_byte");
  recordRemoval(state);
  checkStorageProof(state);
  if (old === undefined) return 0n;
  state.storageUsageBytes -= recordBytes(state, key, old);
  writeRegister(state.registers, state.gas, register, old);
  return 1n;
}

/** Pays for the old value and the trie nodes, makes the change and returns the old value. */
function change(
  state: CallState,
  key: Uint8Array,
  value: Uint8Array | null,
  oldByteCost: string,
): Uint8Array | undefined {
  const text = storageKeyText(key);
  const nodes = state.storageChanges.has(text) ? 0 : state.request.storage.chargeableNodes(key);
  recordLookup(state, key, text);
  const old = storedValue(state, key);
  if (old !== undefined) recordValue(state, text, old);
  if (old !== undefined) payCost(state.gas, oldByteCost, BigInt(old.length));
  if (nodes > 0) payCost(state.gas, "read_cached_trie_node", BigInt(nodes));
  state.storageChanges.set(text, value);
  return old;
}

function storedValue(state: CallState, key: Uint8Array): Uint8Array | undefined {
  const changed = state.storageChanges.get(storageKeyText(key));
  return changed === undefined ? state.request.storage.get(key) : (changed ?? undefined);
}

function readKey(state: CallState, length: bigint, pointer: bigint): Uint8Array {
  const key = readBlob(state, length, pointer);
  checkLength(state, "KeyLengthExceeded", key, "max_length_storage_key");
  return key;
}

function checkLength(state: CallState, error: string, bytes: Uint8Array, limitName: string): void {
  const limit = state.request.parameters.limits[limitName]!;
  const length = BigInt(bytes.length);
  if (length > limit) throw new HostError(error, { length, limit });
}

function recordBytes(state: CallState, key: Uint8Array, value: Uint8Array): bigint {
  const { storageNumExtraBytesRecord } = state.request.parameters.economics;
  return BigInt(key.length + value.length) + storageNumExtraBytesRecord;
}

function deprecated(name: string, params: number): HostFunction {
  return hostFunction(params, "l", () => {
    throw new HostError("Deprecated", { method_name: name });
  });
}
