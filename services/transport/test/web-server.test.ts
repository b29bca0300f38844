import assert from "node:assert/strict";
import net, { type Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import tls from "node:tls";
import type { ServerLimits } from "../limits.ts";
import { pinnedRequest } from "../pinned-request.ts";
import { startPinnedServer } from "../pinned-server.ts";
import { refusal } from "../routes.ts";
import { sha256Hex } from "../web/signed-header.ts";
import { createWebServer, type WebEndpoint, type WebEvent } from "../web/web-server.ts";
import { ALICE, ECHO, MALLORY, rawConnection, SERVER, untilClosed } from "./harness.ts";

const SHORT = 60;

/** Takes requests with the header `alice` and the body `hello`; says so. */
const ALICES: WebEndpoint = {
  async authenticate(_method, _path, header) {
    if (header !== "alice") return refusal(403, "NOT_ALICE", "Only Alice is answered.");
    return { kind: "authentic", claim: { body_sha256: sha256Hex("hello") } as never, header: {} as never };
  },
  answer: async (_request, body) => ({
    kind: "signed",
    status: 200,
    header: "signed",
    body: `"got ${body}"`,
  }),
};

async function start(context: TestContext, limits: Partial<ServerLimits> = {}, endpoint = ALICES) {
  const events: WebEvent[] = [];
  const report = (event: WebEvent) => events.push(event);
  const web = createWebServer({ endpoint, maxBodyBytes: 1_000, limits, report });
  const server = await startPinnedServer({
    identity: SERVER,
    listen: { host: "127.0.0.1", port: 0 },
    authorize: async (key) => (key === ALICE.publicKey ? { name: "alice" } : null),
    routes: ECHO,
    limits,
    web,
  });
  context.after(() => {
    server.cut();
    return server.close();
  });
  return { port: server.port, events, server };
}

function plain(context: TestContext, port: number): Socket {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  context.after(() => socket.destroy());
  return socket;
}

const request = (header: string, body = "hello") =>
  `POST /x HTTP/1.1\r\nhost: x\r\nmpc-recovery-authentication: ${header}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

async function exchange(socket: Socket, text: string): Promise<string> {
  const received = untilClosed(socket);
  socket.write(text);
  return received;
}

describe("behavior: one port for pinned peers and the web endpoints", () => {
  test("plain HTTP, TLS without a certificate, and pinned TLS are told apart", async (context) => {
    const { port } = await start(context);
    assert.match(
      await exchange(plain(context, port), request("alice")),
      /^HTTP\/1\.1 200 [\s\S]*"got hello"$/,
    );
    const anonymous = await rawConnection(context, port, undefined);
    assert.match(await exchange(anonymous, request("alice")), /^HTTP\/1\.1 200 [\s\S]*"got hello"$/);
    const url = `https://127.0.0.1:${port}`;
    const hello = { url, peerKey: SERVER.publicKey, method: "GET", path: "/v1/hello" } as const;
    assert.deepEqual(await pinnedRequest({ ...hello, identity: ALICE }), { hello: "alice" });
    await assert.rejects(pinnedRequest({ ...hello, identity: MALLORY }), { code: "PEER_CLOSED" });
  });

  test("a first byte that comes alone is enough, and none at all is cut with the handshake's deadline", async (context) => {
    const { port } = await start(context, { handshakeMillis: SHORT * 3 });
    assert.equal(await untilClosed(plain(context, port)), "");
    const socket = plain(context, port);
    const received = untilClosed(socket);
    const text = request("alice");
    socket.setNoDelay(true);
    await new Promise((resolve) => socket.write(text.slice(0, 1), resolve));
    socket.write(text.slice(1));
    assert.match(await received, /"got hello"$/);
  });

  test("without a certificate nobody gets at what pinned peers get", async (context) => {
    const { port } = await start(context);
    const socket = await rawConnection(context, port, undefined);
    const answer = await exchange(socket, "GET /v1/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*NOT_ALICE/);
  });

  test("without the web endpoints both are refused as before", async (context) => {
    const server = await startPinnedServer({
      identity: SERVER,
      listen: { host: "127.0.0.1", port: 0 },
      authorize: async () => ({}),
      routes: [],
    });
    context.after(() => server.close());
    assert.doesNotMatch(await exchange(plain(context, server.port), request("alice")), /got hello/);
    const anonymous = await rawConnection(context, server.port, undefined);
    assert.equal(await exchange(anonymous, request("alice")), "");
  });
});

