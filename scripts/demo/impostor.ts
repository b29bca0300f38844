import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { generateEd25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { pinnedTlsOptions, tlsIdentityFromKeyPair } from "../../sdk/src/crypto/tls-identity.ts";

/** A machine in the middle: listens where the replacement should, with the right address and a TLS key of its own. */
export interface Impostor {
  readonly port: number;
  readonly tlsPublicKey: string;
  /** Connections that others opened to it. */
  connections(): number;
  /** Bytes of application data that anybody sent it. */
  bytesReceived(): number;
  close(): Promise<void>;
}

export async function startImpostor(): Promise<Impostor> {
  const identity = tlsIdentityFromKeyPair(generateEd25519KeyPair());
  let connections = 0;
  let bytesReceived = 0;
  const server = createTlsServer({ ...pinnedTlsOptions(identity), requestCert: true }, (socket) => {
    socket.on("data", (chunk) => {
      bytesReceived += chunk.length;
    });
    socket.on("error", () => socket.destroy());
  });
  server.on("connection", () => {
    connections++;
  });
  server.on("tlsClientError", () => {});
  const port = await listen(server, 0);
  server.unref();
  return {
    port,
    tlsPublicKey: identity.publicKey,
    connections: () => connections,
    bytesReceived: () => bytesReceived,
    close: () => close(server),
  };
}

/** A plain TCP relay, standing for a network that an attacker may route: what reaches the address goes to `target`. */
export interface Relay {
  readonly port: number;
  pointAt(port: number): void;
}

export async function startRelay(firstTarget: number): Promise<Relay> {
  let target = firstTarget;
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(target, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  });
  const port = await listen(server, 0);
  // It is the address of the new node for as long as the demo runs, and must not outlive it.
  server.unref();
  return {
    port,
    pointAt(next) {
      target = next;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => listen(server, 0)));
  await Promise.all(servers.map(close));
  return ports;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
