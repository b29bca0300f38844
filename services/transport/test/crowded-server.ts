/** A program for the test of accept errors: serves Alice with few file descriptors left; prints its port. */
import { startPinnedServer } from "../pinned-server.ts";
import { ALICE, ECHO, SERVER } from "./harness.ts";

const server = await startPinnedServer({
  identity: SERVER,
  listen: { host: "127.0.0.1", port: 0 },
  authorize: async (key) => (key === ALICE.publicKey ? { name: "alice" } : null),
  routes: ECHO,
  limits: { maxPendingConnections: 10_000, handshakeMillis: 60_000 },
});
process.stdout.write(`${server.port}\n`);
