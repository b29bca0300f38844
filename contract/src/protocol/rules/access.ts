/** Private methods. */
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";

/** Refuses every caller but the contract's own account with PRIVATE_METHOD. */
export function requireContractItself({ caller, contractId }: Context): void {
  if (caller !== contractId) refuse("PRIVATE_METHOD", { caller, expected: contractId });
}
