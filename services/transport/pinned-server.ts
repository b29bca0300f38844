import http from "node:http";
import type net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import type { TlsPublicKey } from "../../contract/src/protocol/brand.ts";
import { pinnedTlsOptions, type TlsIdentity } from "../../sdk/src/crypto/tls-identity.ts";
import { listenForBoth } from "./first-byte.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./limits.ts";
import { peerKeyOf } from "./peer-key.ts";
import type { Route } from "./routes.ts";
import { serveRequest } from "./serve-request.ts";
import type { WebServer } from "./web/web-server.ts";

/** What a pinned server needs. `Peer` is whatever the program knows about an authorised peer: plain data. */
export interface PinnedServerOptions<Peer> {
  readonly identity: TlsIdentity;
  /** Port 0 takes a free one; see `PinnedServer.port`. */
  readonly listen: { readonly host: string; readonly port: number };
  /**
   * Says who holds this key according to the contract, or null for nobody.
   *
   * It runs for every connection, before a byte of the request is read, and again on `revalidate`. A thrown
   * error counts as null. Strangers can make it run, so it should read a state that is already at hand.
   */
  readonly authorize: (peerKey: TlsPublicKey) => Promise<Peer | null>;
  readonly routes: readonly Route<Peer>[];
  readonly limits?: Partial<ServerLimits>;
  /**
   * Takes the connections that aren't TLS, or show no certificate, and judges them in its own way. Without it they
   * are refused.
   */
  readonly web?: WebServer;
  /** Told about everything that a log may want to show. Carries no bodies. */
  readonly report?: (event: ServerEvent) => void;
}

/** What happened on a pinned server. */
export type ServerEvent =
  | { readonly kind: "accepted_connection"; readonly peerKey: TlsPublicKey }
  | { readonly kind: "refused_connection"; readonly reason: string; readonly peerKey?: TlsPublicKey }
  | { readonly kind: "cut_connection"; readonly reason: string; readonly peerKey: TlsPublicKey }
  | {
      readonly kind: "answered";
      readonly peerKey: TlsPublicKey;
      readonly path: string;
      readonly status: number;
    }
  | {
      readonly kind: "handler_failed";
      readonly peerKey: TlsPublicKey;
      readonly path: string;
      readonly error: unknown;
    }
  | { readonly kind: "accept_failed"; readonly error: unknown };

/** A running pinned server. */
export interface PinnedServer {
  readonly port: number;
  /**
   * Asks `authorize` again about every open connection and cuts those whose answer changed in any way.
   *
   * Call it whenever the contract's registrations may have changed; it fails closed.
   */
  revalidate(): Promise<void>;
  /** Stops accepting, cuts connections without a running request, and waits for the others to finish. */
  close(): Promise<void>;
  /** Cuts every connection, whatever it is doing. */
  cut(): void;
}

/**
 * Serves HTTP/1.1 over TLS 1.3 to peers pinned by their raw ed25519 key; one request a connection.
 *
 * The pin is judged before the socket reaches the HTTP parser. Rejects only if it can't listen.
 */
export async function startPinnedServer<Peer>(options: PinnedServerOptions<Peer>): Promise<PinnedServer> {
  const limits = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
  const state: ServerState<Peer> = {
    options,
    limits,
    pending: new Map(),
    live: new Map(),
    registrations: 0,
    parser: http.createServer({ maxHeaderSize: limits.maxHeaderBytes, keepAlive: false }),
    report: options.report ?? (() => undefined),
  };
  state.parser.maxRequestsPerSocket = 1;
  state.parser.on("request", (request, response) => onRequest(state, request, response));
  const server = tls.createServer({ ...pinnedTlsOptions(options.identity), requestCert: true });
  const listener = listenerFor(state, server);
  listener.on("connection", (socket: Socket) => onAccepted(state, socket));
  server.on("tlsClientError", (error, socket) => {
    state.report({ kind: "refused_connection", reason: `no TLS handshake: ${error.message}` });
    socket.destroy();
  });
  server.on("secureConnection", (socket) => void judge(state, socket));
  await listen(listener, options.listen);
  listener.on("error", (error) => state.report({ kind: "accept_failed", error }));
  return {
    port: (listener.address() as AddressInfo).port,
    revalidate: () => revalidate(state),
    close: () => close(listener, state),
    cut: () => {
      options.web?.cut();
      for (const socket of [...state.pending.values(), ...state.live.keys()]) socket.destroy();
    },
  };
}

interface LiveConnection<Peer> {
  readonly peer: Peer;
  readonly peerKey: TlsPublicKey;
  readonly cut: AbortController;
  readonly headersTimer: NodeJS.Timeout;
  serving: boolean;
}

interface ServerState<Peer> {
  readonly options: PinnedServerOptions<Peer>;
  readonly limits: ServerLimits;
  /** Sockets without an authorised peer, oldest first, by remote address and port. */
  readonly pending: Map<string, Socket>;
  readonly live: Map<TLSSocket, LiveConnection<Peer>>;
  /** Rises with every revalidation, so that an authorisation overtaken by one is asked again. */
  registrations: number;
  readonly parser: http.Server;
  readonly report: (event: ServerEvent) => void;
}

