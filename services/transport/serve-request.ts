import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerLimits } from "./limits.ts";
import { readJsonBody } from "./read-body.ts";
import { findRoute, type Route, type RouteReply, refusal } from "./routes.ts";

/** One request of an authorised peer, with the connection it came on. */
export interface ServedRequest<Peer> {
  readonly routes: readonly Route<Peer>[];
  readonly limits: ServerLimits;
  readonly peer: Peer;
  readonly cut: AbortSignal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** How a request ended. `status` is what was, or would have been, answered. */
export type Served =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "failed"; readonly status: 500; readonly error: unknown };

/** Reads the body, runs the route's handler and answers. Never throws; never answers 200 to a failure. */
export async function serveRequest<Peer>(served: ServedRequest<Peer>): Promise<Served> {
  const { request, response, limits } = served;
  const { socket } = request;
  const onIdle = () => socket.destroy();
  socket.setTimeout(limits.idleMillis, onIdle);
  try {
    const reply = await replyTo(served);
    const status = reply.kind === "ok" ? 200 : reply.status;
    const text = reply.kind === "ok" ? JSON.stringify(reply.body) : refusalText(reply.code, reply.message);
    send(response, status, text, limits);
    return { kind: "answered", status };
  } catch (error) {
    const text = refusalText("INTERNAL_ERROR", "The request failed on this side; see its log.");
    send(response, 500, text, limits);
    return { kind: "failed", status: 500, error };
  }
}

async function replyTo<Peer>(served: ServedRequest<Peer>): Promise<RouteReply> {
  const { request, limits } = served;
  const route = findRoute(served.routes, request.method ?? "", request.url ?? "");
  if ("kind" in route) {
    await discard(request);
    return route;
  }
  const body = await readJsonBody(request, limits.maxBodyBytes);
  switch (body.kind) {
    case "too_large":
      await discard(request);
      return refusal(413, "BODY_TOO_LARGE", `At most ${limits.maxBodyBytes} bytes are taken.`);
    case "invalid":
      return refusal(400, "BODY_INVALID", `Expected JSON, but ${body.reason}.`);
    case "cut":
      return refusal(400, "BODY_INCOMPLETE", "The connection ended within the body.");
    case "json":
      return handle(served, route, body.value);
  }
}

async function handle<Peer>(
  served: ServedRequest<Peer>,
  route: Route<Peer>,
  body: unknown,
): Promise<RouteReply> {
  const { socket } = served.request;
  if ((route.method === "GET") !== (body === undefined)) {
    return refusal(
      400,
      "BODY_INVALID",
      route.method === "GET" ? "A GET takes no body." : "A body is needed.",
    );
  }
  // A handler may fsync or wait for other nodes: silence is no fault then, and the total time still holds.
  socket.setTimeout(0);
  try {
    return await route.handle(served.peer, body, served.cut);
  } finally {
    socket.setTimeout(served.limits.idleMillis);
  }
}

/** Writes an answer, unless the connection is gone. */
export function send(response: ServerResponse, status: number, text: string, limits: ServerLimits): void {
  if (response.destroyed || response.headersSent) return;
  response.socket?.setTimeout(limits.idleMillis);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    connection: "close",
  });
  response.end(text);
}

/** The JSON body of a refusal. */
export function refusalText(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } });
}

// Closing a socket with unread input resets it, and the peer would lose the answer: so read on for a while.
const DISCARD_MILLIS = 2_000;

/** Reads what is left of a request and drops it. */
export function discard(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const enough = setTimeout(resolve, DISCARD_MILLIS);
    request.once("close", () => clearTimeout(enough));
    request.once("close", () => resolve());
    request.once("end", () => {
      clearTimeout(enough);
      resolve();
    });
    request.resume();
  });
}
