import { forgetLeaves } from "./block-tree.ts";
import type { Chain } from "./chain.ts";

/** nearcore keeps five epochs; older blocks, transactions and outcomes are garbage-collected. */
const KEPT_EPOCHS = 5;

/** Drops the oldest blocks beyond what is kept, with all that happened in them, so that memory stays flat. */
export function forgetOldBlocks(chain: Chain): void {
  forgetHashes(chain);
  const kept = KEPT_EPOCHS * chain.genesis.epochLength;
  for (const [height, block] of chain.blocks) {
    if (chain.blocks.size <= kept) return;
    chain.blocks.delete(height);
    forgetLeaves(chain.blockTree, block.ordinal);
    for (const id of block.outcomeIds) chain.outcomes.delete(id);
    for (const hash of block.transactionHashes) chain.transactions.delete(hash);
    for (const id of block.receiptIds) chain.receipts.delete(id);
  }
}

/** Hashes outlive their blocks: transactions may still be based on them. */
function forgetHashes(chain: Chain): void {
  const oldest = chain.head.height - BigInt(chain.genesis.transactionValidityPeriod);
  for (const [hash, height] of chain.heightByHash) {
    if (height >= oldest) return;
    chain.heightByHash.delete(hash);
  }
}
