import { randomBytes } from "node:crypto";
import type { Ed25519Signature, TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import { ENVELOPE_LIMITS } from "../../../sdk/src/crypto/envelope-header.ts";
import { type Ed25519KeyPair, tlsPublicKey } from "../../../sdk/src/crypto/keys.ts";
import type { StoreOwner } from "../../keyshare/file-keyshare-store.ts";
import { DEFAULT_REQUEST_TIMEOUTS } from "../limits.ts";
import { refusedError } from "../transport-error.ts";
import { AuthenticationError } from "./authentication-error.ts";
import type { AnswerClaim, RequestClaim, SessionKey, WebMethod } from "./claim.ts";
import { readHeader, requireSignedBy, sha256Hex, signHeader } from "./signed-header.ts";
import { webRequest } from "./web-request.ts";

/** Who asks. */
export interface Asker {
  readonly owner: StoreOwner;
  readonly tlsKey: Ed25519KeyPair;
}

/** What is asked of a node; the keys and their proof as in the claim. */
export interface Question {
  readonly node: { readonly url: string; readonly tls_public_key: TlsPublicKey };
  readonly method: WebMethod;
  readonly path: string;
  readonly service: SessionKey | null;
  readonly nodeKey: SessionKey | null;
  readonly proof: Ed25519Signature | null;
  readonly expires: number;
  /** Of the newest proven block that this side has seen. */
  readonly height: number;
  readonly body: string;
  readonly expectedStatus: AnswerClaim["status"];
}

/** An authentic answer. */
export interface Answer {
  readonly claim: AnswerClaim;
  readonly body: Buffer;
}

/**
 * Sends a signed request and returns the answer once it is sure that the node's TLS key signed it for this request.
 *
 * Throws TransportError (PeerRefusedError for a refusal, which nobody signs: it only makes this side try again later)
 * and AuthenticationError.
 */
export async function askPeer(asker: Asker, question: Question, signal: AbortSignal): Promise<Answer> {
  const claim = requestClaim(asker, question);
  const header = signHeader(asker.tlsKey, claim);
  const { url } = question.node;
  const { method, path, body } = question;
  const answer = await webRequest({
    url,
    method,
    path,
    header,
    body,
    timeouts: DEFAULT_REQUEST_TIMEOUTS,
    maxResponseBytes: ENVELOPE_LIMITS.text,
    signal,
  });
  if (answer.status !== 200 && answer.status !== 202) throw refusedError(answer.status, jsonOf(answer.body));
  const signed = readHeader(answer.header);
  requireSignedBy(signed, question.node.tls_public_key);
  const { claim: said } = signed;
  if (said.direction !== "answer") throw otherMessage("direction", "answer", said.direction);
  requireSame("status", question.expectedStatus, answer.status);
  requireSame("status", question.expectedStatus, said.status);
  requireSame("request", sha256Hex(header), said.request_sha256);
  requireSame("body", sha256Hex(answer.body), said.body_sha256);
  for (const name of ["method", "path"] as const) requireSame(name, claim[name], said[name]);
  requireContext(claim, said, question);
  return { claim: said, body: answer.body };
}

function requestClaim({ owner, tlsKey }: Asker, question: Question): RequestClaim {
  const { network, contract, account } = owner;
  const { node, method, path, service, nodeKey, proof, expires, body } = question;
  return {
    v: 2,
    direction: "request",
    nonce: randomBytes(NONCE_BYTES).toString("hex"),
    network,
    contract,
    account,
    method,
    path,
    from: tlsPublicKey(tlsKey.publicKey),
    to: node.tls_public_key,
    service,
    node: nodeKey,
    proof,
    body_sha256: sha256Hex(body),
    expires,
  };
}

const NONCE_BYTES = 32;

function requireContext(claim: RequestClaim, said: AnswerClaim, { height, nodeKey }: Question): void {
  const expected = {
    network: claim.network,
    contract: claim.contract,
    account: claim.account,
    to: claim.from,
  };
  for (const name of ["network", "contract", "account", "to"] as const) {
    if (said[name] !== expected[name]) throw otherContext(name, expected[name], said[name]);
  }
  if (!sameKey(said.service, claim.service)) throw otherContext("service", "this side's key", "another");
  if (nodeKey !== null && !sameKey(said.node, nodeKey))
    throw otherContext("node", "the key asked for", "another");
  if (height < said.expires) return;
  throw new AuthenticationError(
    "AUTHENTICATION_EXPIRED",
    `The answer counts until block ${said.expires}, the contract is at ${height}.`,
  );
}

/** Whether two claims name the same key, or both none. */
export function sameKey(left: SessionKey | null, right: SessionKey | null): boolean {
  return left?.session === right?.session && left?.public_key === right?.public_key;
}

function requireSame(what: string, expected: string | number, found: string | number): void {
  if (expected !== found) throw otherMessage(what, expected, found);
}

function otherMessage(what: string, expected: string | number, found: string | number): AuthenticationError {
  return new AuthenticationError(
    "AUTHENTICATION_OTHER_MESSAGE",
    `Expected an answer with ${what} ${expected}, found ${found}.`,
  );
}

function otherContext(what: string, expected: string, found: string): AuthenticationError {
  return new AuthenticationError(
    "AUTHENTICATION_OTHER_CONTEXT",
    `Expected an answer with ${what} ${expected}, found ${found}.`,
  );
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
