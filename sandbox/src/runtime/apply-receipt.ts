import { commitDraft, draftAccount } from "./account-draft.ts";
import { type ActionResult, emptyResult, failResult } from "./action-result.ts";
import { type ActionStep, applyAction } from "./apply-action.ts";
import type { ChunkContext } from "./chunk-context.ts";
import type { ActionErrorKind } from "./errors.ts";
import { executionFee, fee } from "./fees.ts";
import { gasProfileEntries } from "./gas-profile.ts";
import { childReceiptId } from "./ids.ts";
import type { Outcome, OutcomeStatus } from "./outcome.ts";
import {
  type ActionReceipt,
  isActionReceipt,
  type NewDataReceipt,
  type NewReceipt,
  type Receipt,
  SYSTEM_ACCOUNT,
} from "./receipts.ts";
import { contractReward, settleReceipt } from "./refunds.ts";
import { type WorldState, waitingKey } from "./state.ts";
import { storageShortfallYocto } from "./storage-staking.ts";
import { limit, validateActions } from "./validate-actions.ts";

export interface AppliedReceipt {
  readonly outcome: Outcome;
  readonly newReceipts: readonly Receipt[];
}

/**
 * Executes an action receipt whose inputs are all there: actions in order until one fails, storage check, commit or
 * roll-back, refunds, the contract's reward, and data receipts for those who wait for its result.
 */
export function applyActionReceipt(context: ChunkContext, receipt: ActionReceipt): AppliedReceipt {
  const { parameters, state } = context;
  const draft = draftAccount(state, receipt.receiverId, receipt.predecessorId);
  const existedBefore = draft.account !== null;
  const codeHash = draft.account?.code ? [draft.account.codeHash] : [];
  const result = emptyResult(fee(parameters, "new_action_receipt", "execution"));
  const promiseResults = takeInputs(state, receipt);
  runActions({ context, receipt, draft, promiseResults, result });
  if (result.failure === null && draft.account !== null) {
    const shortfall = storageShortfallYocto(parameters, draft.account, draft.account.amountYocto);
    const fields = { account_id: receipt.receiverId, amount: String(shortfall) };
    if (shortfall > 0n) failResult(result, null, { LackBalanceForState: fields });
  }
  if (result.failure === null) commitDraft(state, context.trie, draft);
  const tokensBurntYocto = settle(context, receipt, result, !existedBefore && draft.account !== null);
  const calls = receipt.actions.some((action) => action.kind === "FunctionCall");
  return finish(context, receipt, result, tokensBurntYocto, calls ? codeHash : []);
}

function runActions(step: Omit<ActionStep, "index">): void {
  const { receipt, context, result } = step;
  for (const [index, action] of receipt.actions.entries()) {
    const gas = executionFee(context.parameters, action, receipt.receiverId);
    result.burntGas += gas;
    result.usedGas += gas;
    result.returned = { kind: "Value", bytes: new Uint8Array() };
    const firstNew = result.newReceipts.length;
    const error =
      applyAction({ ...step, index }, action) ??
      checkNewReceipts(context, result.newReceipts.slice(firstNew));
    if (error === null) continue;
    failResult(result, index, error);
    return;
  }
}

function checkNewReceipts(context: ChunkContext, receipts: readonly NewReceipt[]): ActionErrorKind | null {
  const maxInputs = limit(context.parameters, "max_number_input_data_dependencies");
  for (const receipt of receipts) {
    if (!isActionReceipt(receipt)) continue;
    const inputs = receipt.inputDataIds.length;
    if (BigInt(inputs) > maxInputs) {
      const fields = { number_of_input_data_dependencies: inputs, limit: Number(maxInputs) };
      return { NewReceiptValidationError: { NumberInputDataDependenciesExceeded: fields } };
    }
    const error = validateActions(context.parameters, receipt.actions);
    if (error !== null) return { NewReceiptValidationError: { ActionsValidation: error } };
  }
  return null;
}

