import type { PreparedContract } from "../metering/prepare.ts";
import { type CompilerError, PrepareError } from "../metering/prepare-error.ts";
import { type CallState, callState } from "./call-state.ts";
import { preparedContract } from "./contract-cache.ts";
import { distributeGas } from "./distribute-gas.ts";
import { type Execution, execute } from "./execute.ts";
import { payCost, usedGas } from "./gas-counter.ts";
import { HostError } from "./host-error.ts";
import { findHostFunction, hasSignature, typeMismatch } from "./host-functions.ts";
import type {
  FunctionCallError,
  FunctionCallOutcome,
  FunctionCallRequest,
  RunFunctionCall,
} from "./interface.ts";

/**
 * Runs one method of a contract as nearcore's `near-vm-runner` does: preparation, loading fee, linking, lookup of
 * the method, execution. Never throws for what the contract contains or does; the outcome says what went wrong.
 * The same request always has the same outcome.
 */
export const runFunctionCall: RunFunctionCall = (request) => {
  const state = callState(request);
  if (request.methodName === "") {
    return failed(state, { kind: "MethodResolveError", cause: "MethodEmptyName" });
  }
  const { fix_contract_loading_cost: payFirst } = request.parameters.features;
  if (payFirst === true && !payLoading(state)) return failed(state, gasExceeded());
  const preparation = preparedContract(request.code, request.parameters);
  if (preparation.kind === "Refused") {
    return failed(state, compilationError(preparation.error));
  }
  if (payFirst !== true && !payLoading(state)) return failed(state, gasExceeded());
  const linkError = findLinkError(preparation.contract, request);
  if (linkError !== null) return failed(state, linkError);
  const methodError = findMethodError(preparation.contract, request.methodName);
  if (methodError !== null) return payFirst === true ? failed(state, methodError) : untouched(methodError);
  return runPrepared(preparation.contract, request, state);
};

/** Fast metering first; exact metering when only that can tell how the call ended. */
function runPrepared(
  contract: PreparedContract,
  request: FunctionCallRequest,
  state: CallState,
): FunctionCallOutcome {
  const fast = execute(contract, request.methodName, state, "fast");
  if (fast.kind === "Finished") return outcomeOf(state, fast);
  const again = callState(request);
  payLoading(again);
  return outcomeOf(again, execute(contract, request.methodName, again, "exact"));
}

function outcomeOf(state: CallState, execution: Execution): FunctionCallOutcome {
  if (execution.kind === "Inconclusive") {
    throw new Error("expected exact metering to find how the call ended, found it inconclusive");
  }
  if (execution.error !== null) return failed(state, execution.error);
  const { receipts, distributedGas } = distributeGas(state);
  return {
    ...failed(state, null),
    usedGas: usedGas(state.gas) + distributedGas,
    receipts,
    resumedYields: state.resumedYields,
    storageChanges: state.storageChanges,
  };
}

/** The outcome without effects; its gas, logs and return value are reported in any case. */
function failed(state: CallState, error: FunctionCallError | null): FunctionCallOutcome {
  const { gas } = state;
  const hostGas = [...gas.profile.values()].reduce((sum, part) => sum + part, 0n);
  return {
    error,
    burntGas: gas.burnt,
    usedGas: usedGas(gas),
    wasmInstructionGas: gas.burnt - hostGas,
    gasProfile: gas.profile,
    logs: state.logs,
    returnValue: state.returnValue,
    balanceYocto: state.balanceYocto,
    subsidizedYocto: state.subsidizedYocto,
    storageUsageBytes: state.storageUsageBytes,
    receipts: [],
    resumedYields: [],
    storageChanges: new Map(),
  };
}

/** nearcore's no-op outcome: as if nothing had been tried. */
function untouched(error: FunctionCallError): FunctionCallOutcome {
  return {
    error,
    burntGas: 0n,
    usedGas: 0n,
    wasmInstructionGas: 0n,
    gasProfile: new Map(),
    logs: [],
    returnValue: { kind: "None" },
    balanceYocto: 0n,
    subsidizedYocto: 0n,
    storageUsageBytes: 0n,
    receipts: [],
    resumedYields: [],
    storageChanges: new Map(),
  };
}

/** Whether the fee for loading the code could be paid. */
function payLoading(state: CallState): boolean {
  try {
    payCost(state.gas, "contract_loading_bytes", BigInt(state.request.code.length));
    payCost(state.gas, "contract_loading_base");
    return true;
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}

function compilationError(error: PrepareError | CompilerError): FunctionCallError {
  return error instanceof PrepareError
    ? { kind: "CompilationError", cause: "PrepareError", detail: error.reason }
    : { kind: "CompilationError", cause: "WasmerCompileError", detail: error.message };
}

function gasExceeded(): FunctionCallError {
  return new HostError("GasExceeded").error;
}

function findLinkError(contract: PreparedContract, request: FunctionCallRequest): FunctionCallError | null {
  for (const { name, type } of contract.imports) {
    const definition = findHostFunction(name, request.parameters);
    if (definition === undefined) return { kind: "LinkError", detail: "unknown or invalid import" };
    if (!hasSignature(definition, type)) return { kind: "LinkError", detail: typeMismatch(definition, type) };
  }
  return null;
}

function findMethodError(contract: PreparedContract, methodName: string): FunctionCallError | null {
  const type = contract.methods.get(methodName);
  if (type === undefined) return { kind: "MethodResolveError", cause: "MethodNotFound" };
  if (type.params.length > 0 || type.results.length > 0) {
    return { kind: "MethodResolveError", cause: "MethodInvalidSignature" };
  }
  return null;
}
