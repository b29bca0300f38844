import type { Ed25519Signature } from "../../contract/src/protocol/brand.ts";
import { openEnvelope, sealEnvelope } from "../../sdk/src/crypto/envelope.ts";
import { EnvelopeError } from "../../sdk/src/crypto/envelope-error.ts";
import { type Ed25519KeyPair, tlsPublicKey } from "../../sdk/src/crypto/keys.ts";
import type { StoreOwner } from "../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { encodeKeysharesDocument } from "../keyshare/keyshares-document.ts";
import { refusal } from "../transport/routes.ts";
import type { AnswerClaim, RequestClaim, SessionKey } from "../transport/web/claim.ts";
import type { OwnKey } from "../transport/web/own-keys.ts";
import type { LiveKey } from "../transport/web/session-slots.ts";
import { sha256Hex, signHeader } from "../transport/web/signed-header.ts";
import type { AuthenticRequest, Refused, SignedAnswer } from "../transport/web/web-server.ts";
import type { NodePeer, TransferDecision } from "./decide-transfer.ts";
import { acceptShares, type HelloIdentity, type KeysharePorts, serveBackup } from "./keyshare-routes.ts";

/** A node that answers requests of version 2. */
export interface WebNode {
  readonly ports: KeysharePorts;
  readonly identity: HelloIdentity;
  readonly tlsKey: Ed25519KeyPair;
}

/** Both keys of an exchange, and the block at which the contract shows them. */
export interface ExchangeKeys {
  readonly own: OwnKey;
  readonly service: LiveKey;
  readonly height: number;
}

/** What an answer says besides what follows from its request and body. */
export interface AnswerParts {
  readonly status: AnswerClaim["status"];
  readonly node: SessionKey | null;
  readonly proof: Ed25519Signature | null;
  readonly expires: number;
}

/** The peer of an authentic request. */
export function peerOf({ from }: RequestClaim): NodePeer {
  return { kind: "backup_service", tls_public_key: from };
}

/** Signs an answer to this request alone. */
export function signAnswer(
  { tlsKey }: Pick<WebNode, "tlsKey">,
  { claim, header }: AuthenticRequest,
  parts: AnswerParts,
  body: string,
): SignedAnswer {
  const { network, contract, account, method, path, from, service } = claim;
  const signed: AnswerClaim = {
    v: 2,
    direction: "answer",
    request_sha256: sha256Hex(header.text),
    network,
    contract,
    account,
    method,
    path,
    from: tlsPublicKey(tlsKey.publicKey),
    to: from,
    service,
    body_sha256: sha256Hex(body),
    ...parts,
  };
  return { kind: "signed", status: parts.status, header: signHeader(tlsKey, signed), body };
}

/** Answers with the current keyset's shares, sealed to the service's key. */
export async function sendBackup(
  node: WebNode,
  request: AuthenticRequest,
  keys: ExchangeKeys,
): Promise<SignedAnswer | Refused> {
  const reply = await serveBackup(node.ports, node.identity, peerOf(request.claim));
  if (reply.kind === "refused") return reply;
  const { keyset } = reply.body;
  const { own, service } = keys;
  const address = {
    ...ownerOf(node.identity),
    purpose: "backup" as const,
    epoch: keyset.epoch_id,
    keyset_hash: keysetHash(keyset),
    session: service.session,
    expires: lastBlock(keys),
    to: service.public_key,
  };
  const sender = { exchange: own.pair, signing: node.tlsKey };
  const envelope = sealEnvelope(sender, address, encodeKeysharesDocument(reply.body));
  return answerWithKeys(node, request, keys, envelope);
}

/** Opens the envelope with the shares of the contract's keyset, has them checked and stored, and says so. */
export async function takeShares(
  node: WebNode,
  request: AuthenticRequest,
  { keyset, keyset_hash }: Extract<TransferDecision, { kind: "allowed" }>,
  keys: ExchangeKeys,
  body: Buffer,
): Promise<SignedAnswer | Refused> {
  const { own, service, height } = keys;
  const { claim } = request;
  const context = {
    ...ownerOf(node.identity),
    purpose: "recovery" as const,
    epoch: keyset.epoch_id,
    keyset_hash,
    session: service.session,
    epk: service.public_key,
    to: own.public_key,
    from: claim.from,
  };
  let plaintext: Uint8Array;
  try {
    plaintext = openEnvelope(own.pair, { context, now: height }, body.toString("utf8"));
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    node.ports.log.error("recovery.shares_refused", { code: error.code, message: error.shortMessage });
    return refusal(422, error.code, error.shortMessage);
  }
  const document = jsonOf(plaintext);
  const reply = await acceptShares(node.ports, node.identity, peerOf(claim), document);
  return reply.kind === "refused" ? reply : answerWithKeys(node, request, keys, JSON.stringify(reply.body));
}

function answerWithKeys(
  node: WebNode,
  request: AuthenticRequest,
  keys: ExchangeKeys,
  body: string,
): SignedAnswer {
  const { session, public_key, proof } = keys.own;
  const parts = { status: 200, node: { session, public_key }, proof, expires: lastBlock(keys) } as const;
  return signAnswer(node, request, parts, body);
}

/** First block at which one of both keys counts no more. */
function lastBlock({ own, service }: ExchangeKeys): number {
  return Math.min(own.expires_on, service.expires_on);
}

function ownerOf({ network_id, contract_id, account_id }: HelloIdentity): StoreOwner {
  return { network: network_id, contract: contract_id, account: account_id };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    // Refused as a document without fields; the parser's own message quotes the text, which is secret.
    return undefined;
  }
}
