import http, { type IncomingMessage } from "node:http";
import tls, { type TLSSocket } from "node:tls";
import type { TlsPublicKey } from "../../contract/src/protocol/brand.ts";
import { equalKeyTexts } from "../../sdk/src/crypto/equal-bytes.ts";
import { pinnedTlsOptions, type TlsIdentity } from "../../sdk/src/crypto/tls-identity.ts";
import {
  DEFAULT_MAX_RESPONSE_BYTES,
  DEFAULT_REQUEST_TIMEOUTS,
  MAX_RESPONSE_HEADER_BYTES,
  type RequestTimeouts,
} from "./limits.ts";
import { peerKeyOf } from "./peer-key.ts";
import { readJsonBody } from "./read-body.ts";
import type { RouteMethod } from "./routes.ts";
import { PeerRefusedError, refusedError, TransportError } from "./transport-error.ts";

/** One request to a pinned peer. */
export interface PinnedRequestOptions {
  readonly identity: TlsIdentity;
  /** The peer's URL in the contract: `https://host[:port]`. Its path, if any, is not used. */
  readonly url: string;
  /** The key that the contract names for the peer, read when the request is made. */
  readonly peerKey: TlsPublicKey;
  readonly method: RouteMethod;
  readonly path: string;
  /** JSON-serialisable. Leave it out for GET. */
  readonly body?: unknown;
  readonly timeouts?: Partial<RequestTimeouts>;
  readonly maxResponseBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends one request over a fresh TLS 1.3 connection and returns the parsed JSON body of a 200 answer.
 *
 * Not a byte of the request leaves before the server proved that it holds `peerKey`. The result is unchecked
 * JSON. Throws TransportError (PeerRefusedError for an answer other than 200).
 */
export async function pinnedRequest(options: PinnedRequestOptions): Promise<unknown> {
  const address = peerAddress(options.url);
  const timeouts = { ...DEFAULT_REQUEST_TIMEOUTS, ...options.timeouts };
  const ending = new AbortController();
  const end = (error: TransportError) => ending.abort(error);
  const onAbort = () =>
    end(new TransportError("REQUEST_ABORTED", "The request was aborted.", { retryable: false }));
  const total = setTimeout(
    () => end(timeout("the whole exchange", timeouts.totalMillis)),
    timeouts.totalMillis,
  );
  options.signal?.addEventListener("abort", onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  let socket: TLSSocket | undefined;
  try {
    ending.signal.throwIfAborted();
    socket = await connect(options, address, timeouts, ending);
    socket.setTimeout(timeouts.idleMillis, () => end(timeout("an answer", timeouts.idleMillis)));
    const response = await exchange(options, address, socket, ending.signal);
    return await judgeResponse(
      response,
      options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
      ending.signal,
    );
  } finally {
    clearTimeout(total);
    options.signal?.removeEventListener("abort", onAbort);
    socket?.destroy();
  }
}

interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

const HTTPS_PORT = 443;

function peerAddress(url: string): PeerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (
    parsed === undefined ||
    parsed.protocol !== "https:" ||
    parsed.username !== "" ||
    parsed.hostname === ""
  ) {
    throw new TransportError(
      "BAD_PEER_URL",
      `Expected a peer URL https://host[:port], found ${JSON.stringify(url)}.`,
      {
        retryable: false,
        hints: [
          "The peer's operator corrects it in the contract (update_participant_url or a new registration).",
        ],
      },
    );
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  return { host, port: parsed.port === "" ? HTTPS_PORT : Number(parsed.port) };
}

function connect(
  options: PinnedRequestOptions,
  address: PeerAddress,
  timeouts: RequestTimeouts,
  ending: AbortController,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    let connected = false;
    const socket = tls.connect({ ...pinnedTlsOptions(options.identity), ...address });
    const timer = setTimeout(
      () => ending.abort(timeout("a connection", timeouts.connectMillis)),
      timeouts.connectMillis,
    );
    const fail = (error: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    ending.signal.addEventListener("abort", () => fail(ending.signal.reason), { once: true });
    socket.once("connect", () => {
      connected = true;
    });
    socket.on("error", (error) => fail(connected ? handshakeError(error) : unreachable(address, error)));
    socket.once("close", () => fail(closedError()));
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      const wrong = wrongKey(socket, options.peerKey);
      if (wrong === undefined) resolve(socket);
      else fail(wrong);
    });
  });
}

