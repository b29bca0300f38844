import type { RuntimeParameters } from "../src/vm/interface.ts";

/** A protocol version's tables as the oracle program prints them (see `program/src/parameters.rs`). */
export interface OracleParameters {
  readonly extCosts: Readonly<Record<string, string>>;
  /** Send to oneself, send to another, execution; "GasAndCompute { gas: N, … }" where compute differs. */
  readonly actionFees: Readonly<Record<string, readonly string[]>>;
  readonly wasm: readonly string[];
  readonly limits: Readonly<Record<string, number | null | string>>;
}

/**
 * Limits of protocol versions that are still in the making: the crate and the sources of `parameters.json` were taken
 * at different times.
 */
const UNSETTLED: Readonly<Record<number, readonly string[]>> = {
  87: ["max_receipt_total_input_size"],
  88: ["max_receipt_total_input_size", "max_globals_per_contract"],
};

/** The version's parameters with the limits that nearcore's own release has, so that both VMs obey the same. */
export function asReleased(parameters: RuntimeParameters, theirs: OracleParameters): RuntimeParameters {
  const limits = { ...parameters.limits };
  for (const name of UNSETTLED[parameters.protocolVersion] ?? []) {
    const limit = theirs.limits[name];
    if (typeof limit === "number") limits[name] = BigInt(limit);
    else delete limits[name];
  }
  return { ...parameters, limits };
}

/** Where the tables differ in what both name, {@link UNSETTLED} limits left out. */
export function compareParameters(ours: RuntimeParameters, theirs: OracleParameters): string[] {
  const { wasm } = ours;
  const unsettled = UNSETTLED[ours.protocolVersion] ?? [];
  const limits = Object.entries(ours.limits).filter(([name]) => !unsettled.includes(name));
  return [
    ...compareTables("cost", texts(Object.entries(ours.extCosts)), theirs.extCosts),
    ...compareTables("limit", texts(limits), theirs.limits),
    ...compareTables(
      "fee",
      Object.entries(ours.actionFees).map(([name, fee]) => [
        name,
        [fee.sendSir, fee.sendNotSir, fee.execution].join(" "),
      ]),
      Object.fromEntries(
        Object.entries(theirs.actionFees).map(([name, fees]) => [name, fees.map(gasOf).join(" ")]),
      ),
    ),
    ...compareTables(
      "wasm",
      [["operators", [wasm.regularOpCost, wasm.linearOpBaseCost, wasm.linearOpUnitCost].join(" ")]],
      { operators: theirs.wasm.join(" ") },
    ),
  ];
}

function compareTables(
  what: string,
  ours: readonly (readonly [name: string, value: string])[],
  theirs: Readonly<Record<string, unknown>>,
): string[] {
  return ours.flatMap(([name, value]) => {
    const expected = theirs[name];
    if (expected === undefined || expected === null || String(expected) === value) return [];
    return [`${what} ${name}: expected nearcore's ${expected}, found ${value}`];
  });
}

function texts(entries: readonly (readonly [string, bigint])[]): [string, string][] {
  return entries.map(([name, value]) => [name, String(value)]);
}

function gasOf(fee: string): string {
  return /gas: (\d+)/.exec(fee)?.[1] ?? fee;
}
