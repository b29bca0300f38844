import { base58 } from "@scure/base";
import type { FunctionCallAction } from "../../transaction/actions.ts";
import { parsePublicKey } from "../../transaction/public-key.ts";
import { describeActionError } from "../../vm/describe-error.ts";
import type { FunctionCallContext, FunctionCallOutcome, PromiseResult } from "../../vm/interface.ts";
import { readDraftData } from "../account-draft.ts";
import { type ActionStep, accountOf } from "../apply-action.ts";
import type { ActionErrorKind } from "../errors.ts";
import { fromVmAction } from "../from-vm-action.ts";
import { actionHash, actionRandomSeed, dataIdOf } from "../ids.ts";
import type { DataReceiver, NewActionReceipt, NewDataReceipt } from "../receipts.ts";
import { waitingKey } from "../state.ts";

/** Runs a method of the account's contract and takes over what it did, unless it failed. */
export function applyFunctionCall(step: ActionStep, action: FunctionCallAction): ActionErrorKind | null {
  const { context, draft, result } = step;
  const account = accountOf(draft);
  if (account.code === null) {
    return {
      FunctionCallError: { CompilationError: { CodeDoesNotExist: { account_id: draft.accountId } } },
    };
  }
  const outcome = context.runFunctionCall({
    code: account.code,
    methodName: action.methodName,
    context: callContext(step, action),
    storage: {
      get: (key) => readDraftData(draft, latin1(key)),
      chargeableNodes: (key) =>
        draft.dataChanges.has(latin1(key)) ? 0 : context.trie.chargeableNodes(draft.accountId, key),
      nodesPassed: (key) =>
        draft.dataChanges.has(latin1(key)) ? [] : context.trie.nodesPassed(draft.accountId, key),
    },
    parameters: context.parameters,
    isYieldPending: (dataId) =>
      context.state.yieldedReceipts.has(waitingKey(draft.accountId, base58.encode(dataId))),
  });
  recordGas(step, outcome);
  if (outcome.error !== null) return describeActionError(outcome.error, draft.accountId);
  draft.account = {
    ...account,
    amountYocto: outcome.balanceYocto,
    storageUsageBytes: outcome.storageUsageBytes,
  };
  for (const [key, value] of outcome.storageChanges) draft.dataChanges.set(key, value);
  sendReceipts(step, outcome);
  result.usedGas += outcome.usedGas - outcome.burntGas;
  return null;
}

function recordGas({ result }: ActionStep, outcome: FunctionCallOutcome): void {
  result.burntGas += outcome.burntGas;
  result.usedGas += outcome.burntGas;
  result.functionCallGas += outcome.burntGas;
  result.wasmInstructionGas += outcome.wasmInstructionGas;
  for (const [cost, gas] of outcome.gasProfile) {
    result.gasProfile.set(cost, (result.gasProfile.get(cost) ?? 0n) + gas);
  }
  result.logs.push(...outcome.logs);
}

function callContext(step: ActionStep, action: FunctionCallAction): FunctionCallContext {
  const { context, draft, receipt } = step;
  const account = accountOf(draft);
  const hash = actionHash(receipt.receiptId, context.height, step.index);
  return {
    currentAccountId: draft.accountId,
    signerAccountId: receipt.signerId,
    signerPublicKey: parsePublicKey(receipt.signerPublicKey),
    predecessorAccountId: receipt.predecessorId,
    refundToAccountId: receipt.refundToId ?? receipt.predecessorId,
    input: action.args,
    blockHeight: context.height,
    blockTimestampNanos: context.timestampNanos,
    epochHeight: context.epochHeight,
    accountBalanceYocto: account.amountYocto,
    accountLockedYocto: account.lockedYocto,
    storageUsageBytes: account.storageUsageBytes,
    attachedDepositYocto: action.depositYocto,
    prepaidGas: action.gas,
    randomSeed: actionRandomSeed(hash, context.randomness),
    isView: false,
    outputDataReceivers: receipt.outputDataReceivers.map(({ receiverId }) => receiverId),
    promiseResults: step.promiseResults.map(toPromiseResult),
    chainId: context.chainId,
  };
}

function toPromiseResult(data: Uint8Array | null): PromiseResult {
  return data === null ? { kind: "Failed" } : { kind: "Successful", data };
}

/** Turns the call's promises into receipts, wiring each dependency with a data id of its own. */
function sendReceipts(step: ActionStep, outcome: FunctionCallOutcome): void {
  const { context, draft, receipt, result } = step;
  const hash = actionHash(receipt.receiptId, context.height, step.index);
  const firstIndex = result.newReceipts.length;
  const outputs: DataReceiver[][] = outcome.receipts.map(() => []);
  let dataCount = 0;
  const inputs = outcome.receipts.map((created) => {
    const ids = created.yieldDataId === null ? [] : [base58.encode(created.yieldDataId)];
    for (const dependency of created.dependsOn) {
      const dataId = dataIdOf(hash, context.height, dataCount++);
      ids.push(dataId);
      outputs[dependency]!.push({ dataId, receiverId: created.receiverId });
    }
    return ids;
  });
  const receipts = outcome.receipts.map(
    (created, index): NewActionReceipt => ({
      kind: created.yieldDataId === null ? "Action" : "PromiseYield",
      predecessorId: draft.accountId,
      receiverId: created.receiverId,
      signerId: receipt.signerId,
      signerPublicKey: receipt.signerPublicKey,
      gasPriceYocto: receipt.gasPriceYocto,
      refundToId: created.refundToAccountId,
      outputDataReceivers: outputs[index]!,
      inputDataIds: inputs[index]!,
      actions: created.actions.map(fromVmAction),
    }),
  );
  result.newReceipts.push(...receipts, ...resumeReceipts(draft.accountId, outcome));
  result.returned =
    outcome.returnValue.kind === "ReceiptIndex"
      ? { kind: "ReceiptIndex", index: firstIndex + outcome.returnValue.index }
      : { kind: "Value", bytes: outcome.returnValue.kind === "Value" ? outcome.returnValue.bytes : EMPTY };
}

const EMPTY = new Uint8Array();

function resumeReceipts(accountId: string, outcome: FunctionCallOutcome): NewDataReceipt[] {
  return outcome.resumedYields.map(({ dataId, payload }) => ({
    kind: "PromiseResume",
    predecessorId: accountId,
    receiverId: accountId,
    dataId: base58.encode(dataId),
    data: payload,
  }));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
