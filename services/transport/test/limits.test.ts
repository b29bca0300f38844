import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { pinnedRequest } from "../pinned-request.ts";
import type { ServerEvent } from "../pinned-server.ts";
import { ALICE, ECHO, rawConnection, SERVER, startTestServer, untilClosed } from "./harness.ts";

const SHORT = 60;

test("behavior: a slow handshake is cut", async (context) => {
  const { server } = await startTestServer(context, ECHO, { handshakeMillis: SHORT });
  const socket = net.connect(server.port, "127.0.0.1");
  context.after(() => socket.destroy());
  assert.equal(await untilClosed(socket), "");
});

test("behavior: an authorisation that never ends is cut with the handshake's deadline", async (context) => {
  const { server, registered } = await startTestServer(context, ECHO, { handshakeMillis: SHORT });
  registered.get = () => new Promise<never>(() => undefined) as never;
  const socket = await rawConnection(context, server.port, ALICE);
  assert.equal(await untilClosed(socket), "");
});

test("behavior: slow headers are cut, also when they trickle", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO, { headersMillis: SHORT });
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write("GET /v1/hello HTTP/1.1\r\n");
  const trickle = setInterval(() => socket.write("x-more: y\r\n"), SHORT / 6);
  assert.equal(await received, "");
  clearInterval(trickle);
  await seen(cutWith("no complete request in time"));
});

test("behavior: a body that stops is cut", async (context) => {
  const { server, events } = await startTestServer(context, ECHO, { idleMillis: SHORT });
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write(`PUT /v1/echo HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: 100\r\n\r\n{"a":`);
  assert.equal(await received, "");
  assert.ok(!events.some((event) => event.kind === "answered" && event.status === 200));
});

test("behavior: a body that trickles is cut by the total time", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO, { totalMillis: SHORT * 3 });
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write(`PUT /v1/echo HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: 10000\r\n\r\n`);
  const trickle = setInterval(() => socket.write(" "), SHORT / 6);
  assert.equal(await received, "");
  clearInterval(trickle);
  await seen(cutWith("the connection reached its total time"));
});

test("behavior: an announced body over the cap is answered 413 and its route doesn't run", async (context) => {
  const { url, events } = await startTestServer(context, ECHO, { maxBodyBytes: 1000 });
  const request = alicePuts(url, { text: "x".repeat(3_000_000) });
  await assert.rejects(pinnedRequest(request), {
    code: "PEER_REFUSED",
    status: 413,
    peerCode: "BODY_TOO_LARGE",
  });
  assert.ok(!events.some((event) => event.kind === "answered" && event.status === 200));
});

test("behavior: a chunked body over the cap is answered 413", async (context) => {
  const { server } = await startTestServer(context, ECHO, { maxBodyBytes: 1000 });
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write(`PUT /v1/echo HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}transfer-encoding: chunked\r\n\r\n`);
  for (let index = 0; index < 20; index += 1) socket.write(`100\r\n${"x".repeat(0x100)}\r\n`);
  socket.write("0\r\n\r\n");
  assert.match(await received, /^HTTP\/1.1 413 /);
});

test("behavior: huge headers are answered 431", async (context) => {
  const { server } = await startTestServer(context, ECHO, { maxHeaderBytes: 2048 });
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write(`GET /v1/hello HTTP/1.1\r\nhost: x\r\nx-big: ${"y".repeat(5000)}\r\n\r\n`);
  assert.match(await received, /^HTTP\/1.1 431 /);
});

test("behavior: a body that isn't JSON, or a GET with a body, is answered 400", async (context) => {
  const { server } = await startTestServer(context, ECHO);
  const requests = [
    `PUT /v1/echo HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: 3\r\n\r\n{a}`,
    "PUT /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}",
    `PUT /v1/echo HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: 0\r\n\r\n`,
    `GET /v1/hello HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: 2\r\n\r\n{}`,
  ];
  for (const request of requests) {
    const socket = await rawConnection(context, server.port, ALICE);
    const received = untilClosed(socket);
    socket.write(request);
    assert.match(await received, /^HTTP\/1.1 400 /);
  }
});

