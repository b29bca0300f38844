import { base58 } from "@scure/base";
import { chargeTransaction } from "../runtime/charge-transaction.ts";
import type { ChunkContext } from "../runtime/chunk-context.ts";
import type { InvalidTxError } from "../runtime/errors.ts";
import { childReceiptId } from "../runtime/ids.ts";
import { type Outcome, outcomeLeaf } from "../runtime/outcome.ts";
import { expireYields, processReceipt } from "../runtime/process-receipt.ts";
import { type ActionReceipt, isInstant, type Receipt } from "../runtime/receipts.ts";
import type { SignedTransaction } from "../transaction/actions.ts";
import type { Block } from "./block.ts";
import type { Chain } from "./chain.ts";
import { merkleTree } from "./merkle.ts";
import { openBlock } from "./next-block.ts";
import { forgetOldBlocks } from "./retention.ts";

/**
 * Makes the next block: takes in the transaction, if any, runs its receipt when the signer is the receiver, then the
 * receipts that earlier blocks sent. What these send is for the next block. The transaction must have been checked.
 */
export function produceBlock(
  chain: Chain,
  transaction: SignedTransaction | null,
  height = chain.head.height + 1n,
): Block {
  const block = openBlock(chain, height);
  const run: BlockRun = { chain, block, context: chunkContext(chain, block), outgoing: [], leaves: [] };
  const local = transaction === null ? [] : takeIn(run, transaction);
  const queue = [...local, ...chain.delayed, ...chain.incoming];
  chain.delayed = [];
  while (queue.length > 0 && block.burntGas < chain.genesis.gasLimit) runReceipt(run, queue.shift()!);
  chain.delayed = queue;
  run.outgoing.push(...expireYields(run.context));
  chain.incoming = run.outgoing;
  chain.trie.flush();
  block.outcomeTree = merkleTree(run.leaves);
  if (block.outcomeIds.length > 0) chain.stateHeight = block.height;
  forgetOldBlocks(chain);
  return block;
}

/** Why the transaction can't go into the next block, or null. */
export function checkTransaction(chain: Chain, transaction: SignedTransaction): InvalidTxError | null {
  const base = chain.heightByHash.get(base58.encode(transaction.blockHash));
  const height = chain.head.height + 1n;
  if (base === undefined || height - base > BigInt(chain.genesis.transactionValidityPeriod)) return "Expired";
  const charged = chargeTransaction(chain.state, transaction, {
    parameters: chain.environment.parameters,
    gasPriceYocto: chain.head.gasPriceYocto,
    height,
  });
  return charged.ok ? null : charged.error;
}

interface BlockRun {
  readonly chain: Chain;
  readonly block: Block;
  readonly context: ChunkContext;
  readonly outgoing: Receipt[];
  readonly leaves: Uint8Array[];
}

function chunkContext(chain: Chain, block: Block): ChunkContext {
  return {
    state: chain.state,
    trie: chain.trie,
    parameters: chain.environment.parameters,
    runFunctionCall: chain.environment.runFunctionCall,
    chainId: chain.genesis.chainId,
    height: block.height,
    timestampNanos: block.timestampNanos,
    epochHeight: block.epochHeight,
    gasPriceYocto: block.gasPriceYocto,
    randomness: block.randomness,
  };
}

/** Charges the signer and makes the transaction's receipt, which is returned when it runs in this very block. */
function takeIn(run: BlockRun, transaction: SignedTransaction): Receipt[] {
  const { block, chain, context } = run;
  const charged = chargeTransaction(chain.state, transaction, context);
  if (!charged.ok) throw new Error(`transaction was not checked: ${JSON.stringify(charged.error)}`);
  const { cost, signer } = charged.value;
  const { signerId, receiverId } = transaction;
  chain.state.accounts.set(signerId, signer);
  const hash = base58.encode(transaction.hash);
  const receipt: ActionReceipt = {
    kind: "Action",
    receiptId: childReceiptId(hash, block.height, 0),
    transactionHash: hash,
    predecessorId: signerId,
    receiverId,
    signerId,
    signerPublicKey: transaction.publicKey,
    gasPriceYocto: cost.receiptGasPriceYocto,
    refundToId: null,
    outputDataReceivers: [],
    inputDataIds: [],
    actions: transaction.actions,
  };
  chain.transactions.set(hash, { transaction, hash });
  block.transactionHashes.push(hash);
  storeReceipt(run, receipt);
  recordOutcome(run, {
    id: hash,
    transactionHash: hash,
    executorId: signerId,
    receiptIds: [receipt.receiptId],
    logs: [],
    burntGas: cost.burntGas,
    tokensBurntYocto: cost.burntYocto,
    status: { kind: "SuccessReceiptId", receiptId: receipt.receiptId },
    gasProfile: null,
    contractHashes: [],
  });
  if (signerId === receiverId) return [receipt];
  run.outgoing.push(receipt);
  return [];
}

/** Runs a receipt, and at once those that it makes for this very chunk. */
function runReceipt(run: BlockRun, receipt: Receipt): void {
  const instant = [receipt];
  while (instant.length > 0) {
    const next = instant.shift()!;
    const applied = processReceipt(run.context, next);
    if (applied === null) continue;
    recordOutcome(run, applied.outcome);
    for (const created of applied.newReceipts) {
      storeReceipt(run, created);
      if (isInstant(created)) instant.push(created);
      else run.outgoing.push(created);
    }
  }
}

function recordOutcome({ block, chain, leaves }: BlockRun, outcome: Outcome): void {
  chain.outcomes.set(outcome.id, { outcome, block, index: leaves.length });
  block.outcomeIds.push(outcome.id);
  block.burntGas += outcome.burntGas;
  leaves.push(outcomeLeaf(outcome));
}

function storeReceipt({ block, chain }: BlockRun, receipt: Receipt): void {
  chain.receipts.set(receipt.receiptId, receipt);
  block.receiptIds.push(receipt.receiptId);
}
