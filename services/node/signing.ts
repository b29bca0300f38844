import type { TlsIdentity } from "../../sdk/src/crypto/tls-identity.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import type { Keyshare } from "../keyshare/keyshare.ts";
import type { KeyshareStore } from "../keyshare/keyshare-store.ts";
import { currentKeyset } from "../operations/contract-view.ts";
import type { LocalReply, LocalRoute } from "../operations/local-http.ts";
import type { Log } from "../operations/log.ts";
import { codeOf, oneLine } from "../operations/program-error.ts";
import type { ViewSource } from "../operations/view-source.ts";
import type { Route } from "../transport/routes.ts";
import { currentSigners, type NodePeer } from "./decide-transfer.ts";
import { eddsaPayload, isRequestedOnChain } from "./requests/approve-request.ts";
import { createAnswerMaker } from "./requests/make-answer.ts";
import type { MakeAnswer } from "./requests/ports.ts";
import type { RequestsSource } from "./requests/read-requests.ts";
import { askPeerOverTls } from "./signer/p2p/ask-peer.ts";
import { coordinateSignature } from "./signer/p2p/coordinate-signature.ts";
import type { SignerPeer } from "./signer/p2p/signer-peer.ts";
import {
  createSignerRoutes,
  type SigningDecision,
  type SigningProposal,
} from "./signer/p2p/signer-routes.ts";

/** What answering requests needs of the signer. */
export function answeringParts(options: SigningOptions): {
  readonly signers: () => Promise<readonly string[]>;
  readonly makeAnswer: MakeAnswer;
} {
  const makeAnswer = createAnswerMaker({
    account_id: options.account_id,
    keyshareOf: (domainId) => keyshareOf(options, domainId),
    peers: () => signers(options),
    askPeer: askPeerOverTls(options.identity),
    nowMillis: () => performance.now(),
  });
  return { makeAnswer, signers: async () => (await signers(options)).map(({ account_id }) => account_id) };
}

/** What binds the FROST signer to the contract's state and to this machine's shares. */
export interface SigningOptions {
  readonly account_id: string;
  readonly identity: TlsIdentity;
  readonly view: ViewSource;
  readonly store: KeyshareStore;
  readonly log: Log;
  /** What waits on chain; a signature with a derived key is made for nothing else. */
  readonly requests: RequestsSource;
  /** Whether a participant's word alone is enough to sign a message. A real network asks the chain instead. */
  readonly sign_for_participants: boolean;
}

/** How old a view may be that decides who signs; no share leaves on it, only signature shares. */
const MAX_VIEW_AGE_MILLIS = 500;
const ANSWER_MILLIS = 10_000;

/** The p2p routes by which other participants use this node as a signer. */
export function signerRoutes(options: SigningOptions): readonly Route<NodePeer>[] {
  return createSignerRoutes<NodePeer>({
    self: options.identity.publicKey,
    peers: () => signers(options),
    keyshareOf: (domainId) => keyshareOf(options, domainId),
    approve: (proposal) => approve(options, proposal),
    nowMillis: () => performance.now(),
  });
}

/**
 * `POST /sign {domain_id, message_hex, signers?}` of the loopback server: has this node coordinate a signature.
 * `signers`, a list of account ids, says who is asked first; without it, this node and then the others. Answers
 * `{signature_hex, public_key, signers, replaced}`.
 */
export function signRoute(options: SigningOptions): LocalRoute {
  return { method: "POST", path: "/sign", handle: (body, signal) => sign(options, body, signal) };
}

async function sign(options: SigningOptions, body: unknown, signal: AbortSignal): Promise<LocalReply> {
  const request = parseSignRequest(body);
  if (request === undefined) return { status: 400, body: { error: SIGN_REQUEST_SHAPE } };
  const keyshare = await keyshareOf(options, request.domain_id);
  const peers = await signers(options);
  if (keyshare === undefined || peers.length === 0) {
    return { status: 409, body: { error: "this node holds no share of that domain or isn't signing now" } };
  }
  const message = Buffer.from(request.message_hex, "hex");
  const askPeer = askPeerOverTls(options.identity);
  const wanted = inOrder(peers, request.signers ?? [options.account_id]);
  try {
    const made = await coordinateSignature({
      keyshare,
      message,
      signers: wanted,
      askPeer,
      answerMillis: ANSWER_MILLIS,
      signal,
    });
    const accounts = made.signers.map((signer) => signer.account_id);
    options.log.info("signature.made", { domain_id: request.domain_id, signers: accounts });
    const replaced = made.replaced.map(({ signer, reason }) => ({ account_id: signer.account_id, reason }));
    const signature_hex = Buffer.from(made.signature).toString("hex");
    return { status: 200, body: { signature_hex, public_key: made.public_key, signers: accounts, replaced } };
  } catch (error) {
    options.log.warn("signature.failed", {
      domain_id: request.domain_id,
      code: codeOf(error),
      message: oneLine(error),
    });
    return { status: 503, body: { code: codeOf(error), error: oneLine(error) } };
  }
}

async function approve(
  { requests, sign_for_participants }: SigningOptions,
  { domain_id, message, tweak }: SigningProposal,
): Promise<SigningDecision> {
  if (tweak !== undefined) {
    const proposed = { domain_id, payload: eddsaPayload(message), tweak };
    if (await isRequestedOnChain(proposed, requests)) return { kind: "approved" };
    return { kind: "refused", reason: "the contract shows no such request as waiting" };
  }
  if (sign_for_participants) return { kind: "approved" };
  return { kind: "refused", reason: "this node doesn't sign on a participant's word alone" };
}

async function signers({ view, account_id, identity }: SigningOptions): Promise<readonly SignerPeer[]> {
  const machine = { account_id, tls_public_key: identity.publicKey };
  const entries = currentSigners(await view.recent(MAX_VIEW_AGE_MILLIS), machine);
  return entries.map(([account, participant_id, info]) => ({ account_id: account, participant_id, ...info }));
}

async function keyshareOf({ view, store }: SigningOptions, domainId: number): Promise<Keyshare | undefined> {
  const { state } = await view.recent(MAX_VIEW_AGE_MILLIS);
  if (state.kind === "NotInitialized") return undefined;
  const shares = await store.export(keysetHash(currentKeyset(state)));
  return shares?.find((share) => share.domain_id === domainId);
}

function inOrder(peers: readonly SignerPeer[], first: readonly string[]): readonly SignerPeer[] {
  const rank = ({ account_id }: SignerPeer) =>
    first.includes(account_id) ? first.indexOf(account_id) : first.length;
  return [...peers].sort((a, b) => rank(a) - rank(b));
}

interface SignRequest {
  readonly domain_id: number;
  readonly message_hex: string;
  readonly signers?: readonly string[];
}

const SIGN_REQUEST_SHAPE =
  'expected {"domain_id": <number>, "message_hex": "<even number of hex characters>", "signers"?: [<account id>, …]}';

function parseSignRequest(body: unknown): SignRequest | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { domain_id, message_hex, signers, ...others } = body as Record<string, unknown>;
  if (Object.keys(others).length > 0) return undefined;
  if (typeof domain_id !== "number" || !Number.isSafeInteger(domain_id)) return undefined;
  if (typeof message_hex !== "string" || !/^([0-9a-f]{2})*$/i.test(message_hex)) return undefined;
  if (signers === undefined) return { domain_id, message_hex };
  const accounts =
    Array.isArray(signers) && signers.every((each) => typeof each === "string") ? signers : undefined;
  return accounts === undefined ? undefined : { domain_id, message_hex, signers: accounts };
}