describe("behavior: the web endpoints outlive bad clients", () => {
  test("a body over the cap, announced or not, is refused", async (context) => {
    const { port, events } = await start(context);
    const large = "x".repeat(1_001);
    assert.match(await exchange(plain(context, port), request("alice", large)), /^HTTP\/1\.1 413 /);
    const chunked = `POST /x HTTP/1.1\r\nhost: x\r\nmpc-recovery-authentication: alice\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n${large}\r\n0\r\n\r\n`;
    assert.match(await exchange(plain(context, port), chunked), /^HTTP\/1\.1 413 /);
    assert.deepEqual(
      events.map((event) => event.kind === "refused_request" && event.code),
      ["BODY_TOO_LARGE", "BODY_TOO_LARGE"],
    );
  });

  test("another body than the signed one never reaches the handler", async (context) => {
    let answered = 0;
    const counting: WebEndpoint = {
      ...ALICES,
      answer: (...given) => {
        answered += 1;
        return ALICES.answer(...given);
      },
    };
    const { port } = await start(context, {}, counting);
    assert.match(
      await exchange(plain(context, port), request("alice", "jello")),
      /^HTTP\/1\.1 403 [\s\S]*OTHER_MESSAGE/,
    );
    assert.equal(answered, 0);
  });

  test("slow headers, a body that stops and one that trickles are cut", async (context) => {
    const { port } = await start(context, {
      headersMillis: SHORT,
      idleMillis: SHORT,
      totalMillis: SHORT * 4,
    });
    for (const text of ["POST /x HTTP/1.1\r\n", request("alice", "hello").slice(0, -2)]) {
      assert.equal(await exchange(plain(context, port), text), "");
    }
    const socket = plain(context, port);
    const received = untilClosed(socket);
    socket.write(request("alice", "").replace("content-length: 0", "content-length: 900"));
    const trickle = setInterval(() => socket.write(" "), SHORT / 6);
    assert.equal(await received, "");
    clearInterval(trickle);
  });

  test("strangers who hold connections open give way to the service", async (context) => {
    const { port } = await start(context, { maxPendingConnections: 3 });
    const strangers = Array.from({ length: 6 }, () => plain(context, port));
    const closed = strangers.slice(0, 3).map(untilClosed);
    for (const stranger of strangers)
      await new Promise((resolve) => stranger.write("POST /x HTTP/1.1\r\n", resolve));
    assert.match(await exchange(plain(context, port), request("alice")), /"got hello"$/);
    assert.deepEqual(await Promise.all(closed), ["", "", ""]);
  });

  test("the service itself can't pile up requests without end", async (context) => {
    const waiting: (() => void)[] = [];
    const slow: WebEndpoint = {
      ...ALICES,
      answer: async (...given) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return ALICES.answer(...given);
      },
    };
    const { port } = await start(context, { maxConnectionsPerPeer: 2 }, slow);
    const busy = [1, 2].map(() => exchange(plain(context, port), request("alice")));
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.match(await exchange(plain(context, port), request("alice")), /^HTTP\/1\.1 429 /);
    for (const go of waiting) go();
    for (const answer of await Promise.all(busy)) assert.match(answer, /"got hello"$/);
  });

  test("a handler that throws is answered 500 without its text, and the next request is served", async (context) => {
    let broken = true;
    const faulty: WebEndpoint = {
      ...ALICES,
      answer: (...given) => (broken ? Promise.reject(new Error("canary-4711")) : ALICES.answer(...given)),
    };
    const { port, events } = await start(context, {}, faulty);
    const answer = await exchange(plain(context, port), request("alice"));
    assert.match(answer, /^HTTP\/1\.1 500 /);
    assert.doesNotMatch(answer, /canary/);
    assert.equal(events[0]?.kind, "failed_request");
    broken = false;
    assert.match(await exchange(plain(context, port), request("alice")), /"got hello"$/);
  });

  test("rubbish, a second request on the connection and TLS rubbish are answered or cut, and cost nothing", async (context) => {
    const { port } = await start(context);
    assert.match(await exchange(plain(context, port), "\u0001\u0002rubbish\r\n\r\n"), /^(HTTP\/1\.1 400 |$)/);
    assert.equal(
      await exchange(plain(context, port), "\u0016\u0003\u0001\u0000\u0005hello").then((text) =>
        text.includes("200"),
      ),
      false,
    );
    const twice = await exchange(plain(context, port), request("alice") + request("alice"));
    assert.equal(twice.split("got hello").length, 2);
    assert.match(await exchange(plain(context, port), request("alice")), /"got hello"$/);
  });

  test("closing waits for a running request and cuts the idle ones", async (context) => {
    let go = () => undefined as unknown;
    const slow: WebEndpoint = {
      ...ALICES,
      answer: async (...given) => {
        await new Promise((resolve) => {
          go = () => resolve(undefined);
        });
        return ALICES.answer(...given);
      },
    };
    const { port, server } = await start(context, {}, slow);
    const idle = plain(context, port);
    await new Promise((resolve) => idle.write("POST", resolve));
    const initial = go;
    const busy = exchange(plain(context, port), request("alice"));
    while (go === initial) await new Promise((resolve) => setImmediate(resolve));
    const closing = server.close();
    assert.equal(await untilClosed(idle), "");
    go();
    assert.match(await busy, /"got hello"$/);
    await closing;
  });

  test("a TLS connection without certificate that stays silent is cut", async (context) => {
    const { port } = await start(context, { headersMillis: SHORT });
    const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    context.after(() => socket.destroy());
    assert.equal(await untilClosed(socket), "");
  });
});
