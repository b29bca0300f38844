import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RpcTrouble } from "./plan.ts";

/** An operator's RPC endpoint: passes requests on to the chain, and fails when it is told to. */
export interface RpcProxy {
  readonly url: string;
  /** Until told otherwise; null: all is well. */
  suffer(trouble: RpcTrouble | null): void;
}

export async function startRpcProxy(chainUrl: string): Promise<RpcProxy> {
  let trouble: RpcTrouble | null = null;
  const silent = new Set<ServerResponse>();
  const server = createServer((incoming, answer) => {
    incoming.on("error", () => answer.destroy());
    switch (trouble) {
      case null:
        return passOn(chainUrl, incoming, answer, false);
      case "refused":
        return incoming.socket.destroy();
      case "silent":
        silent.add(answer);
        return;
      case "error_500":
        incoming.resume();
        answer.writeHead(500).end("out of order");
        return;
      case "cut_off":
        return passOn(chainUrl, incoming, answer, true);
      case "not_json":
        incoming.resume();
        answer.writeHead(200, { "content-type": "application/json" }).end("<html>maintenance</html>");
        return;
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // It is there for as long as the run lasts and must not outlive it.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    suffer(next) {
      trouble = next;
      for (const answer of silent) answer.destroy();
      silent.clear();
    },
  };
}

function passOn(chainUrl: string, incoming: IncomingMessage, answer: ServerResponse, cutOff: boolean): void {
  const { method, headers } = incoming;
  const outgoing = httpRequest(new URL(incoming.url ?? "/", chainUrl), { method, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.on("error", () => answer.destroy());
    if (cutOff)
      reply.once("data", (chunk: Buffer) => answer.write(chunk.subarray(0, 10), () => answer.destroy()));
    else reply.pipe(answer);
  });
  outgoing.on("error", () => answer.destroy());
  answer.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}
