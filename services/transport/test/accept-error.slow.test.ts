import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import net, { type Socket } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { pinnedRequest } from "../pinned-request.ts";
import { ALICE, SERVER } from "./harness.ts";

const DESCRIPTORS = 64;
const STRANGERS = 100;

test("behavior: a server that runs out of file descriptors goes on once there are some", async (context) => {
  const program = fileURLToPath(new URL("crowded-server.ts", import.meta.url));
  const command = `ulimit -n ${DESCRIPTORS} && exec "${process.execPath}" --import tsx "${program}"`;
  const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => child.kill());
  const [line] = await once(child.stdout, "data");
  const port = Number(String(line));
  const strangers = await Promise.all(Array.from({ length: STRANGERS }, () => connected(port)));
  context.after(() => {
    for (const stranger of strangers) stranger.destroy();
  });
  const request = { identity: ALICE, peerKey: SERVER.publicKey, method: "GET", path: "/v1/hello" } as const;
  const url = `https://127.0.0.1:${port}`;
  await assert.rejects(pinnedRequest({ ...request, url, timeouts: { connectMillis: 1_000 } }), {
    retryable: true,
  });
  assert.equal(child.exitCode, null);
  for (const stranger of strangers) stranger.destroy();
  assert.deepEqual(await pinnedRequest({ ...request, url }), { hello: "alice" });
});

async function connected(port: number): Promise<Socket> {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}
