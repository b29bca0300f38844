import type { Action } from "../transaction/actions.ts";

export interface DataReceiver {
  readonly dataId: string;
  readonly receiverId: string;
}

interface ReceiptBase {
  /** base58 of 32 bytes. */
  readonly receiptId: string;
  readonly predecessorId: string;
  readonly receiverId: string;
  /** base58 hash of the transaction that set it off. */
  readonly transactionHash: string;
}

export interface ActionReceipt extends ReceiptBase {
  readonly kind: "Action" | "PromiseYield";
  readonly signerId: string;
  readonly signerPublicKey: string;
  /** Price at which the receipt's gas was bought, in yoctoNEAR per gas; 0 for refunds. */
  readonly gasPriceYocto: bigint;
  /** Who gets deposits back; null stands for the predecessor. */
  readonly refundToId: string | null;
  readonly outputDataReceivers: readonly DataReceiver[];
  readonly inputDataIds: readonly string[];
  readonly actions: readonly Action[];
}

export interface DataReceipt extends ReceiptBase {
  readonly kind: "Data" | "PromiseResume";
  readonly dataId: string;
  /** null when the promise failed or the yield timed out. */
  readonly data: Uint8Array | null;
}

export type Receipt = ActionReceipt | DataReceipt;

/** A receipt before it has an id: ids depend on the place among all that its parent makes. */
export type NewReceipt = NewActionReceipt | NewDataReceipt;
export type NewActionReceipt = Omit<ActionReceipt, "receiptId" | "transactionHash">;
export type NewDataReceipt = Omit<DataReceipt, "receiptId" | "transactionHash">;

export const SYSTEM_ACCOUNT = "system";

/** The key that refunds of deposits name: ed25519 of 32 zero bytes. */
export const SYSTEM_PUBLIC_KEY = `ed25519:${"1".repeat(32)}`;

/** Whether the receipt has an execution outcome of its own. */
export function isActionReceipt<T extends NewReceipt>(
  receipt: T,
): receipt is Extract<T, { kind: "Action" | "PromiseYield" }> {
  return receipt.kind === "Action" || receipt.kind === "PromiseYield";
}

/** Receipts that nearcore handles in the chunk that made them instead of the next one. */
export function isInstant(receipt: Receipt): boolean {
  if (receipt.kind === "PromiseYield") return true;
  if (receipt.kind !== "Action" || receipt.inputDataIds.length > 0) return false;
  return receipt.actions.length === 1 && receipt.actions[0]!.kind === "DeleteAccount";
}
