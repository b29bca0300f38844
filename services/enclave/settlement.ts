import { HandoverError } from "../../sdk/src/handover/handover-error.ts";
import type { Settlement } from "../../sdk/src/handover/settlement.ts";
import { type HandoverTerms, requireReceipt } from "../../sdk/src/handover/terms.ts";
import type { ReadSettlement } from "./ports.ts";

/**
 * What the chain shows, without a receipt that isn't the recipient's own. The contract takes one receipt only and none
 * after the expiry: with a false one in its place, both sides see the handover expire.
 */
export async function believedSettlement(read: ReadSettlement, terms: HandoverTerms): Promise<Settlement> {
  const settlement = await read(terms);
  if (settlement.kind === "unseen" || settlement.receipt === null) return settlement;
  try {
    requireReceipt(settlement.receipt, terms);
    return settlement;
  } catch (error) {
    if (error instanceof HandoverError) return { ...settlement, receipt: null };
    throw error;
  }
}
