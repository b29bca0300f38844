import { type GasCounter, payCost } from "./gas-counter.ts";
import { HostError } from "./host-error.ts";

/** Blobs that the host keeps for the contract, by number. */
export interface Registers {
  readonly values: Map<bigint, Uint8Array>;
  readonly limits: Readonly<Record<string, bigint>>;
  /** Sum of every value's length plus eight. */
  usageBytes: bigint;
}

export function registers(limits: Readonly<Record<string, bigint>>): Registers {
  return { values: new Map(), limits, usageBytes: 0n };
}

/** Pays for and returns a register; throws `InvalidRegisterId` (free of charge) if it was never set. */
export function readRegister(all: Registers, gas: GasCounter, id: bigint): Uint8Array {
  const value = all.values.get(id);
  if (value === undefined) throw new HostError("InvalidRegisterId", { register_id: id });
  payCost(gas, "read_register_base");
  payCost(gas, "read_register_byte", BigInt(value.length));
  return value;
}

/** Sets a register and pays for its bytes. */
export function writeRegister(all: Registers, gas: GasCounter, id: bigint, value: Uint8Array): void {
  payCost(gas, "write_register_base");
  payCost(gas, "write_register_byte", BigInt(value.length));
  setRegister(all, id, value);
}

/** Sets a register to data that nearcore shares instead of copying: the bytes are free. */
export function shareRegister(all: Registers, gas: GasCounter, id: bigint, value: Uint8Array): void {
  payCost(gas, "write_register_base");
  setRegister(all, id, value);
}

function setRegister(all: Registers, id: bigint, value: Uint8Array): void {
  const { limits } = all;
  // At the limit nearcore refuses even to replace a register; that is part of the protocol.
  if (
    BigInt(value.length) > limits.max_register_size! ||
    BigInt(all.values.size) >= limits.max_number_registers!
  ) {
    throw new HostError("MemoryAccessViolation");
  }
  const old = all.values.get(id);
  const usage = all.usageBytes - (old === undefined ? 0n : accounted(old)) + accounted(value);
  if (usage > limits.registers_memory_limit!) throw new HostError("MemoryAccessViolation");
  all.usageBytes = usage;
  all.values.set(id, value);
}

function accounted(value: Uint8Array): bigint {
  return BigInt(value.length) + 8n;
}
