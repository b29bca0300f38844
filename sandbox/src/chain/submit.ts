import { base58 } from "@scure/base";
import { err, type InvalidTxError, ok, type Result } from "../runtime/errors.ts";
import type { SignedTransaction } from "../transaction/actions.ts";
import type { Chain } from "./chain.ts";
import { checkTransaction, produceBlock } from "./produce-block.ts";

/**
 * Takes a transaction into a block of its own and makes blocks until all that it set off has run (except yields).
 * A transaction that the chain knows already isn't run again. Returns its base58 hash.
 */
export function submitTransaction(
  chain: Chain,
  transaction: SignedTransaction,
): Result<string, InvalidTxError> {
  const hash = base58.encode(transaction.hash);
  if (chain.transactions.has(hash)) return ok(hash);
  const error = checkTransaction(chain, transaction);
  if (error !== null) return err(error);
  produceBlock(chain, transaction);
  settle(chain);
  return ok(hash);
}

/** Makes blocks until no receipt is on its way. */
export function settle(chain: Chain): void {
  while (chain.incoming.length > 0 || chain.delayed.length > 0) produceBlock(chain, null);
}