function takeInputs(state: WorldState, receipt: ActionReceipt): (Uint8Array | null)[] {
  return receipt.inputDataIds.map((dataId) => {
    const key = waitingKey(receipt.receiverId, dataId);
    const data = state.receivedData.get(key);
    if (data === undefined)
      throw new Error(`receipt ${receipt.receiptId} runs before its input ${dataId} came`);
    state.receivedData.delete(key);
    return data;
  });
}

/** Refunds and rewards; returns the tokens burnt as the outcome reports them, before the reward. */
function settle(
  context: ChunkContext,
  receipt: ActionReceipt,
  result: ActionResult,
  createdAccount: boolean,
): bigint {
  if (receipt.predecessorId === SYSTEM_ACCOUNT) return 0n;
  const { parameters, state } = context;
  const isCreated = createdAccount && result.failure === null;
  const settlement = settleReceipt(parameters, receipt, result, context.gasPriceYocto, isCreated);
  result.newReceipts.push(...settlement.refunds);
  const reward = contractReward(parameters, result.functionCallGas, settlement.burnPriceYocto);
  const account = state.accounts.get(receipt.receiverId);
  if (reward > 0n && account !== undefined) {
    state.accounts.set(receipt.receiverId, { ...account, amountYocto: account.amountYocto + reward });
  }
  return settlement.tokensBurntYocto;
}

function finish(
  context: ChunkContext,
  receipt: ActionReceipt,
  result: ActionResult,
  tokensBurntYocto: bigint,
  contractHashes: readonly string[],
): AppliedReceipt {
  const status = outcomeStatus(context, receipt, result);
  const newReceipts = numberReceipts(context, receipt, [
    ...passOnOutputs(receipt, result),
    ...dataReceipts(receipt, result),
  ]);
  const outcome: Outcome = {
    id: receipt.receiptId,
    transactionHash: receipt.transactionHash,
    executorId: receipt.receiverId,
    receiptIds: newReceipts.filter(isActionReceipt).map(({ receiptId }) => receiptId),
    logs: result.logs,
    burntGas: result.burntGas,
    tokensBurntYocto,
    status,
    gasProfile: gasProfileEntries(result.gasProfile, result.wasmInstructionGas),
    contractHashes,
  };
  return { outcome, newReceipts };
}

function outcomeStatus(context: ChunkContext, receipt: ActionReceipt, result: ActionResult): OutcomeStatus {
  const { failure, returned } = result;
  if (failure !== null) return { kind: "Failure", actionIndex: failure.index, error: failure.kind };
  if (returned.kind === "Value") return { kind: "SuccessValue", bytes: returned.bytes };
  const receiptId = childReceiptId(receipt.receiptId, context.height, returned.index);
  return { kind: "SuccessReceiptId", receiptId };
}

/** A receipt that returns a promise hands those who wait for its result on to that promise. */
function passOnOutputs(receipt: ActionReceipt, result: ActionResult): NewReceipt[] {
  const { newReceipts, returned } = result;
  if (returned.kind !== "ReceiptIndex") return newReceipts;
  return newReceipts.map((created, index) => {
    if (index !== returned.index || !isActionReceipt(created)) return created;
    const outputDataReceivers = [...created.outputDataReceivers, ...receipt.outputDataReceivers];
    return { ...created, outputDataReceivers };
  });
}

function dataReceipts(receipt: ActionReceipt, { failure, returned }: ActionResult): NewDataReceipt[] {
  if (returned.kind === "ReceiptIndex") return [];
  const data = failure === null ? returned.bytes : null;
  return receipt.outputDataReceivers.map(({ dataId, receiverId }) => ({
    kind: "Data",
    predecessorId: receipt.receiverId,
    receiverId,
    dataId,
    data,
  }));
}

function numberReceipts(
  context: ChunkContext,
  parent: ActionReceipt,
  receipts: readonly NewReceipt[],
): Receipt[] {
  const { transactionHash } = parent;
  return receipts.map((receipt, index) => {
    const receiptId = childReceiptId(parent.receiptId, context.height, index);
    return { ...receipt, receiptId, transactionHash };
  });
}
