import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import type { Lookup } from "../../../contract/src/protocol/context.ts";
import {
  EMPTY_QUEUE,
  type PendingRequest,
  type RequestId,
  type Ticket,
} from "../../../contract/src/protocol/requests/signature-request.ts";
import { pendingRequests } from "../actions/views.ts";
import type { ReadContract, ViewOptions } from "../client/read-contract.ts";

/** How the core looks requests up. */
export type RequestLookup = Pick<Lookup, "requests" | "request">;

/** Methods whose rules look at what waits; for the others it is not read. */
const LOOKING: readonly AnyCallName[] = ["sign", "respond", "return_signature_and_clean_state_on_success"];

const NONE: RequestLookup = { requests: () => EMPTY_QUEUE, request: () => undefined };

/** What waits for an answer, as the view shows it: all but the number of the next ticket, which is NaN. */
export async function readRequests(
  reader: ReadContract,
  method: AnyCallName,
  options: ViewOptions,
): Promise<RequestLookup> {
  if (!LOOKING.includes(method)) return NONE;
  const { value } = await pendingRequests(reader, {}, options);
  const requests = new Map<RequestId, PendingRequest>(value.map((one) => [one.request_id, one]));
  const queue = { next_ticket: Number.NaN as Ticket, ids: [...requests.keys()] };
  return { requests: () => queue, request: (id) => requests.get(id) };
}
