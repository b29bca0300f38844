/** A participant's node brings the signature that a request waits for. */
import type { AccountId } from "../brand.ts";
import type { Change } from "../change.ts";
import type { Respond } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { requireMember } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import { payloadParts, type SignatureRequest, type SignatureResponse } from "./signature-request.ts";
import { keyOf, requireSigningState, type SigningState } from "./signing-domain.ts";

/**
 * Everybody who waits gets the signature, and the request is done. One that does not verify under the derived key is
 * refused, and the request goes on waiting.
 */
export function respond(before: ProtocolState, { request, response }: Respond, context: Context): Change {
  const state = requireSigningState(before);
  const account_id = requireRespondingNode(state, context);
  const request_id = context.ports.requestId(request);
  const queue = context.lookup.requests();
  const pending = queue.ids.includes(request_id) ? context.lookup.request(request_id) : undefined;
  if (pending === undefined) return refuse("UNKNOWN_REQUEST", { request_id });
  requireSignature(state, request, response, context);
  const { tickets } = pending;
  return {
    requests: {
      queue: { ...queue, ids: queue.ids.filter((id) => id !== request_id) },
      id: request_id,
      request: null,
      effect: { kind: "answer", request_id, tickets, response },
    },
    events: [{ event: "signature_responded", data: { request_id, account_id, answered: tickets.length } }],
  };
}

/** A member's recorded node; in Recovery not that of the member that comes back, old or new. */
function requireRespondingNode(state: SigningState, context: Context): AccountId {
  const [account_id] = requireMember(context);
  if (state.kind === "Recovery" && state.recovering.account_id === account_id) {
    refuse("BEING_REPLACED", { account_id, recovery_id: state.recovery_id });
  }
  const expected = context.lookup.record(account_id)?.node_key ?? refuse("NO_NODE_KEY", { account_id });
  if (context.signerKey !== expected) {
    refuse("WRONG_SIGNER_KEY", { role: "node", provided: context.signerKey, expected });
  }
  return account_id;
}

function requireSignature(
  state: SigningState,
  request: SignatureRequest,
  response: SignatureResponse,
  context: Context,
): void {
  const { domain_id, tweak, payload } = request;
  const [kind, bytes] = payloadParts(payload);
  const expected = kind === "Ecdsa" ? "Secp256k1" : "Ed25519";
  const { scheme } = response;
  if (scheme !== expected || !isWhole(response)) {
    refuse("WRONG_SIGNATURE_SCHEME", { domain_id, expected, found: scheme });
  }
  const key = keyOf(state, domain_id) ?? refuse("UNKNOWN_DOMAIN", { domain_id });
  const derived = context.ports.derivedKey(key, tweak);
  if (derived === null || !context.ports.verifySignature(derived, bytes, response)) {
    refuse("INVALID_SIGNATURE", { domain_id });
  }
}

/** Has the fields of its scheme and no others. */
function isWhole({ scheme, big_r, s, recovery_id, signature }: SignatureResponse): boolean {
  const hasEcdsa = big_r !== null && s !== null && recovery_id !== null;
  const hasNone = big_r === null && s === null && recovery_id === null;
  return scheme === "Secp256k1" ? hasEcdsa && signature === null : hasNone && signature !== null;
}
