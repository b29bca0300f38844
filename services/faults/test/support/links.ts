import type { ParticipantInfo } from "../../../../contract/src/protocol/state.ts";
import { ENVELOPE_LIMITS } from "../../../../sdk/src/crypto/envelope-header.ts";
import type { Ed25519KeyPair } from "../../../../sdk/src/crypto/keys.ts";
import { tlsIdentityFromKeyPair } from "../../../../sdk/src/crypto/tls-identity.ts";
import { exchangeOverTls } from "../../../backup/adapters/exchange-keyshares.ts";
import { exchangeOverWeb, type WebExchangeOptions } from "../../../backup/adapters/exchange-over-web.ts";
import { parseHeldKeysets } from "../../../backup/adapters/held-keysets.ts";
import type { ExchangeKeyshares } from "../../../backup/ports.ts";
import { parseKeysharesDocument } from "../../../keyshare/keyshares-document.ts";
import type { NodePeer } from "../../../node/decide-transfer.ts";
import { NEVER } from "../../../operations/test/in-memory-ports.ts";
import { startPinnedServer } from "../../../transport/pinned-server.ts";
import type { RouteMethod } from "../../../transport/routes.ts";
import { refusedError, TransportError } from "../../../transport/transport-error.ts";
import { createWebServer } from "../../../transport/web/web-server.ts";
import type { NodeParts } from "./node-program.ts";
import { tlsKeyPair } from "./parties.ts";

/** How shares travel: over sockets in version 1 or 2, or from hand to hand, by which every run is the same. */
export type LinkKind = "version 1" | "version 2" | "direct";

/** The way from services to nodes. */
export interface Link {
  readonly kind: LinkKind;
  exchange(service: LinkedService): Promise<ExchangeKeyshares>;
}

export interface LinkedService {
  readonly tlsKey: Ed25519KeyPair;
  /** What version 2 needs; made only where it is used, since it takes files. */
  readonly web: () => Promise<WebExchangeOptions>;
}

/** The machine that runs with this TLS key, if one does. */
export type FindNode = (tlsPublicKey: string) => NodeParts | undefined;

/** Servers on the loopback, one for each machine, that outlive the worlds which are tried on them. */
export interface Servers {
  link(kind: "version 1" | "version 2", find: FindNode): Link;
  close(): Promise<void>;
}

const ROUTES: readonly (readonly [RouteMethod, string])[] = [
  ["GET", "/v1/hello"],
  ["GET", "/v1/keyshares"],
  ["PUT", "/v1/keyshares"],
];

/** @param labels of every machine that can come up */
export async function startServers(labels: readonly string[]): Promise<Servers> {
  let find: FindNode = () => undefined;
  const ports = new Map<string, number>();
  const servers = await Promise.all(
    labels.map(async (label) => {
      const { publicKey } = tlsKeyPair(label);
      const server = await startServer(label, () => find(publicKey));
      ports.set(publicKey, server.port);
      return server;
    }),
  );
  const located = (node: ParticipantInfo, scheme: string): ParticipantInfo => ({
    ...node,
    url: `${scheme}://127.0.0.1:${ports.get(node.tls_public_key) ?? 1}` as ParticipantInfo["url"],
  });
  return {
    link(kind, findNode) {
      find = findNode;
      const exchange = async ({ tlsKey, web }: LinkedService) =>
        kind === "version 1"
          ? at(exchangeOverTls(tlsIdentityFromKeyPair(tlsKey)), (node) => located(node, "https"))
          : at(exchangeOverWeb(await web()), (node) => located(node, "http"));
      return { kind, exchange };
    },
    async close() {
      for (const server of servers) server.cut();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

async function startServer(label: string, find: () => NodeParts | undefined) {
  const there = () => {
    const parts = find();
    if (parts === undefined) throw gone();
    return parts;
  };
  return startPinnedServer<NodePeer>({
    identity: tlsIdentityFromKeyPair(tlsKeyPair(label)),
    listen: { host: "127.0.0.1", port: 0 },
    authorize: async (key) => (await find()?.authorize(key)) ?? null,
    routes: ROUTES.map(([method, path]) => ({
      method,
      path,
      handle: (peer, body, cut) => routeOf(there(), method, path).handle(peer, body, cut),
    })),
    web: createWebServer({
      endpoint: {
        authenticate: async (...request) => there().endpoint.authenticate(...request),
        answer: async (...request) => there().endpoint.answer(...request),
      },
      maxBodyBytes: ENVELOPE_LIMITS.text,
      report: () => undefined,
    }),
  });
}

/** From hand to hand: the peer is judged and answered as the pinned server does it, without a socket. */
export function directLink(find: FindNode): Link {
  const ask = async (
    service: LinkedService,
    node: ParticipantInfo,
    [method, path]: Asked,
    body?: unknown,
  ) => {
    const parts = find(node.tls_public_key);
    const peer = parts && (await parts.authorize(service.tlsKey.publicKey));
    if (parts === undefined || peer === undefined || peer === null) throw gone();
    const reply = await routeOf(parts, method, path).handle(peer, copyOf(body), NEVER);
    if (reply.kind === "refused") throw refusedError(reply.status, reply);
    return copyOf(reply.body);
  };
  return {
    kind: "direct",
    exchange: async (service) => ({
      fetch: async (node) => parseKeysharesDocument(await ask(service, node, ["GET", "/v1/keyshares"])),
      heldKeysets: async (node) => parseHeldKeysets(await ask(service, node, ["GET", "/v1/hello"])),
      async send(node, document) {
        await ask(service, node, ["PUT", "/v1/keyshares"], document);
      },
    }),
  };
}

type Asked = readonly [RouteMethod, string];

function routeOf(parts: NodeParts, method: string, path: string) {
  const route = parts.routes.find((each) => each.method === method && each.path === path);
  if (route === undefined) throw new RangeError(`no route ${method} ${path}`);
  return route;
}

function at(
  inner: ExchangeKeyshares,
  located: (node: ParticipantInfo) => ParticipantInfo,
): ExchangeKeyshares {
  return {
    fetch: (node, expected, signal) => inner.fetch(located(node), expected, signal),
    heldKeysets: (node, signal) => inner.heldKeysets(located(node), signal),
    send: (node, document, signal) => inner.send(located(node), document, signal),
  };
}

function copyOf(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

function gone(): TransportError {
  return new TransportError("PEER_CLOSED", "there is no such machine", { retryable: true });
}
