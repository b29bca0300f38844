/** Whether the network can answer signature requests. Source: contract.md §4.6. */
import type { DomainId } from "../brand.ts";
import type { ProtocolState } from "../state.ts";
import { countOf, currentKeyset, membersOf } from "./members.ts";
import { signersNeeded } from "./parameters.ts";

/** In Recovery one member is away: the others must reach the domain's threshold. */
export function acceptsRequests(state: ProtocolState, domainId: DomainId): boolean {
  if (state.kind === "NotInitialized" || state.kind === "Initializing") return false;
  const running = state.kind === "Running" ? state : state.previous_running_state;
  const hasKey = currentKeyset(state).domains.some((key) => key.domain_id === domainId);
  const domain = running.domains.domains.find((candidate) => candidate.id === domainId);
  if (!hasKey || !domain) return false;
  return state.kind !== "Recovery" || countOf(membersOf(state)) - 1 >= signersNeeded(domain);
}
