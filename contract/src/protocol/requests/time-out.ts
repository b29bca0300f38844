/** What the contract calls itself with when a request waited too long; private methods. */
import type { Change } from "../change.ts";
import type { ReturnSignature } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { requireContractItself } from "../rules/access.ts";
import type { RequestChange } from "./signature-request.ts";

/** Nobody answered this ticket in time: it stops waiting, the others with the same request go on. */
export function timeOutRequest({ request_id, ticket }: ReturnSignature, context: Context): Change {
  requireContractItself(context);
  const queue = context.lookup.requests();
  const pending = queue.ids.includes(request_id) ? context.lookup.request(request_id) : undefined;
  const tickets = pending?.tickets.filter((one) => one !== ticket) ?? [];
  const data = { request_id, ticket, waiting: tickets.length };
  const ids = tickets.length > 0 ? queue.ids : queue.ids.filter((id) => id !== request_id);
  const request = pending && tickets.length > 0 ? { ...pending, tickets } : null;
  const requests: RequestChange = {
    queue: { ...queue, ids },
    id: request_id,
    request,
    effect: { kind: "fail" },
  };
  return { requests, events: [{ event: "signature_timed_out", data }] };
}

/** Tells the one who waited; a call of its own, since a failed call undoes what it changed. */
export function failOnTimeout(context: Context): never {
  requireContractItself(context);
  return refuse("REQUEST_TIMED_OUT", {});
}
