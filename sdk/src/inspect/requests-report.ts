import type { DomainId } from "../../../contract/src/protocol/brand.ts";
import { currentKeyset } from "../../../contract/src/protocol/rules/members.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { acceptsRequests } from "../actions/views.ts";
import type { ReadContract } from "../client/read-contract.ts";

/** Whether the network takes signature requests for a domain. */
export interface DomainRequests {
  readonly domainId: DomainId;
  readonly accepted: boolean;
}

/** Asks for every domain that has a key. Throws what view actions throw. */
export async function readRequests(
  reader: ReadContract,
  state: ProtocolState,
): Promise<readonly DomainRequests[]> {
  if (state.kind === "NotInitialized") return [];
  return Promise.all(
    currentKeyset(state).domains.map(async ({ domain_id }) => ({
      domainId: domain_id,
      accepted: (await acceptsRequests(reader, { domain_id })).value,
    })),
  );
}

/** Whether the network can be asked for signatures, in a sentence. */
export function requestsSentence(requests: readonly DomainRequests[]): string {
  const accepted = requests.filter((each) => each.accepted);
  if (requests.length === 0) return "There is no key to sign with yet.";
  if (accepted.length === requests.length) return "Signature requests are taken.";
  if (accepted.length === 0) return "No signature requests are taken.";
  return `Signature requests are taken for domain ${accepted.map(({ domainId }) => domainId).join(", ")} only.`;
}
