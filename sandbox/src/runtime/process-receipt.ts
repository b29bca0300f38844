import { type AppliedReceipt, applyActionReceipt } from "./apply-receipt.ts";
import type { ChunkContext } from "./chunk-context.ts";
import { childReceiptId } from "./ids.ts";
import type { ActionReceipt, DataReceipt, Receipt } from "./receipts.ts";
import { waitingKey } from "./state.ts";
import { limit } from "./validate-actions.ts";

/** Takes in one receipt; null when it only waits or is waited for, so that nothing was executed. */
export function processReceipt(context: ChunkContext, receipt: Receipt): AppliedReceipt | null {
  switch (receipt.kind) {
    case "Action":
      return processAction(context, receipt);
    case "Data":
      return processData(context, receipt);
    case "PromiseYield":
      return storeYield(context, receipt);
    case "PromiseResume":
      return processResume(context, receipt);
  }
}

/** Resume receipts without data for the yields whose time is up at this height. */
export function expireYields(context: ChunkContext): DataReceipt[] {
  const { height, state } = context;
  const expired: DataReceipt[] = [];
  while (state.yieldTimeouts.length > 0 && state.yieldTimeouts[0]!.expiresAtHeight <= height) {
    const { accountId, dataId } = state.yieldTimeouts.shift()!;
    const yielded = state.yieldedReceipts.get(waitingKey(accountId, dataId));
    if (yielded === undefined) continue;
    expired.push({
      kind: "PromiseResume",
      receiptId: childReceiptId(dataId, height, expired.length),
      transactionHash: yielded.transactionHash,
      predecessorId: accountId,
      receiverId: accountId,
      dataId,
      data: null,
    });
  }
  return expired;
}

function processAction(context: ChunkContext, receipt: ActionReceipt): AppliedReceipt | null {
  const { state } = context;
  const missing = receipt.inputDataIds.filter(
    (dataId) => !state.receivedData.has(waitingKey(receipt.receiverId, dataId)),
  );
  if (missing.length === 0) return applyActionReceipt(context, receipt);
  for (const dataId of missing) {
    state.waitingReceiptByData.set(waitingKey(receipt.receiverId, dataId), receipt.receiptId);
  }
  const postponed = { receipt, missingInputs: missing.length };
  state.postponedReceipts.set(waitingKey(receipt.receiverId, receipt.receiptId), postponed);
  return null;
}

function processData(context: ChunkContext, receipt: DataReceipt): AppliedReceipt | null {
  const { state } = context;
  const dataKey = waitingKey(receipt.receiverId, receipt.dataId);
  state.receivedData.set(dataKey, receipt.data);
  const receiptId = state.waitingReceiptByData.get(dataKey);
  if (receiptId === undefined) return null;
  state.waitingReceiptByData.delete(dataKey);
  const receiptKey = waitingKey(receipt.receiverId, receiptId);
  const postponed = state.postponedReceipts.get(receiptKey)!;
  if (postponed.missingInputs > 1) {
    state.postponedReceipts.set(receiptKey, { ...postponed, missingInputs: postponed.missingInputs - 1 });
    return null;
  }
  state.postponedReceipts.delete(receiptKey);
  return applyActionReceipt(context, postponed.receipt);
}

function storeYield(context: ChunkContext, receipt: ActionReceipt): null {
  const { height, parameters, state } = context;
  const accountId = receipt.receiverId;
  const dataId = receipt.inputDataIds[0]!;
  state.yieldedReceipts.set(waitingKey(accountId, dataId), receipt);
  const expiresAtHeight = height + limit(parameters, "yield_timeout_length_in_blocks");
  state.yieldTimeouts.push({ accountId, dataId, expiresAtHeight });
  return null;
}

/** A second resume, or one that lost against the time-out, finds nothing and is dropped. */
function processResume(context: ChunkContext, receipt: DataReceipt): AppliedReceipt | null {
  const { state } = context;
  const key = waitingKey(receipt.receiverId, receipt.dataId);
  const yielded = state.yieldedReceipts.get(key);
  if (yielded === undefined) return null;
  state.yieldedReceipts.delete(key);
  state.receivedData.set(key, receipt.data);
  return applyActionReceipt(context, yielded);
}
