import { HostError } from "./host-error.ts";
import type { FunctionCallContext, RuntimeParameters } from "./interface.ts";

const U64_MAX = 2n ** 64n - 1n;

/** nearcore's `GasCounter`. All amounts are gas. */
export interface GasCounter {
  readonly extCosts: Readonly<Record<string, bigint>>;
  readonly isView: boolean;
  /** Nothing can burn more than this, in views too. */
  readonly maximumBurnt: bigint;
  /** Burnt and promised gas together stay within this. */
  readonly prepaid: bigint;
  /** What may be burnt now: shrinks as gas is promised. */
  limit: bigint;
  burnt: bigint;
  /** Attached to promises, or reserved for their execution. */
  promised: bigint;
  readonly profile: Map<string, bigint>;
}

export function gasCounter(context: FunctionCallContext, parameters: RuntimeParameters): GasCounter {
  const { limits } = parameters;
  const maximumBurnt = context.isView ? limits.max_gas_burnt_view! : limits.max_gas_burnt!;
  const prepaid = context.isView ? maximumBurnt : context.prepaidGas;
  return {
    extCosts: parameters.extCosts,
    isView: context.isView,
    maximumBurnt,
    prepaid,
    limit: minimum(maximumBurnt, prepaid),
    burnt: 0n,
    promised: 0n,
    profile: new Map(),
  };
}

export function remainingGas(gas: GasCounter): bigint {
  return gas.limit - gas.burnt;
}

export function usedGas(gas: GasCounter): bigint {
  return gas.burnt + gas.promised;
}

/** Burns gas without a profile entry (wasm instructions). Throws {@link HostError} beyond the limit. */
export function burnGas(gas: GasCounter, amount: bigint): void {
  const burnt = checkedU64(gas.burnt + amount);
  if (burnt > gas.limit) throw exhausted(gas, burnt, BigInt.asUintN(64, burnt + gas.promised));
  gas.burnt = burnt;
}

/** Pays `count` times the named host cost. */
export function payCost(gas: GasCounter, cost: string, count = 1n): void {
  const amount = checkedU64(gas.extCosts[cost]! * count);
  const before = gas.burnt;
  try {
    burnGas(gas, amount);
  } finally {
    addToProfile(gas, cost, gas.burnt - before);
  }
}

/** Burns `burn` and reserves `use - burn` for an action of a promise. */
export function payAction(gas: GasCounter, action: string, burn: bigint, use: bigint): void {
  const before = gas.burnt;
  try {
    deductGas(gas, checkedU64(burn), checkedU64(use));
  } finally {
    addToProfile(gas, `action:${action}`, gas.burnt - before);
  }
}

/** Attaches gas to a promise. */
export function promiseGas(gas: GasCounter, amount: bigint): void {
  deductGas(gas, 0n, amount);
}

/** Throws nearcore's `IntegerOverflow` beyond 64 bits. */
export function checkedU64(value: bigint): bigint {
  if (value > U64_MAX) throw new HostError("IntegerOverflow");
  return value;
}

function deductGas(gas: GasCounter, burn: bigint, use: bigint): void {
  const promised = checkedU64(gas.promised + use - burn);
  const burnt = checkedU64(gas.burnt + burn);
  const used = checkedU64(burnt + promised);
  if (burnt > gas.maximumBurnt || used > gas.prepaid) throw exhausted(gas, burnt, used);
  if (use !== burn && !gas.isView) gas.limit = minimum(gas.maximumBurnt, gas.prepaid - promised);
  gas.burnt = burnt;
  gas.promised = promised;
}

/** Burns what there is, even what was promised, as nearcore does. */
function exhausted(gas: GasCounter, burnt: bigint, used: bigint): HostError {
  gas.burnt = minimum(burnt, minimum(gas.prepaid, gas.maximumBurnt));
  const promised = minimum(gas.prepaid, used) - gas.burnt;
  gas.promised = promised > 0n ? promised : 0n;
  return new HostError(burnt > gas.maximumBurnt ? "GasLimitExceeded" : "GasExceeded");
}

function addToProfile(gas: GasCounter, entry: string, amount: bigint): void {
  gas.profile.set(entry, (gas.profile.get(entry) ?? 0n) + amount);
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
