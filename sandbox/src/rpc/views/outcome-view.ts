import type { Chain, StoredOutcome, StoredTransaction } from "../../chain/chain.ts";
import { outcomePath } from "../../chain/light-client.ts";
import {
  type FinalStatus,
  finalStatus,
  isFinished,
  receiptOutcomes,
} from "../../chain/transaction-status.ts";
import { isActionReceipt, type Receipt } from "../../runtime/receipts.ts";
import { actionView, transactionView } from "./action-view.ts";
import { merklePathView } from "./light-client-view.ts";

/** First protocol version whose outcomes name the contracts called. */
const CONTRACTS_IN_METADATA = 86;

/** nearcore's `FinalExecutionOutcomeView`, with the level that the transaction has reached. */
export function transactionStatusView(chain: Chain, { hash, transaction }: StoredTransaction): object {
  return {
    final_execution_status: isFinished(chain, hash) ? "FINAL" : "INCLUDED_FINAL",
    status: statusView(finalStatus(chain, hash)),
    transaction: transactionView(transaction),
    transaction_outcome: outcomeView(chain, chain.outcomes.get(hash)!),
    receipts_outcome: receiptOutcomes(chain, hash).map((stored) => outcomeView(chain, stored)),
  };
}

/** The same with all receipts that have run, data receipts excepted as in nearcore. */
export function transactionStatusWithReceiptsView(chain: Chain, stored: StoredTransaction): object {
  const receipts = receiptOutcomes(chain, stored.hash).flatMap(({ outcome }) => {
    const receipt = chain.receipts.get(outcome.id);
    return receipt === undefined ? [] : [receiptView(receipt)];
  });
  return { ...transactionStatusView(chain, stored), receipts };
}

/** nearcore's `ReceiptView`. */
export function receiptView(receipt: Receipt): unknown {
  const { predecessorId, receiptId, receiverId } = receipt;
  const head = { predecessor_id: predecessorId, receiver_id: receiverId, receipt_id: receiptId, priority: 0 };
  if (!isActionReceipt(receipt)) {
    const data = receipt.data === null ? null : Buffer.from(receipt.data).toString("base64");
    const isResume = receipt.kind === "PromiseResume";
    return { ...head, receipt: { Data: { data_id: receipt.dataId, data, is_promise_resume: isResume } } };
  }
  return {
    ...head,
    receipt: {
      Action: {
        signer_id: receipt.signerId,
        signer_public_key: receipt.signerPublicKey,
        gas_price: String(receipt.gasPriceYocto),
        output_data_receivers: receipt.outputDataReceivers.map(({ dataId, receiverId: receiver }) => ({
          data_id: dataId,
          receiver_id: receiver,
        })),
        input_data_ids: receipt.inputDataIds,
        actions: receipt.actions.map(actionView),
        refund_to: receipt.refundToId,
        is_promise_yield: receipt.kind === "PromiseYield",
      },
    },
  };
}

/** nearcore's `ExecutionOutcomeWithIdView`; the proof leads to the root over the block's outcomes. */
export function outcomeView(chain: Chain, stored: StoredOutcome): Readonly<Record<string, unknown>> {
  const { block, outcome } = stored;
  return {
    proof: merklePathView(outcomePath(stored)),
    block_hash: block.hash,
    id: outcome.id,
    outcome: {
      logs: outcome.logs,
      receipt_ids: outcome.receiptIds,
      gas_burnt: Number(outcome.burntGas),
      tokens_burnt: String(outcome.tokensBurntYocto),
      executor_id: outcome.executorId,
      status: statusView(outcome.status),
      metadata: metadataView(chain, outcome),
    },
  };
}

function metadataView(chain: Chain, { contractHashes, gasProfile }: StoredOutcome["outcome"]): unknown {
  if (gasProfile === null) return { version: 1, gas_profile: null };
  const profile = gasProfile.map(({ category, cost, gas }) => ({
    cost_category: category,
    cost,
    gas_used: String(gas),
  }));
  if (chain.environment.parameters.protocolVersion < CONTRACTS_IN_METADATA) {
    return { version: 3, gas_profile: profile };
  }
  return { version: 4, gas_profile: profile, contracts: contractHashes.map((hash) => ({ local: hash })) };
}

function statusView(status: FinalStatus): unknown {
  switch (status.kind) {
    case "Started":
      return "Started";
    case "SuccessValue":
      return { SuccessValue: Buffer.from(status.bytes).toString("base64") };
    case "SuccessReceiptId":
      return { SuccessReceiptId: status.receiptId };
    case "Failure":
      return { Failure: { ActionError: { index: status.actionIndex, kind: status.error } } };
  }
}
