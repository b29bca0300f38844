import { createHash } from "node:crypto";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { keccak_256, keccak_512, sha3_256, sha3_384, sha3_512 } from "@noble/hashes/sha3.js";
import { payCost } from "../gas-counter.ts";
import { readBlob } from "../guest-memory.ts";
import { writeRegister } from "../registers.ts";
import { type HostFunction, type HostFunctionTable, hostFunction, since } from "./definition.ts";

const RIPEMD_BLOCK_BYTES = 64;
const RIPEMD_LENGTH_BYTES = 8;

export const hashFunctions: HostFunctionTable = {
  sha256: hashByByte("sha256", (value) => createHash("sha256").update(value).digest()),
  keccak256: hashByByte("keccak256", keccak_256),
  keccak512: hashByByte("keccak512", keccak_512),
  sha3_256: since("sha3_host_fns", hashByByte("sha3_256", sha3_256)),
  sha3_384: since("sha3_host_fns", hashByByte("sha3_384", sha3_384)),
  sha3_512: since("sha3_host_fns", hashByByte("sha3_512", sha3_512)),
  ripemd160: hash("ripemd160_base", "ripemd160_block", ripemdBlocks, ripemd160),
};

function hashByByte(name: string, digest: (value: Uint8Array) => Uint8Array): HostFunction {
  return hash(`${name}_base`, `${name}_byte`, (length) => length, digest);
}

function hash(
  baseCost: string,
  unitCost: string,
  units: (length: number) => number,
  digest: (value: Uint8Array) => Uint8Array,
): HostFunction {
  return hostFunction(3, "", (state, length = 0n, pointer = 0n, register = 0n) => {
    payCost(state.gas, baseCost);
    const value = readBlob(state, length, pointer);
    payCost(state.gas, unitCost, BigInt(units(value.length)));
    writeRegister(state.registers, state.gas, register, Uint8Array.from(digest(value)));
    return undefined;
  });
}

function ripemdBlocks(length: number): number {
  return Math.floor((length + RIPEMD_LENGTH_BYTES) / RIPEMD_BLOCK_BYTES) + 1;
}
