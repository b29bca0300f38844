/** What one rule file asks to change; `transition` completes it to an `Outcome`. */
import type { AccountId } from "./brand.ts";
import type { ProtocolEvent } from "./events.ts";
import type { AccountRecord, Config, Counters } from "./records.ts";
import type { ProtocolState } from "./state.ts";

/** Every change tells the world: one without events changes nothing and is not stored. */
export interface Change {
  readonly state?: ProtocolState;
  readonly records?: readonly (readonly [AccountId, AccountRecord])[];
  readonly counters?: Counters;
  readonly config?: Config;
  readonly events: readonly ProtocolEvent[];
}

export const NO_CHANGE: Change = { events: [] };