test("behavior: an unknown path is 404, a wrong method 405, a throwing handler 500 without its text", async (context) => {
  const { url, seen } = await startTestServer(context, [
    ...ECHO,
    {
      method: "PUT",
      path: "/v1/broken",
      handle: async () => {
        throw new Error("canary-secret");
      },
    },
  ]);
  const put = alicePuts(url, {});
  await assert.rejects(pinnedRequest({ ...put, path: "/v1/none" }), { status: 404, retryable: false });
  await assert.rejects(pinnedRequest({ ...put, path: "/v1/hello" }), {
    status: 405,
    peerCode: "METHOD_NOT_ALLOWED",
  });
  await assert.rejects(
    pinnedRequest({ ...put, path: "/v1/broken" }),
    (error: Error & { status?: number }) => {
      assert.equal(error.status, 500);
      assert.ok(!error.message.includes("canary-secret"));
      return true;
    },
  );
  await seen((event) => event.kind === "handler_failed" && String(event.error).includes("canary-secret"));
});

test("behavior: a handler's refusal reaches the caller with status, code and sentence", async (context) => {
  const refuse = { kind: "refused", status: 409, code: "NOT_IN_RECOVERY", message: "no\nrecovery" } as const;
  const { url } = await startTestServer(context, [
    { method: "PUT", path: "/v1/keyshares", handle: async () => refuse },
  ]);
  await assert.rejects(pinnedRequest({ ...alicePuts(url, {}), path: "/v1/keyshares" }), {
    code: "PEER_REFUSED",
    status: 409,
    peerCode: "NOT_IN_RECOVERY",
    shortMessage: 'The peer refused with status 409: "no\\nrecovery"',
    retryable: false,
  });
});

test("behavior: a handler that works longer than the idle time still answers", async (context) => {
  let idlePassed: Promise<void> | undefined;
  const { url } = await startTestServer(
    context,
    [
      {
        method: "GET",
        path: "/v1/hello",
        handle: async () => {
          idlePassed = new Promise((resolve) => setTimeout(resolve, SHORT * 12));
          await idlePassed;
          return { kind: "ok", body: { slow: true } };
        },
      },
    ],
    { idleMillis: SHORT * 4 },
  );
  const request = {
    identity: ALICE,
    url,
    peerKey: SERVER.publicKey,
    method: "GET",
    path: "/v1/hello",
  } as const;
  assert.deepEqual(await pinnedRequest(request), { slow: true });
});

test("behavior: a handler learns that its connection is gone", async (context) => {
  let entered: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    entered = resolve;
  });
  let wasCut: Promise<void> | undefined;
  const { server, registered, url } = await startTestServer(context, [
    {
      method: "GET",
      path: "/v1/hello",
      handle: async (_peer, _body, cut) => {
        wasCut = new Promise((resolve) => cut.addEventListener("abort", () => resolve()));
        entered();
        await wasCut;
        return { kind: "ok", body: {} };
      },
    },
  ]);
  const request = {
    identity: ALICE,
    url,
    peerKey: SERVER.publicKey,
    method: "GET",
    path: "/v1/hello",
  } as const;
  const answer = assert.rejects(pinnedRequest(request), { code: "PEER_CLOSED" });
  await running;
  registered.delete(ALICE.publicKey);
  await server.revalidate();
  await wasCut;
  await answer;
});

const JSON_TYPE = "content-type: application/json\r\n";

function alicePuts(url: string, body: unknown) {
  return { identity: ALICE, url, peerKey: SERVER.publicKey, method: "PUT", path: "/v1/echo", body } as const;
}

function cutWith(reason: string): (event: ServerEvent) => boolean {
  return (event) => event.kind === "cut_connection" && event.reason === reason;
}
