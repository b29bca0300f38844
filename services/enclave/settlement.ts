import { HandoverError } from "../../sdk/src/handover/handover-error.ts";
import type { Settlement } from "../../sdk/src/handover/settlement.ts";
import { type HandoverTerms, requireReceipt } from "../../sdk/src/handover/terms.ts";
import type { ReadSettlement } from "./ports.ts";

/** What the chain shows, unless its receipt isn't the recipient's own: then it shows nothing that can be built on. */
export async function believedSettlement(read: ReadSettlement, terms: HandoverTerms): Promise<Settlement> {
  const settlement = await read(terms);
  if (settlement.kind === "unseen" || settlement.receipt === null) return settlement;
  try {
    requireReceipt(settlement.receipt, terms);
    return settlement;
  } catch (error) {
    if (error instanceof HandoverError) return { kind: "unseen" };
    throw error;
  }
}
