import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { RpcEndpoint } from "../src/client/json-rpc.ts";

/** One recorded or invented answer: a result, a NEAR error, or any bytes at all. */
export type FakeAnswer =
  | { readonly result: unknown }
  | { readonly error: unknown; readonly status?: number }
  | { readonly raw: (request: IncomingMessage, response: ServerResponse) => void };

/** What a fake node does with a request. */
export type FakeBehaviour = (method: string, params: Record<string, unknown>) => FakeAnswer;

/** A node on the loopback that misbehaves as told. */
export interface FakeNode {
  readonly endpoint: RpcEndpoint;
  /** Methods asked for, in order; queries as `query:<request type or view>`. */
  readonly asked: string[];
  behave: FakeBehaviour;
}

/** Quick enough for tests, and still with retries. */
export const QUICK = {
  timeoutMillis: 10_000,
  retry: { attempts: 2, baseDelayMillis: 1, maxDelayMillis: 2 },
} as const;

/** Starts a fake node. Give each its own loopback host where they stand for independent operators. */
export async function startFakeNode(
  context: TestContext,
  behave: FakeBehaviour,
  host = "127.0.0.1",
): Promise<FakeNode> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      asked.push(method === "query" ? `query:${params.method_name ?? params.request_type}` : method);
      answer(request, response, id, node.behave(method, params));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const node: FakeNode = { endpoint: { url, ...QUICK }, asked, behave };
  return node;
}

/** A chain of blocks as a node shows it; `views` are the contract's answers. */
export interface FakeChain {
  readonly head: number;
  readonly views: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970 of the head; blocks are a second apart. */
  readonly headMillis: number;
  /** Told apart, two chains have different blocks at the same height. */
  readonly fork?: string;
}

/** An honest node of that chain. */
export function honest(chain: FakeChain): FakeBehaviour {
  return (method, params) => {
    const height = blockHeight(chain, params);
    if (height === undefined || height > chain.head) return nearError("UNKNOWN_BLOCK");
    if (method === "block") return { result: { header: fakeHeader(chain, height) } };
    if (method !== "query") return nearError("METHOD_NOT_FOUND");
    return { result: viewResult(chain.views[String(params.method_name)], fakeHeader(chain, height)) };
  };
}

/** NEAR's shape of an error, with HTTP status 200 unless said otherwise. */
export function nearError(cause: string, data: unknown = null, status = 200): FakeAnswer {
  const error = {
    name: "HANDLER_ERROR",
    cause: { name: cause, info: {} },
    code: -32000,
    message: "Server error",
    data,
  };
  return { error, status };
}

/** NEAR's shape of a `call_function` result. */
export function viewResult(value: unknown, at: { height: number; hash: string }): unknown {
  const bytes = value === undefined ? [] : [...Buffer.from(JSON.stringify(value))];
  return { result: bytes, logs: [], block_height: at.height, block_hash: at.hash };
}

export function fakeHeader(chain: FakeChain, height: number) {
  const nanos = BigInt(chain.headMillis - (chain.head - height) * 1_000) * 1_000_000n;
  return { height, hash: `block${chain.fork ?? ""}-${height}`, timestamp_nanosec: nanos.toString() };
}

function blockHeight(chain: FakeChain, params: Record<string, unknown>): number | undefined {
  if (params.finality !== undefined) return chain.head;
  const { block_id: id } = params;
  if (typeof id === "number") return id;
  const prefix = `block${chain.fork ?? ""}-`;
  return typeof id === "string" && id.startsWith(prefix) ? Number(id.slice(prefix.length)) : undefined;
}

function answer(request: IncomingMessage, response: ServerResponse, id: unknown, given: FakeAnswer): void {
  if ("raw" in given) {
    given.raw(request, response);
    return;
  }
  const status = "error" in given ? (given.status ?? 200) : 200;
  response.writeHead(status, { "content-type": "application/json" });
  const { status: _, ...rest } = given as { status?: number };
  response.end(JSON.stringify({ jsonrpc: "2.0", id, ...rest }));
}
