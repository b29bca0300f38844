import type { TlsPublicKey } from "../../../../contract/src/protocol/brand.ts";
import type { Tweak } from "../../../../contract/src/protocol/requests/signature-request.ts";
import type { Keyshare } from "../../../keyshare/keyshare.ts";
import { type Route, type RouteReply, refusal } from "../../../transport/routes.ts";
import { commitToNonces, discardNonce } from "../commit-to-nonces.ts";
import { deriveMaterial } from "../derive-material.ts";
import { fromKeyshare } from "../keyshare-codec.ts";
import { signShare } from "../sign-share.ts";
import { SignerError, type SignerErrorCode } from "../signer-error.ts";
import type { ReadPeers, SignerPeer } from "./signer-peer.ts";
import {
  type CommitReply,
  type CommitRequest,
  readCommitRequest,
  readShareRequest,
  type ShareReply,
  SIGNING_PATHS,
  toWire,
} from "./signing-messages.ts";
import { createSigningSessions, type SigningSessions } from "./signing-sessions.ts";

/** What the signer's routes need from the node. */
export interface SignerRoutesOptions {
  /** This node's own TLS key: a node that isn't among the peers itself signs nothing. */
  readonly self: TlsPublicKey;
  readonly peers: ReadPeers;
  /** This node's share of a domain in the contract's current keyset. */
  readonly keyshareOf: ReadKeyshare;
  /** Decides whether this node puts its share under a message. A coordinator alone must not. */
  readonly approve: ApproveSigning;
  /** A clock that never goes back, in milliseconds; `performance.now` outside tests. */
  readonly nowMillis: () => number;
}

/** This node's share of a domain, or `undefined` when it holds none of the current keyset. */
export type ReadKeyshare = (domainId: number) => Promise<Keyshare | undefined>;

/** What a coordinator wants signed. */
export interface SigningProposal {
  readonly domain_id: number;
  readonly message: Uint8Array;
  /** Of the derived key to sign with; undefined for the domain's own key. */
  readonly tweak: Tweak | undefined;
  readonly coordinator: SignerPeer;
}

/** Asked once per session, before any nonce is drawn. `reason` reaches the coordinator: no secrets in it. */
export type ApproveSigning = (proposal: SigningProposal) => Promise<SigningDecision>;
export type SigningDecision =
  | { readonly kind: "approved" }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * The routes by which other participants use this node as a signer. Whoever isn't among the current
 * peers gets 403, whatever else the server knows it as; a session signs once.
 * Refusals: 400 `BAD_MESSAGE`, 403 `NOT_A_PEER` `NOT_APPROVED`, 404 `NO_SUCH_SESSION`, 409
 * `NOT_SIGNING` `NO_KEYSHARE` `KEYSET_DIFFERS` `SESSION_EXISTS`, 422 `BAD_COMMITMENT_LIST`, 429 `TOO_MANY_SESSIONS`.
 */
export function createSignerRoutes<Peer extends { readonly tls_public_key: TlsPublicKey }>(
  options: SignerRoutesOptions,
): readonly Route<Peer>[] {
  const sessions = createSigningSessions(options.nowMillis);
  const route = (path: string, answer: Answer): Route<Peer> => ({
    method: "POST",
    path,
    handle: (peer, body) => answerPeer(options, peer.tls_public_key, (sender) => answer(sender, body)),
  });
  return [
    route(SIGNING_PATHS.commit, (sender, body) => answerCommit(options, sessions, sender, body)),
    route(SIGNING_PATHS.share, (sender, body) => answerShare(sessions, sender, body)),
  ];
}

type Answer = (sender: SignerPeer, body: unknown) => Promise<RouteReply>;

async function answerPeer(
  options: SignerRoutesOptions,
  key: TlsPublicKey,
  answer: (sender: SignerPeer) => Promise<RouteReply>,
): Promise<RouteReply> {
  const peers = await options.peers();
  const sender = peers.find((peer) => peer.tls_public_key === key);
  if (sender === undefined)
    return refusal(403, "NOT_A_PEER", "Only the contract's current participants take part in signing.");
  if (!peers.some((peer) => peer.tls_public_key === options.self))
    return refusal(
      409,
      "NOT_SIGNING",
      "This node isn't among the current participants; choose another signer.",
    );
  try {
    return await answer(sender);
  } catch (thrown) {
    const status = thrown instanceof SignerError ? REFUSED_WITH[thrown.code] : undefined;
    if (!(thrown instanceof SignerError) || status === undefined) throw thrown;
    return refusal(status, thrown.code, thrown.shortMessage);
  }
}

const REFUSED_WITH: Partial<Record<SignerErrorCode, 400 | 422>> = {
  BAD_MESSAGE: 400,
  BAD_COMMITMENT_LIST: 422,
};

async function answerCommit(
  { keyshareOf, approve }: SignerRoutesOptions,
  sessions: SigningSessions,
  coordinator: SignerPeer,
  body: unknown,
): Promise<RouteReply> {
  const request = readCommitRequest(body, "body");
  const share = await keyshareOf(request.domain_id);
  if (share === undefined)
    return refusal(409, "NO_KEYSHARE", `This node holds no share of domain ${request.domain_id}.`);
  const difference = keysetDifference(share, request);
  if (difference !== undefined) return refusal(409, "KEYSET_DIFFERS", difference);
  const { domain_id, message } = request;
  const tweak = request.tweak && (Array.from(request.tweak) as readonly number[] as Tweak);
  const decision = await approve({ domain_id, message, tweak, coordinator });
  if (decision.kind === "refused") return refusal(403, "NOT_APPROVED", decision.reason);

  const material = tweak ? deriveMaterial(fromKeyshare(share), tweak) : fromKeyshare(share);
  const nonce = commitToNonces(material);
  const opened = sessions.open(coordinator.account_id, request.session_id, { material, nonce, message });
  if (opened !== "opened") discardNonce(nonce);
  switch (opened) {
    case "duplicate":
      return refusal(409, "SESSION_EXISTS", "This session id is in use; draw a new one.");
    case "full":
      return refusal(429, "TOO_MANY_SESSIONS", "This coordinator has too many sessions open; finish some.");
    case "opened": {
      const { participantId, hiding, binding } = nonce.commitment;
      const { session_id } = request;
      const reply: CommitReply = { session_id, participant_id: participantId, hiding, binding };
      return { kind: "ok", body: toWire(reply) };
    }
  }
}

async function answerShare(
  sessions: SigningSessions,
  coordinator: SignerPeer,
  body: unknown,
): Promise<RouteReply> {
  const { session_id, commitments } = readShareRequest(body, "body");
  const session = sessions.take(coordinator.account_id, session_id);
  if (session === undefined)
    return refusal(404, "NO_SUCH_SESSION", "This session never was, has signed or has expired; start anew.");
  const list = commitments.map(({ participant_id, hiding, binding }) => ({
    participantId: participant_id,
    hiding,
    binding,
  }));
  const { participantId, share } = signShare(session.material, session.nonce, list, session.message);
  const reply: ShareReply = { session_id, participant_id: participantId, share };
  return { kind: "ok", body: toWire(reply) };
}

function keysetDifference(share: Keyshare, request: CommitRequest): string | undefined {
  const fields = ["epoch_id", "attempt", "public_key"] as const;
  const differing = fields.find((field) => share[field] !== request[field]);
  return differing === undefined
    ? undefined
    : `This node's ${differing} is ${share[differing]}, the request's ${request[differing]}.`;
}
