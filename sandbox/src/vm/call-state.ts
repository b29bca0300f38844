import { type GasCounter, gasCounter } from "./gas-counter.ts";
import { HostError } from "./host-error.ts";
import type { FunctionCallRequest, ReturnValue, VmAction } from "./interface.ts";
import { type Registers, registers } from "./registers.ts";
import { type StorageProof, storageProof } from "./storage-proof.ts";

/** A promise of the running call: one receipt, or several joined by `promise_and`. */
export type VmPromise =
  | { readonly kind: "Receipt"; readonly receipt: number }
  | { readonly kind: "Joint"; readonly receipts: readonly number[] };

/** A receipt under construction. */
export interface ReceiptDraft {
  readonly receiverId: string;
  readonly actions: VmAction[];
  readonly dependsOn: readonly number[];
  readonly yieldDataId: Uint8Array | null;
  refundToAccountId: string | null;
}

/** A function call action that shares in the unused gas. */
export interface WeightedCall {
  readonly receipt: number;
  readonly action: number;
  readonly weight: bigint;
}

/** Everything that host functions read and change during one call. */
export interface CallState {
  readonly request: FunctionCallRequest;
  readonly gas: GasCounter;
  readonly registers: Registers;
  /** The contract's memory now (it moves when it grows). */
  memory: () => Uint8Array;
  readonly logs: string[];
  totalLogLength: bigint;
  returnValue: ReturnValue;
  balanceYocto: bigint;
  subsidizedYocto: bigint;
  storageUsageBytes: bigint;
  /** Keys as latin-1 strings; null = removed. */
  readonly storageChanges: Map<string, Uint8Array | null>;
  readonly proof: StorageProof;
  readonly promises: VmPromise[];
  readonly receipts: ReceiptDraft[];
  readonly weightedCalls: WeightedCall[];
  /** Data ids (hex) of promises that this call yielded and did not resume. */
  readonly ownYields: Set<string>;
  readonly resumedYields: { readonly dataId: Uint8Array; readonly payload: Uint8Array }[];
}

export function callState(request: FunctionCallRequest, gas: GasCounter = newGas(request)): CallState {
  const { context, parameters } = request;
  return {
    request,
    gas,
    registers: registers(parameters.limits),
    memory: () => new Uint8Array(),
    logs: [],
    totalLogLength: 0n,
    returnValue: { kind: "None" },
    balanceYocto: context.accountBalanceYocto + context.attachedDepositYocto,
    subsidizedYocto: 0n,
    storageUsageBytes: context.storageUsageBytes,
    storageChanges: new Map(),
    proof: storageProof(),
    promises: [],
    receipts: [],
    weightedCalls: [],
    ownYields: new Set(),
    resumedYields: [],
  };
}

/** Throws `ProhibitedInView` when the call is a view. */
export function prohibitInView(state: CallState, methodName: string): void {
  if (state.request.context.isView) throw new HostError("ProhibitedInView", { method_name: methodName });
}

function newGas(request: FunctionCallRequest): GasCounter {
  return gasCounter(request.context, request.parameters);
}
