import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import type { AskNode } from "../client/json-rpc.ts";
import { isRetryable } from "../errors/base-error.ts";
import { RpcError } from "../errors/rpc-error.ts";
import { InspectError } from "./inspect-error.ts";
import { readTransaction, type SeenTransaction } from "./read-transaction.ts";
import type { WalkedBlock } from "./walk-blocks.ts";

const AT_ONCE = 8;

/**
 * The receipts that touched the contract's account, by block; null where the node doesn't serve
 * `EXPERIMENTAL_changes`. Every call touches the account, also one that only logs. Throws RpcError.
 */
export async function touchingReceipts(
  node: AskNode,
  contractId: string,
  blocks: readonly WalkedBlock[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<BlockHeight, readonly string[]> | null> {
  if (unserving.has(node)) return null;
  const found = new Map<BlockHeight, readonly string[]>();
  // One alone first: whether the node serves it need not be asked eight times.
  for (let at = 0; at < blocks.length; at += at === 0 ? 1 : AT_ONCE) {
    const group = blocks.slice(at, at + (at === 0 ? 1 : AT_ONCE));
    const answers = await Promise.all(group.map((block) => receiptsIn(node, contractId, block, signal)));
    for (const [index, receipts] of answers.entries()) {
      const block = group[index];
      if (receipts === null) {
        unserving.add(node);
        return null;
      }
      if (block !== undefined && receipts.length > 0) found.set(block.height, receipts);
    }
  }
  return found;
}

/** Nodes that said so once aren't asked again. */
const unserving = new WeakSet<AskNode>();

async function receiptsIn(
  node: AskNode,
  contractId: string,
  { hash }: WalkedBlock,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | null> {
  const params = { changes_type: "account_changes", account_ids: [contractId], block_id: hash };
  try {
    const { changes } = ((await node.ask("EXPERIMENTAL_changes", params, signal)) ?? {}) as {
      changes?: unknown;
    };
    if (!Array.isArray(changes)) return null;
    return [...new Set(changes.flatMap(receiptOf))];
  } catch (error) {
    if (isUnserved(error)) return null;
    throw error;
  }
}

/** Balances that move for other reasons, as the fee of a transaction does, log nothing. */
function receiptOf(change: unknown): string[] {
  const { cause } = (change ?? {}) as {
    cause?: { readonly type?: unknown; readonly receipt_hash?: unknown };
  };
  const isReceipt = cause?.type === "receipt_processing" && typeof cause.receipt_hash === "string";
  return isReceipt ? [cause.receipt_hash as string] : [];
}

/** Providers turn a method away in their own ways; what waiting can mend is another matter. */
function isUnserved(error: unknown): boolean {
  return error instanceof RpcError && !isRetryable(error) && error.code !== "RPC_ABORTED";
}

/** Asks newer nodes which transaction a receipt comes from; null where that can't be learned. */
export async function transactionOfReceipt(
  node: AskNode,
  contractId: string,
  receiptId: string,
  signal?: AbortSignal,
): Promise<SeenTransaction | null> {
  try {
    const answer = await node.ask("EXPERIMENTAL_receipt_to_tx", { receipt_id: receiptId }, signal);
    const { sender_account_id: sender, transaction_hash: hash } = (answer ?? {}) as Record<string, unknown>;
    if (typeof hash !== "string") return null;
    return await readTransaction(node, hash, typeof sender === "string" ? sender : contractId, signal);
  } catch (error) {
    if (isUnserved(error) || error instanceof InspectError) return null;
    throw error;
  }
}
