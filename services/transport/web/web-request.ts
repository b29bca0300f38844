import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { MAX_RESPONSE_HEADER_BYTES, type RequestTimeouts } from "../limits.ts";
import { readBody } from "../read-body.ts";
import { TransportError } from "../transport-error.ts";
import type { WebMethod } from "./claim.ts";
import { AUTHENTICATION_HEADER } from "./signed-header.ts";

/** One request of version 2. */
export interface WebRequest {
  /** The peer's URL in the contract: `http(s)://host[:port]`. Its path, if any, is not used. */
  readonly url: string;
  readonly method: WebMethod;
  readonly path: string;
  readonly header: string;
  /** Empty for none. */
  readonly body: string;
  readonly timeouts: RequestTimeouts;
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
}

/** An answer as it came; nothing about it is judged. */
export interface WebResponse {
  readonly status: number;
  readonly header: string | undefined;
  readonly body: Buffer;
}

/**
 * Sends one request over a fresh connection, plain or TLS as the URL says.
 *
 * A TLS peer's certificate isn't judged: nothing rests on it, since messages are signed by the TLS key that the
 * contract names and shares are sealed to a key that it shows. Redirections aren't followed. Throws TransportError.
 */
export async function webRequest(request: WebRequest): Promise<WebResponse> {
  const { timeouts, signal } = request;
  const url = peerUrl(request.url);
  const ending = new AbortController();
  const abort = () => ending.abort(failure("REQUEST_ABORTED", "The request was aborted.", false));
  const total = setTimeout(() => ending.abort(late(timeouts.totalMillis)), timeouts.totalMillis);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  let message: http.ClientRequest | undefined;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      message = send(request, url, ending.signal, { resolve, reject });
    });
    return await readResponse(response, request.maxResponseBytes, ending.signal);
  } finally {
    clearTimeout(total);
    signal.removeEventListener("abort", abort);
    message?.destroy();
  }
}

interface Outcome {
  resolve(response: IncomingMessage): void;
  reject(error: unknown): void;
}

function send(request: WebRequest, url: URL, ending: AbortSignal, outcome: Outcome): http.ClientRequest {
  const { method, path, body, timeouts } = request;
  const content = body === "" ? {} : { "content-type": "application/json" };
  const length = method === "GET" && body === "" ? {} : { "content-length": Buffer.byteLength(body) };
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? undefined : Number(url.port),
    method,
    path,
    agent: false,
    headers: {
      ...content,
      ...length,
      [AUTHENTICATION_HEADER]: request.header,
      accept: "application/json",
      connection: "close",
    },
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  };
  const message =
    url.protocol === "https:"
      ? https.request({ ...options, rejectUnauthorized: false })
      : http.request(options);
  const connecting = setTimeout(() => message.destroy(late(timeouts.connectMillis)), timeouts.connectMillis);
  message.once("socket", (socket) => {
    const connected = () => {
      clearTimeout(connecting);
      message.setTimeout(timeouts.idleMillis, () => message.destroy(late(timeouts.idleMillis)));
    };
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", connected);
  });
  message.once("close", () => clearTimeout(connecting));
  message.once("response", (response) => outcome.resolve(response));
  message.once("upgrade", () => outcome.reject(unreadable("it asks to change the protocol")));
  message.on("error", (error) => outcome.reject(requestError(url, error)));
  ending.addEventListener("abort", () => outcome.reject(ending.reason), { once: true });
  if (ending.aborted) outcome.reject(ending.reason);
  else message.end(body === "" ? undefined : body);
  return message;
}

async function readResponse(
  response: IncomingMessage,
  maxBytes: number,
  ending: AbortSignal,
): Promise<WebResponse> {
  const cut = new Promise<never>((_, reject) => {
    ending.addEventListener("abort", () => reject(ending.reason), { once: true });
  });
  const body = await Promise.race([readBody(response, maxBytes), cut]);
  switch (body.kind) {
    case "too_large":
      throw failure("PEER_ANSWER_TOO_LARGE", `The peer's answer exceeds ${maxBytes} bytes.`, false);
    case "cut":
      throw closed();
    case "bytes": {
      const header = response.headers[AUTHENTICATION_HEADER];
      return {
        status: response.statusCode ?? 0,
        header: typeof header === "string" ? header : undefined,
        body: body.bytes,
      };
    }
  }
}

function peerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const known = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== undefined && known && url.username === "" && url.hostname !== "") return url;
  throw new TransportError(
    "BAD_PEER_URL",
    `Expected a peer URL http(s)://host[:port], found ${JSON.stringify(text)}.`,
    {
      retryable: false,
      hints: ["The peer's operator corrects it in the contract (update_participant_url)."],
    },
  );
}

function requestError(url: URL, error: Error): TransportError {
  if (error instanceof TransportError) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code === "HPE_HEADER_OVERFLOW") {
    return failure(
      "PEER_ANSWER_TOO_LARGE",
      "The headers of the peer's answer exceed their cap.",
      false,
      error,
    );
  }
  if (code.startsWith("HPE_")) return unreadable("it isn't HTTP", error);
  if (code === "ECONNRESET" || code === "EPIPE") return closed(error);
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS") || code === "EPROTO") {
    return failure("TLS_HANDSHAKE_FAILED", "The TLS handshake with the peer failed.", false, error);
  }
  return failure(
    "PEER_UNREACHABLE",
    `No connection to the peer at ${url.host}: ${code || "error"}.`,
    true,
    error,
  );
}

function closed(cause?: Error): TransportError {
  return new TransportError("PEER_CLOSED", "The peer closed the connection before its answer was complete.", {
    retryable: true,
    hints: [
      'Both sides need the same "transport" in their config: a node of version 1 hangs up on version 2.',
    ],
    cause,
  });
}

function late(millis: number): TransportError {
  return failure("PEER_TIMEOUT", `The peer took longer than ${millis} ms.`, true);
}

function unreadable(reason: string, cause?: Error): TransportError {
  return failure("PEER_ANSWER_INVALID", `The peer's answer can't be read: ${reason}.`, false, cause);
}

function failure(
  code: TransportError["code"],
  message: string,
  retryable: boolean,
  cause?: Error,
): TransportError {
  return new TransportError(code, message, { retryable, cause });
}
