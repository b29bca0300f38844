import type { CallState, ReceiptDraft, VmPromise } from "../call-state.ts";
import { payAction } from "../gas-counter.ts";
import { HostError } from "../host-error.ts";
import type { ActionFee, VmAction } from "../interface.ts";

/** A receipt that actions can be appended to, and whether this contract will receive it itself ("sir"). */
export interface ReceiptTarget {
  readonly index: number;
  readonly draft: ReceiptDraft;
  readonly senderIsReceiver: boolean;
}

export function promiseAt(state: CallState, index: bigint): VmPromise {
  const promise = index < BigInt(state.promises.length) ? state.promises[Number(index)] : undefined;
  if (promise === undefined) throw new HostError("InvalidPromiseIndex", { promise_idx: index });
  return promise;
}

/** The receipts that something waiting for `promise` waits for. */
export function receiptsOf(promise: VmPromise): readonly number[] {
  return promise.kind === "Receipt" ? [promise.receipt] : promise.receipts;
}

/** Adds a promise and returns its index. Throws `NumberPromisesExceeded`. */
export function pushPromise(state: CallState, promise: VmPromise): bigint {
  state.promises.push(promise);
  const count = BigInt(state.promises.length);
  const limit = state.request.parameters.limits.max_promises_per_function_call_action!;
  if (count > limit) throw new HostError("NumberPromisesExceeded", { number_of_promises: count, limit });
  return count - 1n;
}

/** The receipt of a promise that is not joint. */
export function receiptTarget(state: CallState, promiseIndex: bigint): ReceiptTarget {
  const promise = promiseAt(state, promiseIndex);
  if (promise.kind === "Joint") throw new HostError("CannotAppendActionToJointPromise");
  const draft = state.receipts[promise.receipt]!;
  return {
    index: promise.receipt,
    draft,
    senderIsReceiver: isOwn(state, draft.receiverId),
  };
}

export function isOwn(state: CallState, accountId: string): boolean {
  return accountId === state.request.context.currentAccountId;
}

/** Starts a receipt and returns its index. */
export function addReceipt(
  state: CallState,
  receiverId: string,
  dependsOn: readonly number[],
  yieldDataId: Uint8Array | null,
): number {
  state.receipts.push({ receiverId, actions: [], dependsOn, yieldDataId, refundToAccountId: null });
  return state.receipts.length - 1;
}

/** A new receipt costs its own fee and, for every dependency, a data receipt. */
export function payNewReceipt(
  state: CallState,
  senderIsReceiver: boolean,
  dependenciesToReceiver: readonly boolean[],
): void {
  const receipt = actionFee(state, "new_action_receipt");
  const data = actionFee(state, "new_data_receipt_base");
  const burn = dependenciesToReceiver.reduce(
    (sum, own) => sum + sendFee(data, own) + data.execution,
    sendFee(receipt, senderIsReceiver),
  );
  payAction(state.gas, "new_action_receipt", burn, burn + receipt.execution);
}

/** Pays an action's fixed fee. */
export function payActionBase(state: CallState, action: string, senderIsReceiver: boolean): void {
  payActionBytes(state, action, 1n, senderIsReceiver);
}

/** Pays an action's fee per byte. */
export function payActionBytes(
  state: CallState,
  action: string,
  bytes: bigint,
  senderIsReceiver: boolean,
): void {
  const fee = actionFee(state, action);
  const burn = sendFee(fee, senderIsReceiver) * bytes;
  payAction(state.gas, action, burn, burn + fee.execution * bytes);
}

export function actionFee(state: CallState, action: string): ActionFee {
  return state.request.parameters.actionFees[action]!;
}

export function sendFee(fee: ActionFee, senderIsReceiver: boolean): bigint {
  return senderIsReceiver ? fee.sendSir : fee.sendNotSir;
}

/** Takes money from the contract's balance. Throws `BalanceExceeded`. */
export function deductBalance(state: CallState, amountYocto: bigint): void {
  if (amountYocto > state.balanceYocto) throw new HostError("BalanceExceeded");
  state.balanceYocto -= amountYocto;
}

/** Takes a function call's deposit; where the protocol gives an empty account its 1 yoctoNEAR, that is noted instead. */
export function deductDeposit(state: CallState, amountYocto: bigint): void {
  const subsidized =
    amountYocto === 1n &&
    state.balanceYocto === 0n &&
    state.request.parameters.features.one_yocto_on_promise === true;
  if (subsidized) state.subsidizedYocto += amountYocto;
  else deductBalance(state, amountYocto);
}

/** Appends a function call; with a weight it will share in the unused gas. */
export function appendFunctionCall(
  state: CallState,
  receipt: number,
  action: VmAction & { kind: "FunctionCall" },
  weight: bigint,
): void {
  const { actions } = state.receipts[receipt]!;
  actions.push(action);
  if (weight > 0n) state.weightedCalls.push({ receipt, action: actions.length - 1, weight });
}
