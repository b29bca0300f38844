/** Anybody asks for a signature; the call waits for the answer. Source: issue of signature requests, contract.md §4.6. */
import type { Change } from "../change.ts";
import type { Sign } from "../commands.ts";
import type { Context, Transfer } from "../context.ts";
import { refuse } from "../errors.ts";
import { MAX_DUPLICATE_REQUESTS, MAX_PENDING_REQUESTS, MIN_SIGN_GAS } from "../limits.ts";
import type { ProtocolState } from "../state.ts";
import {
  type PendingRequest,
  payloadParts,
  type RequestId,
  type RequestQueue,
  type SignatureRequest,
  type Ticket,
} from "./signature-request.ts";
import { requireSigningDomain, requireSigningState } from "./signing-domain.ts";

/** Order of the group of secp256k1: an ECDSA payload is a number below it. */
const SECP256K1_ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

export function sign(before: ProtocolState, { request: asked }: Sign, context: Context): Change {
  const state = requireSigningState(before);
  const { domain_id, path, payload_v2: payload } = asked;
  const { payload_kind } = requireSigningDomain(state, domain_id);
  const [found, bytes] = payloadParts(payload);
  if (found !== payload_kind) refuse("WRONG_PAYLOAD", { domain_id, expected: payload_kind, found });
  if (found === "Ecdsa" && bytes >= SECP256K1_ORDER) refuse("PAYLOAD_OUT_OF_RANGE", { domain_id });
  requireGas(context);
  const refund = refundOf(context);
  const request: SignatureRequest = { tweak: context.ports.tweak(context.caller, path), payload, domain_id };
  const id = context.ports.requestId(request);
  const { queue, pending, ticket } = withTicket(id, request, context);
  const waiting = pending.tickets.length;
  return {
    requests: { queue, id, request: pending, effect: { kind: "wait", request_id: id, ticket } },
    transfers: refund,
    events: [
      {
        event: "signature_requested",
        data: { request_id: id, domain_id, predecessor_id: context.caller, path, waiting },
      },
    ],
  };
}

interface Queued {
  readonly queue: RequestQueue;
  readonly pending: PendingRequest;
  readonly ticket: Ticket;
}

/** Equal requests share one entry and one answer. */
function withTicket(id: RequestId, request: SignatureRequest, context: Context): Queued {
  const { next_ticket: ticket, ids } = context.lookup.requests();
  const next_ticket = (ticket + 1) as Ticket;
  const earlier = ids.includes(id) ? context.lookup.request(id) : undefined;
  if (earlier === undefined) {
    if (ids.length >= MAX_PENDING_REQUESTS) {
      refuse("TOO_MANY_REQUESTS", { pending: ids.length, limit: MAX_PENDING_REQUESTS });
    }
    const pending = { request, requested_in: context.height, tickets: [ticket] };
    return { queue: { next_ticket, ids: [...ids, id] }, pending, ticket };
  }
  const { tickets } = earlier;
  if (tickets.length >= MAX_DUPLICATE_REQUESTS) {
    refuse("TOO_MANY_DUPLICATES", {
      request_id: id,
      waiting: tickets.length,
      limit: MAX_DUPLICATE_REQUESTS,
    });
  }
  return { queue: { next_ticket, ids }, pending: { ...earlier, tickets: [...tickets, ticket] }, ticket };
}

/** Else a request would be queued whose answer can't be delivered. */
function requireGas({ prepaidGas }: Context): void {
  if (prepaidGas >= MIN_SIGN_GAS) return;
  refuse("NOT_ENOUGH_GAS", { attached: String(prepaidGas), required: String(MIN_SIGN_GAS) });
}

/** A deposit says that the account's full-access key signed; 1 yocto is enough, what is more goes back. */
function refundOf({ caller, depositYocto }: Context): readonly Transfer[] {
  return depositYocto > 1n ? [{ account_id: caller, amountYocto: depositYocto - 1n }] : [];
}
