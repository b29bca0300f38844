import { createHash } from "node:crypto";
import { readAccountId } from "../account-id.ts";
import { type CallState, prohibitInView } from "../call-state.ts";
import { payCost, usedGas } from "../gas-counter.ts";
import { writeU128 } from "../guest-memory.ts";
import { shareRegister, writeRegister } from "../registers.ts";
import { type HostFunction, type HostFunctionTable, hostFunction, since } from "./definition.ts";

const CONTRACT_IS_LOCAL = 1n;

/** Who calls whom, when, with what. */
export const contextFunctions: HostFunctionTable = {
  current_account_id: toRegister(null, (state) => text(state.request.context.currentAccountId)),
  chain_id: since(
    "chain_id_host_fn",
    toRegister(null, (state) => text(state.request.context.chainId)),
  ),
  signer_account_id: toRegister("signer_account_id", (state) => text(state.request.context.signerAccountId)),
  signer_account_pk: toRegister("signer_account_pk", (state) => state.request.context.signerPublicKey),
  predecessor_account_id: toRegister("predecessor_account_id", (state) =>
    text(state.request.context.predecessorAccountId),
  ),
  refund_to_account_id: toRegister("refund_to_account_id", (state) =>
    text(state.request.context.refundToAccountId),
  ),
  random_seed: toRegister(null, (state) => state.request.context.randomSeed),
  input: hostFunction(1, "", (state, register = 0n) => {
    payCost(state.gas, "base");
    shareRegister(state.registers, state.gas, register, state.request.context.input);
    return undefined;
  }),
  current_contract_code: hostFunction(1, "l", (state, register = 0n) => {
    payCost(state.gas, "base");
    const hash = createHash("sha256").update(state.request.code).digest();
    writeRegister(state.registers, state.gas, register, Uint8Array.from(hash));
    return CONTRACT_IS_LOCAL;
  }),
  block_index: number(null, (state) => state.request.context.blockHeight),
  block_timestamp: number(null, (state) => state.request.context.blockTimestampNanos),
  epoch_height: number(null, (state) => state.request.context.epochHeight),
  storage_usage: number(null, (state) => state.storageUsageBytes),
  prepaid_gas: number("prepaid_gas", (state) => state.request.context.prepaidGas),
  used_gas: number("used_gas", (state) => usedGas(state.gas)),
  account_balance: amount((state) => state.balanceYocto),
  account_locked_balance: amount((state) => state.request.context.accountLockedYocto),
  attached_deposit: amount((state) => state.request.context.attachedDepositYocto),
  // The embedded chain's accounts stake nothing that contracts could see.
  validator_stake: hostFunction(3, "", (state, length = 0n, pointer = 0n, stakePointer = 0n) => {
    payCost(state.gas, "base");
    readAccountId(state, length, pointer);
    payCost(state.gas, "validator_stake_base");
    writeU128(state, stakePointer, 0n);
    return undefined;
  }),
  validator_total_stake: hostFunction(1, "", (state, stakePointer = 0n) => {
    payCost(state.gas, "base");
    payCost(state.gas, "validator_total_stake_base");
    writeU128(state, stakePointer, 0n);
    return undefined;
  }),
};

/** `name` is given where views may not ask. */
function toRegister(name: string | null, value: (state: CallState) => Uint8Array): HostFunction {
  return hostFunction(1, "", (state, register = 0n) => {
    payCost(state.gas, "base");
    if (name !== null) prohibitInView(state, name);
    writeRegister(state.registers, state.gas, register, value(state));
    return undefined;
  });
}

function number(name: string | null, value: (state: CallState) => bigint): HostFunction {
  return hostFunction(0, "l", (state) => {
    payCost(state.gas, "base");
    if (name !== null) prohibitInView(state, name);
    return value(state);
  });
}

function amount(value: (state: CallState) => bigint): HostFunction {
  return hostFunction(1, "", (state, pointer = 0n) => {
    payCost(state.gas, "base");
    writeU128(state, pointer, value(state));
    return undefined;
  });
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
