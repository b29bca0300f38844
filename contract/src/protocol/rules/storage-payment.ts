/** Whoever has the contract store something pays for it. Source: contract.md §3. */
import type { Context, Transfer } from "../context.ts";
import { refuse } from "../errors.ts";

/** What is left of the deposit after this cost, on its way back; refuses one that doesn't reach with DEPOSIT_REQUIRED. */
export function excessOf(costYocto: bigint, { caller, depositYocto }: Context): Transfer[] {
  if (depositYocto < costYocto) {
    const [attached_yocto, required_yocto] = [String(depositYocto), String(costYocto)];
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto, reason: "storage" });
  }
  const amountYocto = depositYocto - costYocto;
  return amountYocto === 0n ? [] : [{ account_id: caller, amountYocto }];
}