function onAccepted<Peer>(state: ServerState<Peer>, socket: Socket): void {
  const name = remoteName(socket);
  const deadline = setTimeout(() => socket.destroy(), state.limits.handshakeMillis);
  state.pending.set(name, socket);
  socket.on("error", () => undefined);
  socket.once("close", () => {
    clearTimeout(deadline);
    state.pending.delete(name);
  });
  socket.once(AUTHORISED, () => clearTimeout(deadline));
  const [oldest] = state.pending.values();
  if (oldest !== undefined && state.pending.size > state.limits.maxPendingConnections) {
    state.report({ kind: "refused_connection", reason: "too many connections without an authorised peer" });
    oldest.destroy();
  }
}

function listenerFor<Peer>(state: ServerState<Peer>, server: tls.Server): net.Server {
  const { web } = state.options;
  if (web === undefined) return server;
  return listenForBoth(server, (socket) => {
    noLongerPending(state, socket);
    web.accept(socket);
  });
}

async function judge<Peer>(state: ServerState<Peer>, socket: TLSSocket): Promise<void> {
  socket.on("error", () => undefined);
  const { web } = state.options;
  if (web !== undefined && socket.getPeerX509Certificate() === undefined) {
    noLongerPending(state, socket);
    web.accept(socket);
    return;
  }
  const proof = peerKeyOf(socket);
  if (proof.kind === "none") {
    state.report({ kind: "refused_connection", reason: proof.reason });
    socket.destroy();
    return;
  }
  const peer = await currentPeer(state, socket, proof.key);
  if (socket.destroyed) return;
  const reason = peer === null ? "the key isn't authorised" : lackOfRoom(state, proof.key);
  if (peer === null || reason !== undefined) {
    state.report({ kind: "refused_connection", reason: reason ?? "", peerKey: proof.key });
    socket.destroy();
    return;
  }
  admit(state, socket, proof.key, peer);
}

async function currentPeer<Peer>(
  state: ServerState<Peer>,
  socket: TLSSocket,
  peerKey: TlsPublicKey,
): Promise<Peer | null> {
  for (;;) {
    const { registrations } = state;
    const peer = await askAuthorize(state, peerKey);
    if (registrations === state.registrations || socket.destroyed) return peer;
  }
}

async function askAuthorize<Peer>(state: ServerState<Peer>, peerKey: TlsPublicKey): Promise<Peer | null> {
  try {
    return (await state.options.authorize(peerKey)) ?? null;
  } catch {
    return null;
  }
}

function lackOfRoom<Peer>(state: ServerState<Peer>, peerKey: TlsPublicKey): string | undefined {
  if (state.live.size >= state.limits.maxConnections) return "too many connections";
  const ofPeer = [...state.live.values()].filter((connection) => connection.peerKey === peerKey).length;
  return ofPeer >= state.limits.maxConnectionsPerPeer ? "too many connections of this peer" : undefined;
}

function admit<Peer>(state: ServerState<Peer>, socket: TLSSocket, peerKey: TlsPublicKey, peer: Peer): void {
  const { limits } = state;
  noLongerPending(state, socket);
  const cutBecause = (reason: string) => {
    state.report({ kind: "cut_connection", reason, peerKey });
    socket.destroy();
  };
  const headersTimer = setTimeout(() => cutBecause("no complete request in time"), limits.headersMillis);
  const totalTimer = setTimeout(
    () => cutBecause("the connection reached its total time"),
    limits.totalMillis,
  );
  const cut = new AbortController();
  state.live.set(socket, { peer, peerKey, cut, headersTimer, serving: false });
  socket.once("close", () => {
    clearTimeout(headersTimer);
    clearTimeout(totalTimer);
    state.live.delete(socket);
    cut.abort();
  });
  state.report({ kind: "accepted_connection", peerKey });
  state.parser.emit("connection", socket);
}

function noLongerPending<Peer>(state: ServerState<Peer>, socket: Socket): void {
  const accepted = state.pending.get(remoteName(socket));
  state.pending.delete(remoteName(socket));
  accepted?.emit(AUTHORISED);
}

function onRequest<Peer>(
  state: ServerState<Peer>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const socket = request.socket as TLSSocket;
  const connection = state.live.get(socket);
  if (connection === undefined) {
    socket.destroy();
    return;
  }
  clearTimeout(connection.headersTimer);
  connection.serving = true;
  const { peer, peerKey, cut } = connection;
  const { routes } = state.options;
  void serveRequest({ routes, limits: state.limits, peer, cut: cut.signal, request, response }).then(
    (served) => {
      const path = request.url ?? "";
      if (served.kind === "failed")
        state.report({ kind: "handler_failed", peerKey, path, error: served.error });
      state.report({ kind: "answered", peerKey, path, status: served.status });
    },
  );
}

async function revalidate<Peer>(state: ServerState<Peer>): Promise<void> {
  state.registrations += 1;
  const checks = [...state.live].map(async ([socket, { peer, peerKey }]) => {
    const now = await askAuthorize(state, peerKey);
    if (now !== null && isDeepStrictEqual(now, peer)) return;
    state.report({ kind: "cut_connection", reason: "the registration of its key changed", peerKey });
    socket.destroy();
  });
  await Promise.all(checks);
}

function close<Peer>(server: net.Server, state: ServerState<Peer>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  state.options.web?.close();
  for (const socket of state.pending.values()) socket.destroy();
  for (const [socket, connection] of state.live) if (!connection.serving) socket.destroy();
  return closed;
}

function listen(server: net.Server, at: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

// A private event of the accepted socket: its TLS socket passed the pin, so the handshake deadline is met.
const AUTHORISED = "mpc-recovery:authorised";

function remoteName(socket: Socket): string {
  return `${socket.remoteAddress}|${socket.remotePort}`;
}
