import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { handleRequest } from "./handle-request.ts";
import { status } from "./methods/chain-info.ts";
import type { RpcNode } from "./node.ts";

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than clients keep idle connections, so that the server is not the one to close under a request. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** An HTTP server for JSON-RPC (POST), `/status` and `/health` (GET); not yet listening. */
export function createRpcServer(node: RpcNode, maxBodyBytes: number): Server {
  const server = createServer((request, response) => {
    serve({ node, maxBodyBytes }, request, response).catch(() => response.destroy());
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  return server;
}

interface Service {
  readonly node: RpcNode;
  readonly maxBodyBytes: number;
}

async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (request.method) {
    case "POST":
      await servePost(service, request, response);
      break;
    case "GET":
    case "HEAD":
      serveGet(service.node, request.url ?? "/", response);
      break;
    case "OPTIONS":
      send(response, 204, undefined);
      break;
    default:
      send(response, 405, { error: `expected POST or GET, found ${request.method}` });
  }
}

async function servePost(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { maxBodyBytes, node } = service;
  const body = await readBody(request, maxBodyBytes);
  if (body === null) {
    response.setHeader("connection", "close");
    send(response, 413, { error: `expected a body of at most ${maxBodyBytes} bytes` });
    return;
  }
  const answer = await handleRequest(node, body);
  send(response, answer.httpStatus, answer.body);
}

function serveGet(node: RpcNode, url: string, response: ServerResponse): void {
  const path = url.split("?")[0];
  if (path === "/status") send(response, 200, status(node));
  else if (path === "/health") send(response, 200, null);
  else send(response, 404, { error: `there is no ${path}; JSON-RPC requests are POSTed to /` });
}

/** The body as text, or null as soon as it is too large. */
async function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, httpStatus: number, body: unknown): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(httpStatus, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "content-type",
  });
  response.end(text);
}
