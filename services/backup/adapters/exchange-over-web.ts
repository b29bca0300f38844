import type { ParticipantInfo } from "../../../contract/src/protocol/state.ts";
import { openEnvelope, sealEnvelope } from "../../../sdk/src/crypto/envelope.ts";
import { verifyEphemeralKeyProof } from "../../../sdk/src/crypto/ephemeral-key-proof.ts";
import { eraseKxKeyPair } from "../../../sdk/src/crypto/kx.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import {
  decodeKeysharesDocument,
  encodeKeysharesDocument,
  type KeysharesDocument,
} from "../../keyshare/keyshares-document.ts";
import { TransportError } from "../../transport/transport-error.ts";
import { type Answer, type Asker, askPeer, type Question } from "../../transport/web/ask-peer.ts";
import { AuthenticationError } from "../../transport/web/authentication-error.ts";
import { WEB_PATHS, type WebMethod } from "../../transport/web/claim.ts";
import type { OwnKey, OwnKeys } from "../../transport/web/own-keys.ts";
import {
  type LiveKey,
  liveKey,
  type ReadSessionSlots,
  type SessionSlots,
} from "../../transport/web/session-slots.ts";
import type { UsedSessions } from "../../transport/web/used-sessions.ts";
import type { ExchangeKeyshares, KeysetName } from "../ports.ts";
import { parseHeldKeysets } from "./held-keysets.ts";

/** What version 2 needs on the backup service's side. */
export interface WebExchangeOptions extends Asker {
  readonly readSlots: ReadSessionSlots;
  readonly keys: OwnKeys;
  readonly used: UsedSessions;
}

/**
 * Version 2 of the exchange (recovery-services.md §3): signed requests, plain or over TLS, and sealed envelopes.
 *
 * Fetching and sending take two requests: the first has the node publish its key, the second moves the shares under
 * both sides' keys, which are used up by it whatever comes of it. Besides TransportError, the ports throw
 * AuthenticationError and EnvelopeError for what isn't the node's.
 */
export function exchangeOverWeb(options: WebExchangeOptions): ExchangeKeyshares {
  return {
    fetch: (node, expected, signal) => fetchShares(options, node, expected, signal),
    heldKeysets: (node, signal) => askWhatIsHeld(options, node, signal),
    send: (node, document, signal) => sendShares(options, node, document, signal),
  };
}

async function fetchShares(
  options: WebExchangeOptions,
  node: ParticipantInfo,
  { epoch_id, keyset_hash }: KeysetName,
  signal: AbortSignal,
): Promise<KeysharesDocument> {
  const { own, theirs, height } = await agree(options, node, BACKUP, signal);
  try {
    const { body } = await ask(options, node, { ...BACKUP, own, theirs, height, body: "" }, signal);
    const context = {
      ...options.owner,
      purpose: BACKUP.purpose,
      epoch: epoch_id,
      keyset_hash,
      session: own.session,
      epk: theirs.public_key,
      to: own.public_key,
      from: node.tls_public_key,
    };
    return decodeKeysharesDocument(openEnvelope(own.pair, { context, now: height }, body.toString("utf8")));
  } finally {
    eraseKxKeyPair(own.pair);
  }
}

async function sendShares(
  options: WebExchangeOptions,
  node: ParticipantInfo,
  document: KeysharesDocument,
  signal: AbortSignal,
): Promise<void> {
  const { own, theirs, height } = await agree(options, node, RECOVERY, signal);
  try {
    const address = {
      ...options.owner,
      purpose: RECOVERY.purpose,
      epoch: document.keyset.epoch_id,
      keyset_hash: keysetHash(document.keyset),
      session: own.session,
      expires: Math.min(own.expires_on, theirs.expires_on),
      to: theirs.public_key,
    };
    const sender = { exchange: own.pair, signing: options.tlsKey };
    const body = sealEnvelope(sender, address, encodeKeysharesDocument(document));
    await ask(options, node, { ...RECOVERY, own, theirs, height, body }, signal);
  } finally {
    eraseKxKeyPair(own.pair);
  }
}

async function askWhatIsHeld(
  options: WebExchangeOptions,
  node: ParticipantInfo,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { height } = await options.readSlots("recovery", signal);
  const noKeys = { service: null, nodeKey: null, proof: null, body: "" };
  const expires = height + QUESTION_BLOCKS;
  const question: Question = { node, ...HELD, ...noKeys, expires, height, expectedStatus: 200 };
  return parseHeldKeysets(jsonOf(await askPeer(options, question, signal)));
}

