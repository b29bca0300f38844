import type { Outcome, OutcomeStatus } from "../runtime/outcome.ts";
import type { Chain, StoredOutcome } from "./chain.ts";

export type FinalStatus = OutcomeStatus | { readonly kind: "Started" };

/** Outcomes of a transaction's receipts in nearcore's order: each receipt, then what it made, depth first. */
export function receiptOutcomes(chain: Chain, transactionHash: string): StoredOutcome[] {
  const found: StoredOutcome[] = [];
  const open = [...(chain.outcomes.get(transactionHash)?.outcome.receiptIds ?? [])].reverse();
  while (open.length > 0) {
    const stored = chain.outcomes.get(open.pop()!);
    if (stored === undefined) continue;
    found.push(stored);
    open.push(...[...stored.outcome.receiptIds].reverse());
  }
  return found;
}

/** Whether every receipt that the transaction set off has run. */
export function isFinished(chain: Chain, transactionHash: string): boolean {
  const transaction = chain.outcomes.get(transactionHash);
  if (transaction === undefined) return false;
  const outcomes = [transaction, ...receiptOutcomes(chain, transactionHash)];
  return outcomes.every(({ outcome }) => outcome.receiptIds.every((id) => chain.outcomes.has(id)));
}

/** The transaction's result: that of the receipt at the end of the chain of returned promises. */
export function finalStatus(chain: Chain, transactionHash: string): FinalStatus {
  let id = transactionHash;
  for (;;) {
    const outcome: Outcome | undefined = chain.outcomes.get(id)?.outcome;
    if (outcome === undefined) return { kind: "Started" };
    if (outcome.status.kind !== "SuccessReceiptId") return outcome.status;
    id = outcome.status.receiptId;
  }
}
