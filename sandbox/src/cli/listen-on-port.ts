import type { Server } from "node:http";
import { connect } from "node:net";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Less than clients wait for a node that they have started. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;
/** A listener whose queue is full doesn't answer at all. */
const CONNECT_TIMEOUT_MS = 1_000;

/**
 * Listens at the address. Clients choose a free port some time before they start the node, and often one that the
 * system also gives to outgoing connections: while nobody listens there, it will be free again soon. Throws when
 * another program listens at the port, or when it stays taken.
 */
export async function listenOnPort(server: Server, address: Address): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const error = await tryToListen(server, address);
    if (error === null) return;
    if (error.code !== "EADDRINUSE") throw error;
    if (await isSomebodyListening(address.port)) throw takenError(address, "another program listens there");
    if (Date.now() > deadline) throw takenError(address, `still taken after ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function tryToListen(server: Server, { host, port }: Address): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve(error);
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve(null);
    });
  });
}

function isSomebodyListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      // Without a listener, a connection to a port that the system hands out can end up at itself.
      resolve(socket.localPort !== port);
      socket.resetAndDestroy();
    });
    socket.once("error", () => resolve(false));
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      resolve(true);
      socket.destroy();
    });
  });
}

function takenError({ host, port }: Address, detail: string): Error {
  return new Error(
    `EADDRINUSE: port ${port} of ${host} is taken (${detail}); choose another one with --rpc-addr`,
  );
}