const BACKUP = { purpose: "backup", method: "GET", path: WEB_PATHS.backup } as const;
const RECOVERY = { purpose: "recovery", method: "POST", path: WEB_PATHS.recovery } as const;
const HELD = { method: "GET", path: WEB_PATHS.recovery } as const;
/** How long a question without keys counts, in blocks. */
const QUESTION_BLOCKS = 100;

type Route = typeof BACKUP | typeof RECOVERY;

interface Agreed {
  readonly own: OwnKey;
  readonly theirs: LiveKey;
  readonly height: number;
}

/** Both keys are on the contract, proven, unused, and from here on written down as used. */
async function agree(
  options: WebExchangeOptions,
  node: ParticipantInfo,
  route: Route,
  signal: AbortSignal,
): Promise<Agreed> {
  const { purpose } = route;
  const offer = await options.keys.offer(purpose, signal);
  const { height } = offer.slots;
  const opening = { ...route, own: offer.own, theirs: null, height, body: "" };
  const answer = await ask(options, node, opening, signal);
  const slots = await options.readSlots(purpose, signal);
  const theirs = nodeKey(options, node, route, answer, slots);
  if (options.used.wasUsed(purpose, "node", theirs)) throw usedBefore("node", theirs);
  if (options.used.wasUsed(purpose, "backup_service", offer.own)) throw usedBefore("service", offer.own);
  const own = options.keys.take(purpose, offer.own, slots);
  if (own === undefined) throw notShown("OWN_KEY_NOT_SHOWN", "this side's", offer.own.session);
  const { session, public_key, expires_on } = own;
  try {
    const backup_service = { session, public_key, expires_on };
    await options.used.markUsed({ purpose, node: theirs, backup_service });
  } catch (error) {
    eraseKxKeyPair(own.pair);
    throw error;
  }
  return { own, theirs, height: slots.height };
}

/** The key that the node named: the contract shows it, and the node's TLS key published it. */
function nodeKey(
  { owner }: WebExchangeOptions,
  node: ParticipantInfo,
  { purpose }: Route,
  { claim }: Answer,
  slots: SessionSlots,
): LiveKey {
  if (claim.node === null || claim.proof === null) throw notProven();
  const { session, public_key: publicKey } = claim.node;
  const { network: networkId, contract: contractId, account: accountId } = owner;
  const published = { networkId, contractId, accountId, role: "node", purpose, session, publicKey } as const;
  if (!verifyEphemeralKeyProof(node.tls_public_key, published, claim.proof)) throw notProven();
  const live = liveKey(slots, "node", claim.node);
  if (live === undefined) throw notShown("PEER_KEY_NOT_SHOWN", "the node's", session);
  return live;
}

interface Step {
  readonly method: WebMethod;
  readonly path: string;
  readonly own: OwnKey;
  /** Null in the request that has the node publish its key. */
  readonly theirs: LiveKey | null;
  readonly height: number;
  readonly body: string;
}

function ask(
  options: WebExchangeOptions,
  node: ParticipantInfo,
  { method, path, own, theirs, height, body }: Step,
  signal: AbortSignal,
): Promise<Answer> {
  const expires = Math.min(own.expires_on, theirs?.expires_on ?? own.expires_on);
  const service = { session: own.session, public_key: own.public_key };
  const named = theirs && { session: theirs.session, public_key: theirs.public_key };
  const expectedStatus = theirs === null ? 202 : 200;
  const keys = { service, nodeKey: named, proof: own.proof };
  return askPeer(options, { node, method, path, ...keys, expires, height, body, expectedStatus }, signal);
}

function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function notShown(code: "OWN_KEY_NOT_SHOWN" | "PEER_KEY_NOT_SHOWN", whose: string, session: number) {
  return new TransportError(
    code,
    `The endpoints don't show ${whose} key of session ${session} on the contract.`,
    {
      retryable: true,
      hints: ["They may lag, or the key expired: it is tried again."],
    },
  );
}

function usedBefore(whose: string, key: LiveKey): TransportError {
  return new TransportError(
    "SESSION_USED",
    `The contract shows the ${whose}'s key of session ${key.session}, which was used before.`,
    { retryable: true, hints: ["Nothing was sent with it. The next exchange needs a new one."] },
  );
}

function notProven(): AuthenticationError {
  return new AuthenticationError(
    "AUTHENTICATION_BAD_SIGNATURE",
    "Expected the node's key with a proof by the TLS key that the contract names, found none.",
  );
}
