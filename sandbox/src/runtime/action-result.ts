import type { ActionErrorKind } from "./errors.ts";
import type { NewReceipt } from "./receipts.ts";

export type ReceiptReturn =
  | { readonly kind: "Value"; readonly bytes: Uint8Array }
  /** Index into the new receipts. */
  | { readonly kind: "ReceiptIndex"; readonly index: number };

export interface ActionFailure {
  /** null for failures that no single action caused. */
  readonly index: number | null;
  readonly kind: ActionErrorKind;
}

/** What a receipt's actions add up to (nearcore's `ActionResult`). */
export interface ActionResult {
  burntGas: bigint;
  /** Burnt and attached to new receipts. */
  usedGas: bigint;
  /** The part of `burntGas` that contracts are rewarded for. */
  functionCallGas: bigint;
  failure: ActionFailure | null;
  returned: ReceiptReturn;
  readonly newReceipts: NewReceipt[];
  readonly logs: string[];
  /** By nearcore cost name. */
  readonly gasProfile: Map<string, bigint>;
  wasmInstructionGas: bigint;
}

export const NOTHING_RETURNED: ReceiptReturn = { kind: "Value", bytes: new Uint8Array() };

export function emptyResult(gas: bigint): ActionResult {
  return {
    burntGas: gas,
    usedGas: gas,
    functionCallGas: 0n,
    failure: null,
    returned: NOTHING_RETURNED,
    newReceipts: [],
    logs: [],
    gasProfile: new Map(),
    wasmInstructionGas: 0n,
  };
}

/** Marks the result as failed; what it would have sent is dropped, gas and logs stay. */
export function failResult(result: ActionResult, index: number | null, kind: ActionErrorKind): void {
  result.failure = { index, kind };
  result.newReceipts.length = 0;
  result.returned = NOTHING_RETURNED;
}
