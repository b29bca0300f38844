import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "../limits.ts";
import { readBody } from "../read-body.ts";
import { type RouteReply, refusal } from "../routes.ts";
import { discard, refusalText, send } from "../serve-request.ts";
import type { RequestClaim } from "./claim.ts";
import { AUTHENTICATION_HEADER, type SignedHeader, sha256Hex } from "./signed-header.ts";

export type Refused = Extract<RouteReply, { kind: "refused" }>;

/** A request whose header is authentic; its body isn't read yet. */
export interface AuthenticRequest {
  readonly kind: "authentic";
  readonly claim: RequestClaim;
  readonly header: SignedHeader;
}

/** An answer with the header that makes it authentic. */
export interface SignedAnswer {
  readonly kind: "signed";
  readonly status: 200 | 202;
  readonly header: string;
  readonly body: string;
}

/** What answers the requests of version 2. A thrown error is answered 500 without its text. */
export interface WebEndpoint {
  /** Judges a request by its header alone: strangers' bodies aren't read. */
  authenticate(method: string, path: string, header: string | undefined): Promise<AuthenticRequest | Refused>;
  /** Answers an authentic request whose body is the one that was signed. */
  answer(request: AuthenticRequest, body: Buffer): Promise<SignedAnswer | Refused>;
}

/** What happened on a web server. Carries no bodies. */
export type WebEvent =
  | { readonly kind: "refused_request"; readonly code: string; readonly message: string }
  | { readonly kind: "failed_request"; readonly error: unknown };

/** Speaks HTTP/1.1, one request a connection, on connections that a listener hands to it. */
export interface WebServer {
  accept(socket: Socket): void;
  /** Cuts connections without a running request; the others finish. */
  close(): void;
  /** Cuts every connection. */
  cut(): void;
}

export interface WebServerOptions {
  readonly endpoint: WebEndpoint;
  readonly maxBodyBytes: number;
  readonly limits?: Partial<ServerLimits>;
  readonly report: (event: WebEvent) => void;
}

export function createWebServer(options: WebServerOptions): WebServer {
  const limits = {
    ...DEFAULT_SERVER_LIMITS,
    ...options.limits,
    maxBodyBytes: options.maxBodyBytes,
  };
  const parser = http.createServer({ maxHeaderSize: limits.maxHeaderBytes, keepAlive: false });
  parser.maxRequestsPerSocket = 1;
  const state: State = { options, limits, strangers: new Set(), busy: new Set() };
  parser.on("request", (request, response) => void serve(state, request, response));
  return {
    accept(socket) {
      admit(state, socket);
      parser.emit("connection", socket);
    },
    close() {
      for (const socket of state.strangers) socket.destroy();
    },
    cut() {
      for (const socket of [...state.strangers, ...state.busy]) socket.destroy();
    },
  };
}

interface State {
  readonly options: WebServerOptions;
  readonly limits: ServerLimits;
  /** Connections whose request isn't authentic yet, oldest first. */
  readonly strangers: Set<Socket>;
  /** Connections of the registered service. */
  readonly busy: Set<Socket>;
}

function admit({ strangers, busy, limits }: State, socket: Socket): void {
  const cut = () => socket.destroy();
  const headers = setTimeout(() => {
    if (strangers.has(socket)) cut();
  }, limits.headersMillis);
  const total = setTimeout(cut, limits.totalMillis);
  socket.setTimeout(limits.idleMillis, cut);
  strangers.add(socket);
  socket.on("error", () => undefined);
  socket.once("close", () => {
    clearTimeout(headers);
    clearTimeout(total);
    strangers.delete(socket);
    busy.delete(socket);
  });
  const [oldest] = strangers;
  if (strangers.size > limits.maxPendingConnections) oldest?.destroy();
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { options, limits } = state;
  try {
    const reply = await replyTo(state, request);
    if (reply.kind === "refused") {
      options.report({ kind: "refused_request", code: reply.code, message: reply.message });
      send(response, reply.status, refusalText(reply.code, reply.message), limits);
      return;
    }
    response.setHeader(AUTHENTICATION_HEADER, reply.header);
    send(response, reply.status, reply.body, limits);
  } catch (error) {
    options.report({ kind: "failed_request", error });
    const text = refusalText("INTERNAL_ERROR", "The request failed on this side; see its log.");
    send(response, 500, text, limits);
  }
}

async function replyTo(state: State, request: IncomingMessage): Promise<SignedAnswer | Refused> {
  const { options, limits, strangers, busy } = state;
  const { socket, method = "", url = "" } = request;
  const header = request.headers[AUTHENTICATION_HEADER];
  const judged = await options.endpoint.authenticate(
    method,
    url,
    typeof header === "string" ? header : undefined,
  );
  if (judged.kind === "refused") {
    await discard(request);
    return judged;
  }
  if (busy.size >= limits.maxConnectionsPerPeer) {
    return refusal(429, "TOO_MANY_REQUESTS", "This node still answers earlier requests.");
  }
  strangers.delete(socket);
  busy.add(socket);
  const body = await readBody(request, limits.maxBodyBytes);
  switch (body.kind) {
    case "too_large":
      await discard(request);
      return refusal(413, "BODY_TOO_LARGE", `At most ${limits.maxBodyBytes} bytes are taken.`);
    case "cut":
      return refusal(400, "BODY_INCOMPLETE", "The connection ended within the body.");
    case "bytes":
      break;
  }
  if (sha256Hex(body.bytes) !== judged.claim.body_sha256) {
    return refusal(403, "AUTHENTICATION_OTHER_MESSAGE", "The header was signed for another body.");
  }
  // The answer may take a call of the contract: silence is no fault then, and the total time still holds.
  socket.setTimeout(0);
  return options.endpoint.answer(judged, body.bytes);
}