function wrongKey(socket: TLSSocket, expected: TlsPublicKey): TransportError | undefined {
  const proof = peerKeyOf(socket);
  if (proof.kind === "proved" && equalKeyTexts(proof.key, expected)) return undefined;
  const found = proof.kind === "proved" ? `it proved ${proof.key}` : proof.reason;
  return new TransportError("WRONG_PEER_KEY", `Expected a peer that holds ${expected}, but ${found}.`, {
    retryable: false,
    hints: [
      "Nothing was sent. Read the contract again: the key may have changed, or this is another machine.",
    ],
  });
}

function exchange(
  options: PinnedRequestOptions,
  address: PeerAddress,
  socket: TLSSocket,
  ending: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = options.body === undefined ? undefined : JSON.stringify(options.body);
    const length = text === undefined ? 0 : Buffer.byteLength(text);
    const content =
      text === undefined ? {} : { "content-type": "application/json", "content-length": length };
    const request = http.request({
      createConnection: () => socket,
      ...address,
      method: options.method,
      path: options.path,
      headers: { ...content, accept: "application/json", connection: "close" },
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
    ending.addEventListener("abort", () => reject(ending.reason), { once: true });
    ending.addEventListener("abort", () => request.destroy(), { once: true });
    request.once("response", resolve);
    request.once("upgrade", () => reject(invalidAnswer("it asks to change the protocol")));
    request.on("error", (error) => reject(exchangeError(error)));
    request.end(text);
  });
}

async function judgeResponse(
  response: IncomingMessage,
  maxBytes: number,
  ending: AbortSignal,
): Promise<unknown> {
  const body = await Promise.race([readJsonBody(response, maxBytes), aborted(ending)]);
  switch (body.kind) {
    case "too_large":
      throw new TransportError("PEER_ANSWER_TOO_LARGE", `The peer's answer exceeds ${maxBytes} bytes.`, {
        retryable: false,
      });
    case "invalid":
      if (response.statusCode !== 200)
        throw new PeerRefusedError(response.statusCode ?? 0, undefined, "no reason given");
      throw invalidAnswer(body.reason);
    case "cut":
      throw closedError();
    case "json":
      if (response.statusCode !== 200) throw refusedError(response.statusCode ?? 0, body.value);
      if (body.value === undefined) throw invalidAnswer("the body is empty");
      return body.value;
  }
}

function aborted(ending: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (ending.aborted) reject(ending.reason);
    ending.addEventListener("abort", () => reject(ending.reason), { once: true });
  });
}

function unreachable(address: PeerAddress, cause: Error): TransportError {
  const reason = "code" in cause ? String(cause.code) : cause.message;
  const where = `${address.host}:${address.port}`;
  return new TransportError("PEER_UNREACHABLE", `No connection to the peer at ${where}: ${reason}.`, {
    retryable: true,
    cause,
  });
}

function handshakeError(cause: Error): TransportError {
  if ("code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE")) return closedError(cause);
  return new TransportError(
    "TLS_HANDSHAKE_FAILED",
    `The TLS handshake with the peer failed: ${cause.message.trim()}.`,
    {
      retryable: false,
      hints: [
        "Both sides need TLS 1.3 with ed25519 certificates; a plain HTTP or ECDSA endpoint is something else.",
      ],
      cause,
    },
  );
}

function exchangeError(cause: Error): TransportError {
  const code = "code" in cause ? String(cause.code) : "";
  if (code === "HPE_HEADER_OVERFLOW") {
    return new TransportError("PEER_ANSWER_TOO_LARGE", "The headers of the peer's answer exceed their cap.", {
      retryable: false,
      cause,
    });
  }
  return code.startsWith("HPE_") ? invalidAnswer("it isn't HTTP", cause) : closedError(cause);
}

function closedError(cause?: Error): TransportError {
  return new TransportError("PEER_CLOSED", "The peer closed the connection before its answer was complete.", {
    retryable: true,
    hints: ["A peer does that when it doesn't accept this side's TLS key; compare it with the contract's."],
    cause,
  });
}

function invalidAnswer(reason: string, cause?: Error): TransportError {
  return new TransportError("PEER_ANSWER_INVALID", `The peer's answer can't be read: ${reason}.`, {
    retryable: false,
    cause,
  });
}

function timeout(what: string, millis: number): TransportError {
  return new TransportError("PEER_TIMEOUT", `The peer took longer than ${millis} ms for ${what}.`, {
    retryable: true,
  });
}
