import type { Receipt } from "./terms.ts";

/**
 * What a program knows of the chain about one handover, all at one block and proven. It may be an old block: nothing
 * that is concluded from it becomes wrong later.
 */
export type Settlement =
  /** The chain can't be seen, or nothing of it is proven. */
  | { readonly kind: "unseen" }
  | { readonly kind: "seen"; readonly time: number; readonly receipt: Receipt | null };

/** How a handover stands by one view of the chain. */
export type Standing =
  /** The receipt may still come, or may have come since. */
  | "open"
  /** The receipt is on chain: the recipient has the seed, for good. */
  | "receipted"
  /** It ended without a receipt, and the contract takes none any more. */
  | "expired";

/** Both sides read the chain the same way, so that they never both think that they are to go on. */
export function standingOf(settlement: Settlement, expires: number): Standing {
  if (settlement.kind === "unseen") return "open";
  if (settlement.receipt !== null) return "receipted";
  return settlement.time >= expires ? "expired" : "open";
}
