import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a node that lies makes of an answer; the honest answer to be honest. */
export type Tamper = (method: string, result: unknown, params: unknown) => unknown;

/** An RPC that stands between a program and the chain. */
export interface RpcProxy {
  readonly url: string;
  /** Null for honest. */
  tamper: Tamper | null;
  /** Whether anything is answered. */
  isAlive: boolean;
  /** Methods that were asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const server = createServer((request, response) => {
    void answer(proxy, target, request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: RpcProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tamper: null,
    isAlive: true,
    asked: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

async function answer(proxy: RpcProxy, target: string, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const { method, params } = JSON.parse(body);
  proxy.asked.push(method);
  // A status that nobody repeats a request for.
  if (!proxy.isAlive) return { status: 404, body: "" };
  const headers = { "content-type": "application/json" };
  const answered = await fetch(target, { method: "POST", headers, body });
  const reply = (await answered.json()) as { result?: unknown };
  if (proxy.tamper !== null && reply.result !== undefined) {
    reply.result = proxy.tamper(method, structuredClone(reply.result), params);
  }
  return { status: answered.status, body: JSON.stringify(reply) };
}
