import type { Chain } from "./chain.ts";

/** nearcore keeps five epochs; older blocks, transactions and outcomes are garbage-collected. */
const KEPT_EPOCHS = 5;

/** Drops the oldest blocks beyond what is kept, with all that happened in them, so that memory stays flat. */
export function forgetOldBlocks(chain: Chain): void {
  const kept = KEPT_EPOCHS * chain.genesis.epochLength;
  for (const [height, block] of chain.blocks) {
    if (chain.blocks.size <= kept) return;
    chain.blocks.delete(height);
    chain.heightByHash.delete(block.hash);
    for (const id of block.outcomeIds) chain.outcomes.delete(id);
    for (const hash of block.transactionHashes) chain.transactions.delete(hash);
    for (const id of block.receiptIds) chain.receipts.delete(id);
  }
}
