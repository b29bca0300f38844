import type { TestContext } from "node:test";
import tls, { type TLSSocket } from "node:tls";
import type { TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import { ed25519KeyPairFromSeed } from "../../../sdk/src/crypto/keys.ts";
import {
  pinnedTlsOptions,
  type TlsIdentity,
  tlsIdentityFromKeyPair,
} from "../../../sdk/src/crypto/tls-identity.ts";
import type { ServerLimits } from "../limits.ts";
import { type PinnedServer, type ServerEvent, startPinnedServer } from "../pinned-server.ts";
import type { Route } from "../routes.ts";

/** What the tests' programs know about a peer. */
export interface TestPeer {
  readonly name: string;
}

/** A server whose registrations a test can change, and everything it reported. */
export interface TestServer {
  readonly server: PinnedServer;
  readonly url: string;
  readonly registered: Map<TlsPublicKey, TestPeer>;
  readonly events: ServerEvent[];
  /** Resolves with the first event, past or future, that matches. */
  readonly seen: (matches: (event: ServerEvent) => boolean) => Promise<ServerEvent>;
  /** Resolves once that many connections of the key were accepted. */
  readonly accepted: (key: TlsPublicKey, count: number) => Promise<void>;
}

export const SERVER = identity(1);
export const ALICE = identity(2);
export const MALLORY = identity(9);

/** A fixed identity: the seed is 32 times the number. */
export function identity(seed: number): TlsIdentity {
  return tlsIdentityFromKeyPair(ed25519KeyPairFromSeed(new Uint8Array(32).fill(seed)));
}

/** Starts a server on the loopback that knows Alice, and stops it after the test. */
export async function startTestServer(
  context: TestContext,
  routes: readonly Route<TestPeer>[],
  limits: Partial<ServerLimits> = {},
): Promise<TestServer> {
  const registered = new Map<TlsPublicKey, TestPeer>([[ALICE.publicKey, { name: "alice" }]]);
  const events: ServerEvent[] = [];
  const waiting = new Set<() => void>();
  const server = await startPinnedServer<TestPeer>({
    identity: SERVER,
    listen: { host: "127.0.0.1", port: 0 },
    authorize: async (key) => registered.get(key) ?? null,
    routes,
    limits,
    report: (event) => {
      events.push(event);
      for (const wake of waiting) wake();
    },
  });
  context.after(() => server.close());
  const until = <Found>(look: () => Found | undefined) =>
    new Promise<Found>((resolve) => {
      const wake = () => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(wake);
        resolve(found);
      };
      waiting.add(wake);
      wake();
    });
  const seen = (matches: (event: ServerEvent) => boolean) => until(() => events.find(matches));
  const accepted = async (key: TlsPublicKey, count: number) => {
    const ofKey = (event: ServerEvent) => event.kind === "accepted_connection" && event.peerKey === key;
    await until(() => (events.filter(ofKey).length >= count ? true : undefined));
  };
  return { server, url: `https://127.0.0.1:${server.port}`, registered, events, seen, accepted };
}

/** A raw TLS connection of the given identity, after its own side of the handshake. */
export function rawConnection(
  context: TestContext,
  port: number,
  from: TlsIdentity | undefined,
  options: tls.ConnectionOptions = {},
): Promise<TLSSocket> {
  const credentials = from === undefined ? { rejectUnauthorized: false } : pinnedTlsOptions(from);
  const socket = tls.connect({ ...credentials, host: "127.0.0.1", port, ...options });
  context.after(() => socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

/** All that arrives until the peer hangs up, resets included. */
export function untilClosed(socket: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

/** Answers with the peer's name and the body it sent. */
export const ECHO: Route<TestPeer>[] = [
  { method: "GET", path: "/v1/hello", handle: async (peer) => ({ kind: "ok", body: { hello: peer.name } }) },
  {
    method: "PUT",
    path: "/v1/echo",
    handle: async (peer, body) => ({ kind: "ok", body: { from: peer.name, body } }),
  },
];
