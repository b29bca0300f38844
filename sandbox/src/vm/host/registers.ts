import { payCost } from "../gas-counter.ts";
import { IN_REGISTER, readMemory, writeMemory } from "../guest-memory.ts";
import { readRegister, writeRegister } from "../registers.ts";
import { type HostFunctionTable, hostFunction } from "./definition.ts";

export const registerFunctions: HostFunctionTable = {
  read_register: hostFunction(2, "", (state, id = 0n, pointer = 0n) => {
    payCost(state.gas, "base");
    writeMemory(state, pointer, readRegister(state.registers, state.gas, id));
    return undefined;
  }),
  register_len: hostFunction(1, "l", (state, id = 0n) => {
    payCost(state.gas, "base");
    const value = state.registers.values.get(id);
    return value === undefined ? IN_REGISTER : BigInt(value.length);
  }),
  write_register: hostFunction(3, "", (state, id = 0n, length = 0n, pointer = 0n) => {
    payCost(state.gas, "base");
    writeRegister(state.registers, state.gas, id, readMemory(state, pointer, length));
    return undefined;
  }),
};
