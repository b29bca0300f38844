import type { Ed25519Signature } from "../../contract/src/protocol/brand.ts";
import type { EphemeralKeyPurpose } from "../../contract/src/protocol/records.ts";
import { verifyEphemeralKeyProof } from "../../sdk/src/crypto/ephemeral-key-proof.ts";
import { eraseKxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { oneLine } from "../operations/program-error.ts";
import { refusal } from "../transport/routes.ts";
import { type RequestClaim, type SessionKey, WEB_PATHS } from "../transport/web/claim.ts";
import type { OwnKeys } from "../transport/web/own-keys.ts";
import { createSeenRequests } from "../transport/web/seen-requests.ts";
import {
  type LiveKey,
  liveKey,
  type ReadSessionSlots,
  type SessionSlots,
} from "../transport/web/session-slots.ts";
import type { UsedSessions } from "../transport/web/used-sessions.ts";
import type { AuthenticRequest, Refused, SignedAnswer, WebEndpoint } from "../transport/web/web-server.ts";
import { decideAcceptingShares, decideServingBackup, type TransferDecision } from "./decide-transfer.ts";
import { type HelloIdentity, refuse } from "./keyshare-routes.ts";
import { peerOf, sendBackup, signAnswer, takeShares, type WebNode } from "./web-answers.ts";
import { authenticate, type ViewAges } from "./web-authentication.ts";

/** What version 2 needs on the node's side. */
export interface WebEndpointOptions extends WebNode {
  readonly readSlots: ReadSessionSlots;
  readonly keys: OwnKeys;
  readonly used: UsedSessions;
  readonly viewAges: ViewAges;
  /** Ends reads and calls that are under way. */
  readonly signal: AbortSignal;
}

/**
 * The node's side of version 2 (recovery-services.md §3), for the registered backup service alone.
 *
 * - `GET /shares_backup` an envelope of the current keyset's `KeysharesDocument`
 * - `POST /shares_recover` takes such an envelope in this machine's Recovery; answered once the shares are synced
 * - `GET /shares_recover` the hashes of the keysets that are held
 *
 * A request that names the service's key alone is answered 202 with this node's key, which is published for it.
 * The one that then names both keys uses them up, whatever comes of it.
 */
export function createWebEndpoint(options: WebEndpointOptions): WebEndpoint {
  let turn: Promise<unknown> = Promise.resolve();
  const seen = createSeenRequests();
  return {
    authenticate: (method, path, header) =>
      authenticate(options.ports, options.identity, options.viewAges, { method, path, header }),
    async answer(request, body) {
      if (!seen.isNew(request.claim)) return refusal(409, "REQUEST_REPLAYED", "This request came before.");
      // One at a time: two requests at once would publish over each other's keys.
      const answered = turn.then(() => answer(options, request, body));
      turn = answered.catch(() => undefined);
      return await answered;
    },
  };
}

async function answer(
  options: WebEndpointOptions,
  request: AuthenticRequest,
  body: Buffer,
): Promise<SignedAnswer | Refused> {
  const { claim } = request;
  const route = `${claim.method} ${claim.path}`;
  if (route === `GET ${WEB_PATHS.recovery}`) return sayWhatIsHeld(options, request);
  if (route === `GET ${WEB_PATHS.backup}`) return exchange(options, request, "backup", body);
  if (route === `POST ${WEB_PATHS.recovery}`) return exchange(options, request, "recovery", body);
  return refusal(404, "NO_SUCH_RESOURCE", "There is nothing at this path.");
}

async function sayWhatIsHeld(options: WebEndpointOptions, request: AuthenticRequest): Promise<SignedAnswer> {
  const held_keysets = (await options.ports.store.list()).map((stored) => stored.keyset_hash);
  const text = JSON.stringify({ held_keysets });
  return signAnswer(
    options,
    request,
    { status: 200, node: null, proof: null, expires: request.claim.expires },
    text,
  );
}

async function exchange(
  options: WebEndpointOptions,
  request: AuthenticRequest,
  purpose: EphemeralKeyPurpose,
  body: Buffer,
): Promise<SignedAnswer | Refused> {
  const { claim } = request;
  try {
    const decision = await decide(options, claim, purpose);
    if (decision.kind === "refused") {
      return refuse(options.ports, REFUSED_EVENT[purpose], peerOf(claim), decision);
    }
    return claim.node === null
      ? await offerKey(options, request, decision, purpose, body)
      : await useKeys(options, request, decision, purpose, body);
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    // The contract or its endpoints didn't follow: for the service a reason to come again, not a fault of this node.
    options.ports.log.warn("exchange.failed", { purpose, code: error.code, message: oneLine(error) });
    return refusal(503, error.code, "The node couldn't read or call the contract; see its log.");
  }
}

const REFUSED_EVENT = { backup: "backup.refused", recovery: "recovery.shares_refused" } as const;

type Allowed = Extract<TransferDecision, { kind: "allowed" }>;

async function decide(
  { ports, identity }: WebEndpointOptions,
  claim: RequestClaim,
  purpose: EphemeralKeyPurpose,
): Promise<TransferDecision> {
  const view = await ports.view.refresh();
  return purpose === "backup"
    ? decideServingBackup(view, identity, claim.from)
    : decideAcceptingShares(view, identity, claim.from);
}

async function offerKey(
  options: WebEndpointOptions,
  request: AuthenticRequest,
  { keyset_hash }: Allowed,
  purpose: EphemeralKeyPurpose,
  body: Buffer,
): Promise<SignedAnswer | Refused> {
  if (body.length > 0) return refusal(400, "BODY_INVALID", "An opening request takes no body.");
  const held = await options.ports.store.list();
  // Before a key is paid for that would serve nothing.
  if (purpose === "backup" && !held.some((each) => each.keyset_hash === keyset_hash)) {
    return refusal(409, "KEYSHARES_MISSING", `this node doesn't hold the shares of keyset ${keyset_hash}`);
  }
  const service = serviceKey(
    options,
    request.claim,
    purpose,
    await options.readSlots(purpose, options.signal),
  );
  if ("kind" in service) return service;
  const { own } = await options.keys.offer(purpose, options.signal, service.public_key);
  const { session, public_key, proof } = own;
  options.ports.log.info("exchange.key_published", { purpose, session, service_session: service.session });
  const expires = Math.min(own.expires_on, service.expires_on);
  return signAnswer(options, request, { status: 202, node: { session, public_key }, proof, expires }, "{}");
}

async function useKeys(
  options: WebEndpointOptions,
  request: AuthenticRequest,
  decision: Allowed,
  purpose: EphemeralKeyPurpose,
  body: Buffer,
): Promise<SignedAnswer | Refused> {
  const { claim } = request;
  const slots = await options.readSlots(purpose, options.signal);
  const service = serviceKey(options, claim, purpose, slots);
  if ("kind" in service) return service;
  const own = claim.node === null ? undefined : options.keys.take(purpose, claim.node, slots);
  if (own === undefined)
    return refusal(409, "SESSION_UNKNOWN", "This node's key isn't, or is no longer, that one.");
  try {
    const { session, public_key, expires_on } = own;
    await options.used.markUsed({
      purpose,
      node: { session, public_key, expires_on },
      backup_service: service,
    });
    const keys = { own, service, height: slots.height };
    return purpose === "backup"
      ? await sendBackup(options, request, keys)
      : await takeShares(options, request, decision, keys, body);
  } finally {
    eraseKxKeyPair(own.pair);
  }
}

/** The service's key: the service's TLS key published it, the contract shows it, and it wasn't used. */
function serviceKey(
  { identity, used }: WebEndpointOptions,
  claim: RequestClaim,
  purpose: EphemeralKeyPurpose,
  slots: SessionSlots,
): LiveKey | Refused {
  if (claim.service === null || claim.proof === null) {
    return refusal(400, "SESSION_MISSING", "Expected the service's key of this exchange and its proof.");
  }
  const { session } = claim.service;
  if (!isPublishedByService(identity, claim.from, purpose, claim.service, claim.proof)) {
    const message = "The proof isn't the service's for this key and session.";
    return refusal(403, "INVALID_EPHEMERAL_KEY_PROOF", message);
  }
  const live = liveKey(slots, "backup_service", claim.service);
  if (live === undefined) {
    const message = `The contract shows another key than that of session ${session}, or none.`;
    return refusal(409, "SESSION_NOT_SHOWN", message);
  }
  if (claim.expires > live.expires_on) {
    const message = `The request may count until block ${live.expires_on} at most.`;
    return refusal(403, "AUTHENTICATION_EXPIRED", message);
  }
  if (used.wasUsed(purpose, "backup_service", live)) {
    return refusal(409, "SESSION_USED", `Session ${session}, or a later one, was used before.`);
  }
  return live;
}

function isPublishedByService(
  { network_id: networkId, contract_id: contractId, account_id: accountId }: HelloIdentity,
  tlsKey: string,
  purpose: EphemeralKeyPurpose,
  { session, public_key: publicKey }: SessionKey,
  proof: Ed25519Signature,
): boolean {
  const owner = { networkId, contractId, accountId, role: "backup_service", purpose } as const;
  return verifyEphemeralKeyProof(tlsKey, { ...owner, session, publicKey }, proof);
}
