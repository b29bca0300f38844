import { setMaxListeners } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { oneLine } from "./program-error.ts";

/** One resource of the loopback server. */
export interface LocalRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `body` is the parsed JSON of a POST, `undefined` for GET. A thrown error is answered 500 with its one line. */
  handle(body: unknown, signal: AbortSignal): Promise<LocalReply>;
}

/** A string body is sent as plain text, anything else as JSON. */
export interface LocalReply {
  readonly status: number;
  readonly body: unknown;
}

export interface LocalServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1_048_576;
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Serves plain HTTP to this machine only. Requests that a web page could have caused (another Host, any Origin, a
 * POST that isn't JSON) are refused. Rejects when the port is taken.
 */
export async function startLocalServer(port: number, routes: readonly LocalRoute[]): Promise<LocalServer> {
  const stopping = new AbortController();
  // One listener for each request under way.
  setMaxListeners(0, stopping.signal);
  const server = http.createServer({ requestTimeout: 30_000 }, (request, response) => {
    const ending = endsWith(response, stopping.signal);
    void answer(request, routes, ending).then(({ status, body }) => send(response, status, body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      stopping.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A signal for one request: aborted once its connection is gone, also since the program stops. */
function endsWith(response: http.ServerResponse, stopping: AbortSignal): AbortSignal {
  const ending = new AbortController();
  const end = () => ending.abort();
  stopping.addEventListener("abort", end);
  response.once("close", () => {
    stopping.removeEventListener("abort", end);
    end();
  });
  return ending.signal;
}

async function answer(
  request: http.IncomingMessage,
  routes: readonly LocalRoute[],
  signal: AbortSignal,
): Promise<LocalReply> {
  if (!LOOPBACK_HOST.test(request.headers.host ?? "") || request.headers.origin !== undefined) {
    return { status: 403, body: { error: "only for programs on this machine" } };
  }
  const route = routes.find((each) => each.method === request.method && each.path === request.url);
  if (route === undefined)
    return { status: 404, body: { error: `there is no ${request.method} ${request.url}` } };
  try {
    return await route.handle(route.method === "POST" ? await readBody(request) : undefined, signal);
  } catch (error) {
    if (error instanceof BadRequest) return { status: 400, body: { error: error.message } };
    return { status: 500, body: { error: oneLine(error) } };
  }
}

class BadRequest extends Error {}

async function readBody(request: http.IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    throw new BadRequest("expected the content type application/json");
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new BadRequest(`expected at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new BadRequest("expected JSON");
  }
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  const text = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text);
}
