/** What one rule file asks to change; `transition` completes it to an `Outcome`. */
import type { AccountId } from "./brand.ts";
import type { Outcome } from "./context.ts";
import type { AccountRecord } from "./records.ts";
import type { ProtocolState } from "./state.ts";

/**
 * Every change tells the world: one without events changes nothing and is not stored, but may answer, send money back
 * and say what holds.
 */
export interface Change extends Omit<Outcome, "state" | "records" | "tlsKeys"> {
  readonly state?: ProtocolState;
  readonly records?: readonly (readonly [AccountId, AccountRecord | null])[];
}

export const NO_CHANGE: Change = { events: [] };
