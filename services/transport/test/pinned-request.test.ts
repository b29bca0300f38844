import assert from "node:assert/strict";
import net, { type AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import tls, { type TLSSocket } from "node:tls";
import { pinnedTlsOptions } from "../../../sdk/src/crypto/tls-identity.ts";
import { type PinnedRequestOptions, pinnedRequest } from "../pinned-request.ts";
import { ECDSA_CREDENTIALS } from "./ecdsa-certificate.ts";
import { ALICE, ECHO, MALLORY, SERVER, startTestServer } from "./harness.ts";

test("behavior: a JSON body goes there and back", async (context) => {
  const { url } = await startTestServer(context, ECHO);
  const body = { shares: [1, "ü", null] };
  const answer = await pinnedRequest({ ...ask(url), method: "PUT", path: "/v1/echo", body });
  assert.deepEqual(answer, { from: "alice", body });
});

test("behavior: a server with another key gets no byte of the request", async (context) => {
  const server = await rawServer(context, () => undefined, pinnedTlsOptions(MALLORY));
  await assert.rejects(pinnedRequest(ask(server.url)), { code: "WRONG_PEER_KEY", retryable: false });
  await server.closed();
  assert.equal(server.received(), "");
});

test("behavior: a server with an ECDSA certificate or with TLS 1.2 fails the handshake", async (context) => {
  const ecdsa = await rawServer(context, () => undefined, ECDSA_CREDENTIALS);
  await assert.rejects(pinnedRequest(ask(ecdsa.url)), { code: "TLS_HANDSHAKE_FAILED", retryable: false });
  const old = { ...pinnedTlsOptions(SERVER), minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  const tls12 = await rawServer(context, () => undefined, old);
  await assert.rejects(pinnedRequest(ask(tls12.url)), { code: "TLS_HANDSHAKE_FAILED" });
});

test("behavior: garbage instead of TLS is a handshake failure", async (context) => {
  const server = net.createServer((socket) => socket.end("SSH-2.0-whatever\r\n".repeat(20)));
  const url = await listening(context, server);
  await assert.rejects(pinnedRequest(ask(url)), { code: "TLS_HANDSHAKE_FAILED" });
});

test("behavior: nobody listening is unreachable and worth a retry", async (context) => {
  const server = net.createServer();
  const url = await listening(context, server);
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(pinnedRequest(ask(url)), { code: "PEER_UNREACHABLE", retryable: true });
});

test("behavior: a server that hangs up before or within the answer", async (context) => {
  const before = await rawServer(context, (socket) => socket.destroy());
  await assert.rejects(pinnedRequest(ask(before.url)), { code: "PEER_CLOSED", retryable: true });
  const within = await rawServer(context, (socket) => socket.end(`${HEAD}content-length: 100\r\n\r\n{"a":`));
  await assert.rejects(pinnedRequest(ask(within.url)), { code: "PEER_CLOSED" });
});

test("behavior: a server that never accepts, never answers or trickles ends in a time-out", async (context) => {
  const mute = net.createServer(() => undefined);
  const muteUrl = await listening(context, mute);
  const patience = { connectMillis: 60, idleMillis: 60, totalMillis: 200 };
  const timedOut = { code: "PEER_TIMEOUT", retryable: true };
  await assert.rejects(pinnedRequest({ ...ask(muteUrl), timeouts: patience }), timedOut);
  const silent = await rawServer(context, () => undefined);
  await assert.rejects(pinnedRequest({ ...ask(silent.url), timeouts: patience }), timedOut);
  const trickling = await rawServer(context, (socket) => {
    socket.write(`${HEAD}content-length: 1000\r\n\r\n`);
    const timer = setInterval(() => socket.write(" "), 10);
    socket.once("close", () => clearInterval(timer));
  });
  await assert.rejects(pinnedRequest({ ...ask(trickling.url), timeouts: patience }), timedOut);
});

test("behavior: a huge answer is given up at the cap, announced or not", async (context) => {
  const announced = await rawServer(context, (socket) =>
    socket.end(`${HEAD}content-length: 99999999\r\n\r\n`),
  );
  const limited = (url: string) => pinnedRequest({ ...ask(url), maxResponseBytes: 1000 });
  await assert.rejects(limited(announced.url), { code: "PEER_ANSWER_TOO_LARGE", retryable: false });
  const endless = await rawServer(context, (socket) => {
    socket.write(`${HEAD}\r\n`);
    const more = () => {
      while (!socket.destroyed && socket.write("x".repeat(10_000)));
    };
    socket.on("drain", more);
    more();
  });
  await assert.rejects(limited(endless.url), { code: "PEER_ANSWER_TOO_LARGE" });
  const headers = await rawServer(context, (socket) =>
    socket.end(`${HEAD}x: ${"y".repeat(100_000)}\r\n\r\n{}`),
  );
  await assert.rejects(limited(headers.url), { code: "PEER_ANSWER_TOO_LARGE" });
});

test("behavior: an answer that isn't HTTP, isn't JSON, is empty or redirects is an error", async (context) => {
  const answers: [string, object][] = [
    ["nonsense\r\n\r\n", { code: "PEER_ANSWER_INVALID" }],
    [`${HEAD}content-length: 3\r\n\r\n{a}`, { code: "PEER_ANSWER_INVALID" }],
    [`${HEAD}content-length: 0\r\n\r\n`, { code: "PEER_ANSWER_INVALID" }],
    [
      "HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n",
      { code: "PEER_REFUSED", status: 302 },
    ],
    ["HTTP/1.1 204 No Content\r\n\r\n", { code: "PEER_REFUSED", status: 204 }],
    [
      "HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy",
      { code: "PEER_REFUSED", status: 503, retryable: true },
    ],
  ];
  for (const [answer, expected] of answers) {
    const server = await rawServer(context, (socket) => socket.end(answer));
    await assert.rejects(pinnedRequest(ask(server.url)), expected);
  }
});

test("behavior: the caller's signal ends it, before, while connecting and while waiting", async (context) => {
  const silent = await rawServer(context, () => undefined);
  const aborted = { code: "REQUEST_ABORTED", retryable: false };
  await assert.rejects(pinnedRequest({ ...ask(silent.url), signal: AbortSignal.abort() }), aborted);
  const mute = net.createServer(() => connecting.abort());
  const connecting = new AbortController();
  const muteUrl = await listening(context, mute);
  await assert.rejects(pinnedRequest({ ...ask(muteUrl), signal: connecting.signal }), aborted);
  const waiting = new AbortController();
  const asked = await rawServer(context, () => waiting.abort());
  await assert.rejects(pinnedRequest({ ...ask(asked.url), signal: waiting.signal }), aborted);
});

test("behavior: every request makes a full handshake of its own", async (context) => {
  const reused: boolean[] = [];
  const server = await rawServer(context, (socket) => {
    reused.push(socket.isSessionReused());
    socket.end(`${HEAD}content-length: 2\r\n\r\n{}`);
  });
  for (let index = 0; index < 3; index += 1) await pinnedRequest(ask(server.url));
  assert.deepEqual(reused, [false, false, false]);
});

test("behavior: only https URLs are taken", async () => {
  for (const url of ["http://127.0.0.1:1", "127.0.0.1:1", "https://user@127.0.0.1:1", "file:///etc", ""]) {
    await assert.rejects(pinnedRequest(ask(url)), { code: "BAD_PEER_URL", retryable: false });
  }
});

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

function ask(url: string): PinnedRequestOptions {
  return { identity: ALICE, url, peerKey: SERVER.publicKey, method: "GET", path: "/v1/hello" };
}

interface RawServer {
  readonly url: string;
  readonly received: () => string;
  readonly closed: () => Promise<void>;
}

/** A TLS server that lets the test answer the first bytes of each connection as it likes. */
async function rawServer(
  context: TestContext,
  onRequest: (socket: TLSSocket) => void,
  options: tls.TlsOptions = pinnedTlsOptions(SERVER),
): Promise<RawServer> {
  let received = "";
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const server = tls.createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (socket) => {
    context.after(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.once("data", () => onRequest(socket));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
  });
  server.on("connection", (socket: net.Socket) => socket.once("close", close));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return { url: await listening(context, server), received: () => received, closed: () => closed };
}

async function listening(context: TestContext, server: net.Server): Promise<string> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
