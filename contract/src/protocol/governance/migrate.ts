/** New code takes over; the shell has checked that it can read everything stored. Source: contract.md §3. */
import type { Change } from "../change.ts";
import type { Context } from "../context.ts";
import { requireContractItself } from "../rules/access.ts";
import { requireInitialized } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import { VERSION } from "../version.ts";

/** Changes nothing but tells the world: the state of this version is that of the one before. */
export function migrate(state: ProtocolState, context: Context): Change {
  requireContractItself(context);
  requireInitialized(state);
  return { events: [{ event: "code_updated", data: { version: VERSION } }] };
}
