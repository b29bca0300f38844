import type { StoredTransaction } from "../../chain/chain.ts";
import { submitTransaction } from "../../chain/submit.ts";
import { isFinished } from "../../chain/transaction-status.ts";
import type { Receipt } from "../../runtime/receipts.ts";
import type { SignedTransaction } from "../../transaction/actions.ts";
import { BorshError } from "../../transaction/borsh-reader.ts";
import {
  decodeSignedTransaction,
  UnsupportedByEmbeddedChainError,
} from "../../transaction/decode-transaction.ts";
import { announceBlock, type RpcNode, waitUntil } from "../node.ts";
import { base64Param, namedParams, type Params, textParam } from "../params.ts";
import { handlerError, parseError, type RpcError } from "../rpc-error.ts";
import {
  receiptView,
  transactionStatusView,
  transactionStatusWithReceiptsView,
} from "../views/outcome-view.ts";

/** How long nearcore lets a client wait for a transaction. */
const POLLING_TIMEOUT_MS = 10_000;

const WAIT_LEVELS = [
  "NONE",
  "INCLUDED",
  "EXECUTED_OPTIMISTIC",
  "INCLUDED_FINAL",
  "EXECUTED",
  "FINAL",
] as const;

/** `send_tx`: submits and answers when the wanted level is reached (EXECUTED_OPTIMISTIC unless said otherwise). */
export async function sendTransaction(node: RpcNode, params: unknown): Promise<object> {
  const named = namedParams(params, ["signed_tx_base64"]);
  const level = waitLevel(named);
  const stored = submit(node, named);
  if (level === "NONE") return { final_execution_status: "NONE" };
  if (needsExecution(level)) await waitForExecution(node, stored.hash);
  return transactionStatusView(node.chain, stored);
}

export async function broadcastCommit(node: RpcNode, params: unknown): Promise<object> {
  const stored = submit(node, namedParams(params, ["signed_tx_base64"]));
  await waitForExecution(node, stored.hash);
  return transactionStatusView(node.chain, stored);
}

/** Answers with the hash. An invalid transaction is an error here, where nearcore would drop it later. */
export function broadcastAsync(node: RpcNode, params: unknown): string {
  return submit(node, namedParams(params, ["signed_tx_base64"])).hash;
}

export async function transactionStatus(node: RpcNode, params: unknown): Promise<object> {
  return transactionStatusView(node.chain, await awaitedTransaction(node, params));
}

export async function transactionStatusWithReceipts(node: RpcNode, params: unknown): Promise<object> {
  return transactionStatusWithReceiptsView(node.chain, await awaitedTransaction(node, params));
}

export function receiptById(node: RpcNode, params: unknown): unknown {
  return receiptView(knownReceipt(node, params));
}

/** `EXPERIMENTAL_receipt_to_tx`: the transaction that a receipt comes from. */
export function receiptToTransaction(node: RpcNode, params: unknown): object {
  const { transactionHash } = knownReceipt(node, params);
  const stored = node.chain.transactions.get(transactionHash);
  if (stored === undefined) throw unknownReceipt(textParam(namedParams(params, []), "receipt_id"));
  return { transaction_hash: transactionHash, sender_account_id: stored.transaction.signerId };
}

function knownReceipt({ chain }: RpcNode, params: unknown): Receipt {
  const receiptId = textParam(namedParams(params, ["receipt_id"]), "receipt_id");
  const receipt = chain.receipts.get(receiptId);
  if (receipt === undefined) throw unknownReceipt(receiptId);
  return receipt;
}

function unknownReceipt(receiptId: string): RpcError {
  const text = `Receipt with id ${receiptId} has never been observed on this node`;
  return handlerError("UNKNOWN_RECEIPT", { receipt_id: receiptId }, text);
}

async function awaitedTransaction(node: RpcNode, params: unknown): Promise<StoredTransaction> {
  const named = namedParams(params, ["tx_hash", "sender_account_id"]);
  const level = waitLevel(named);
  const hash = named.signed_tx_base64 === undefined ? textParam(named, "tx_hash") : submit(node, named).hash;
  const stored = node.chain.transactions.get(hash);
  if (stored === undefined) {
    const info = { requested_transaction_hash: hash };
    throw handlerError("UNKNOWN_TRANSACTION", info, `Transaction ${hash} doesn't exist`);
  }
  if (needsExecution(level)) await waitForExecution(node, hash);
  return stored;
}

function submit(node: RpcNode, params: Params): StoredTransaction {
  const transaction = decode(base64Param(params, "signed_tx_base64"));
  const submitted = submitTransaction(node.chain, transaction);
  announceBlock(node);
  if (!submitted.ok) {
    const data = { TxExecutionError: { InvalidTxError: submitted.error } };
    throw handlerError("INVALID_TRANSACTION", {}, data);
  }
  return node.chain.transactions.get(submitted.value)!;
}

function decode(bytes: Uint8Array): SignedTransaction {
  try {
    return decodeSignedTransaction(bytes);
  } catch (error) {
    if (error instanceof UnsupportedByEmbeddedChainError) throw parseError(error.message);
    if (error instanceof BorshError) throw parseError(`Failed to decode transaction: ${error.message}`);
    throw error;
  }
}

function waitLevel(params: Params): string {
  const level = params.wait_until ?? "EXECUTED_OPTIMISTIC";
  if (WAIT_LEVELS.some((known) => known === level)) return level as string;
  throw parseError(
    `Failed parsing args: unknown variant \`${level}\`, expected one of ${WAIT_LEVELS.join(", ")}`,
  );
}

function needsExecution(level: string): boolean {
  return level === "EXECUTED_OPTIMISTIC" || level === "EXECUTED" || level === "FINAL";
}

async function waitForExecution(node: RpcNode, hash: string): Promise<void> {
  const done = await waitUntil(node, () => isFinished(node.chain, hash), POLLING_TIMEOUT_MS);
  if (!done) throw handlerError("TIMEOUT_ERROR", {}, "Timeout");
}
