import { STOP } from "../metering/emit.ts";
import type { MeteringMode } from "../metering/gas-analysis.ts";
import { CONTRACT_EXPORT, INJECTED_EXPORT, INJECTED_IMPORT } from "../metering/instrument.ts";
import type { PreparedContract } from "../metering/prepare.ts";
import { type EngineGlobal, type EngineInstance, type EngineMemory, webAssembly } from "../wasm/engine.ts";
import type { CallState } from "./call-state.ts";
import { burnGas, remainingGas } from "./gas-counter.ts";
import type { HostFunction } from "./host/definition.ts";
import { HostError } from "./host-error.ts";
import { findHostFunction } from "./host-functions.ts";
import type { FunctionCallError } from "./interface.ts";
import { giveMemoryBack, takeMemory } from "./memory-pool.ts";
import { trapName } from "./traps.ts";

export type Execution =
  | { readonly kind: "Finished"; readonly error: FunctionCallError | null }
  /** Fast metering cannot tell where exactly the contract stopped; run it again in exact mode. */
  | { readonly kind: "Inconclusive" };

/** A running instance and its gas global, which holds what is left while wasm runs. */
interface Running {
  readonly state: CallState;
  readonly mode: MeteringMode;
  instance: EngineInstance | null;
  /** Gas given to wasm at the last crossing. */
  given: number;
}

/** Thrown through wasm when fast metering found itself in debt. */
class InDebtError extends Error {
  override readonly name = "InDebtError";
}

/** Instantiates the contract and calls its method (and before it the start function). Changes `state`. */
export function execute(
  contract: PreparedContract,
  methodName: string,
  state: CallState,
  mode: MeteringMode,
): Execution {
  const running: Running = { state, mode, instance: null, given: 0 };
  const { parameters } = state.request;
  const memory = takeMemory(parameters);
  try {
    instantiate(running, contract, memory);
    enterWasm(running);
    const start = running.instance!.exports[INJECTED_EXPORT.start] as (() => void) | undefined;
    start?.();
    (running.instance!.exports[CONTRACT_EXPORT + methodName] as () => void)();
    leaveWasm(running);
    return { kind: "Finished", error: null };
  } catch (error) {
    return explain(running, error);
  } finally {
    giveMemoryBack(parameters, memory);
  }
}

function instantiate(running: Running, contract: PreparedContract, memory: EngineMemory): void {
  const env: Record<string, unknown> = {};
  for (const { name } of contract.imports) {
    env[name] = bridge(running, findHostFunction(name, running.state.request.parameters)!);
  }
  const injected = { [INJECTED_IMPORT.memory]: memory };
  const imports = { env, [INJECTED_IMPORT.module]: injected };
  running.instance = new webAssembly.Instance(contract.compiled(running.mode), imports);
  running.state.memory = () => new Uint8Array(memory.buffer);
}

/** A host function as wasm sees it: gas is handed over on the way in and out. */
function bridge(running: Running, definition: HostFunction): (...args: (bigint | number)[]) => unknown {
  const { state } = running;
  const narrow = definition.result === "i";
  return (...args) => {
    leaveWasm(running);
    const unsigned = args.map((arg) =>
      typeof arg === "bigint" ? BigInt.asUintN(64, arg) : BigInt(arg >>> 0),
    );
    const result = definition.run(state, unsigned);
    enterWasm(running);
    return narrow ? Number(result) : result;
  };
}

function global(running: Running, name: string): EngineGlobal {
  return running.instance!.exports[name] as EngineGlobal;
}

function enterWasm(running: Running): void {
  running.given = Number(remainingGas(running.state.gas));
  global(running, INJECTED_EXPORT.gas).value = running.given;
}

function leaveWasm(running: Running): void {
  const left = global(running, INJECTED_EXPORT.gas).value;
  if (left < 0) throw new InDebtError();
  if (left !== running.given) burnGas(running.state.gas, BigInt(running.given - left));
  running.given = left;
}

function explain(running: Running, error: unknown): Execution {
  if (error instanceof HostError) return { kind: "Finished", error: error.error };
  if (error instanceof InDebtError) return { kind: "Inconclusive" };
  // Not only traps: a stack overflow of V8's own is a RangeError.
  if (!(error instanceof webAssembly.RuntimeError || error instanceof RangeError)) throw error;
  if (running.instance === null) return finished({ kind: "WasmTrap", trap: "MemoryOutOfBounds" });
  if (running.mode === "fast") return { kind: "Inconclusive" };
  return explainStop(running, error);
}

/** In exact mode the globals say where the contract stopped. */
function explainStop(running: Running, error: Error): Execution {
  leaveWasm(running);
  switch (global(running, INJECTED_EXPORT.stop).value) {
    case STOP.gas:
      return finished(unpaidError(running));
    case STOP.stack:
      return finished(new HostError("MemoryAccessViolation").error);
    case STOP.nullCallee:
      return finished({ kind: "WasmTrap", trap: "IndirectCallToNull" });
    default:
      return finished({ kind: "WasmTrap", trap: trapName(error) });
  }
}

function unpaidError(running: Running): FunctionCallError {
  try {
    burnGas(running.state.gas, BigInt(global(running, INJECTED_EXPORT.unpaid).value));
  } catch (error) {
    if (error instanceof HostError) return error.error;
    throw error;
  }
  throw new Error("expected the unpaid charge to exceed the gas that is left, found that it does not");
}

function finished(error: FunctionCallError): Execution {
  return { kind: "Finished", error };
}
