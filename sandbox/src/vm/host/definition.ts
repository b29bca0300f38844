import type { CallState } from "../call-state.ts";

/**
 * One host function of module `env`. Arguments and result reach `run` as unsigned 64-bit numbers whatever their wasm
 * type (an i32 is zero-extended).
 */
export interface HostFunction {
  /** Wasm types of the parameters: `l` = i64, `i` = i32. */
  readonly params: string;
  readonly result: "l" | "i" | "";
  /** The feature that brings the function; null = always there. */
  readonly feature: string | null;
  readonly run: (state: CallState, args: readonly bigint[]) => bigint | undefined;
}

export type HostFunctionTable = Readonly<Record<string, HostFunction>>;

/** A host function with `count` i64 parameters. */
export function hostFunction(
  count: number,
  result: HostFunction["result"],
  run: (state: CallState, ...args: bigint[]) => bigint | undefined,
): HostFunction {
  return { params: "l".repeat(count), result, feature: null, run: (state, args) => run(state, ...args) };
}

/** The same function, known only where the protocol version has `feature`. */
export function since(feature: string, definition: HostFunction): HostFunction {
  return { ...definition, feature };
}
