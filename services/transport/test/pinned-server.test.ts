import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { pinnedRequest } from "../pinned-request.ts";
import type { ServerEvent } from "../pinned-server.ts";
import { ECDSA_CREDENTIALS } from "./ecdsa-certificate.ts";
import {
  ALICE,
  ECHO,
  identity,
  MALLORY,
  rawConnection,
  SERVER,
  startTestServer,
  type TestPeer,
  untilClosed,
} from "./harness.ts";

const REQUEST = "GET /v1/hello HTTP/1.1\r\nhost: x\r\n\r\n";
const HALF_A_REQUEST = "GET /v1/hello HTTP/1.1\r\nhost: x\r\n";

test("behavior: the registered key is served, with the peer that the contract names", async (context) => {
  const { url } = await startTestServer(context, ECHO);
  const answer = await pinnedRequest(aliceAsks(url, "/v1/hello"));
  assert.deepEqual(answer, { hello: "alice" });
});

test("behavior: a key that the contract doesn't name gets no byte, though its handshake succeeds", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO);
  const socket = await rawConnection(context, server.port, MALLORY);
  const received = untilClosed(socket);
  socket.write(REQUEST);
  assert.equal(await received, "");
  await seen((event) => event.kind === "refused_connection" && event.peerKey === MALLORY.publicKey);
});

test("behavior: a peer without a certificate is refused", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO);
  const socket = await rawConnection(context, server.port, undefined);
  const received = untilClosed(socket);
  socket.write(REQUEST);
  assert.equal(await received, "");
  await seen(refusedWith("no certificate was shown"));
});

test("behavior: TLS 1.2 is refused in the handshake", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO);
  const old = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  await assert.rejects(rawConnection(context, server.port, ALICE, old), /protocol version/i);
  await seen(refusedWith("no TLS handshake"));
});

test("behavior: an ECDSA certificate is refused, whatever the client is willing to verify", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO);
  const ecdsa = { ...ECDSA_CREDENTIALS, sigalgs: "ed25519:ecdsa_secp256r1_sha256" };
  const socket = await rawConnection(context, server.port, undefined, ecdsa);
  const received = untilClosed(socket);
  socket.write(REQUEST);
  assert.equal(await received, "");
  await seen((event) => event.kind === "refused_connection");
});

test("behavior: a resumed session is refused, since it proves no key", async (context) => {
  const { server, seen } = await startTestServer(context, ECHO);
  const first = await rawConnection(context, server.port, ALICE);
  const session = await new Promise<Buffer>((resolve) => {
    first.once("session", resolve);
    first.resume();
    first.write(REQUEST);
  });
  const second = await rawConnection(context, server.port, ALICE, { session });
  assert.equal(second.isSessionReused(), true);
  const received = untilClosed(second);
  second.write(REQUEST);
  assert.equal(await received, "");
  await seen(refusedWith("the session was resumed"));
});

test("behavior: a key that is rotated while connected is cut by revalidate, and only that one", async (context) => {
  const { server, registered, accepted } = await startTestServer(context, ECHO);
  const bob = identity(3);
  registered.set(bob.publicKey, { name: "bob" });
  const [ofAlice, ofBob] = [
    await rawConnection(context, server.port, ALICE),
    await rawConnection(context, server.port, bob),
  ];
  const [aliceGot, bobGot] = [untilClosed(ofAlice), untilClosed(ofBob)];
  ofAlice.write(HALF_A_REQUEST);
  ofBob.write(HALF_A_REQUEST);
  await accepted(ALICE.publicKey, 1);
  await accepted(bob.publicKey, 1);
  registered.delete(ALICE.publicKey);
  await server.revalidate();
  ofBob.write("\r\n");
  assert.match(await bobGot, /^HTTP\/1.1 200 OK/);
  assert.equal(await aliceGot, "");
});

test("behavior: a registration that changes while its authorisation is under way is asked again", async (context) => {
  const { server, registered, seen } = await startTestServer(context, ECHO);
  let answerNow: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  const lookUp = registered.get.bind(registered);
  const entered = new Promise<void>((resolve) => {
    registered.get = (key) => {
      registered.get = lookUp;
      resolve();
      // The answer was read before the change and arrives after it.
      const stale = lookUp(key);
      return slow.then(() => stale) as unknown as TestPeer;
    };
  });
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write(REQUEST);
  await entered;
  registered.delete(ALICE.publicKey);
  await server.revalidate();
  answerNow();
  assert.equal(await received, "");
  await seen(refusedWith("the key isn't authorised"));
});

test("behavior: a failing look-up of the contract refuses, and the server goes on", async (context) => {
  const { url, registered } = await startTestServer(context, ECHO);
  const answers = registered.get.bind(registered);
  registered.get = () => {
    throw new Error("no RPC");
  };
  await assert.rejects(pinnedRequest(aliceAsks(url, "/v1/hello")), { code: "PEER_CLOSED", retryable: true });
  registered.get = answers;
  assert.deepEqual(await pinnedRequest(aliceAsks(url, "/v1/hello")), { hello: "alice" });
});

test("behavior: garbage instead of a handshake ends that connection only", async (context) => {
  const { server, url } = await startTestServer(context, ECHO);
  const socket = net.connect(server.port, "127.0.0.1");
  context.after(() => socket.destroy());
  const received = untilClosed(socket);
  socket.write("GET / HTTP/1.1\r\n\r\n".repeat(50));
  await received;
  assert.deepEqual(await pinnedRequest(aliceAsks(url, "/v1/hello")), { hello: "alice" });
});

test("behavior: garbage instead of HTTP is answered 400 and never reaches a route", async (context) => {
  const { server, events } = await startTestServer(context, ECHO);
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write("\u0000\u0001 nonsense\r\n\r\n");
  assert.match(await received, /^HTTP\/1.1 400 /);
  assert.equal(events.filter((event) => event.kind === "answered").length, 0);
});

test("behavior: a second request on the same connection isn't served", async (context) => {
  const { server, events } = await startTestServer(context, ECHO);
  const socket = await rawConnection(context, server.port, ALICE);
  const received = untilClosed(socket);
  socket.write(REQUEST + REQUEST);
  const answers = (await received).match(/HTTP\/1.1 200/g) ?? [];
  assert.equal(answers.length, 1);
  assert.equal(events.filter((event) => event.kind === "answered").length, 1);
});

test("behavior: strangers who hold connections open give way to a peer", async (context) => {
  const limits = { maxPendingConnections: 4, handshakeMillis: 3_600_000 };
  const { server, url, seen } = await startTestServer(context, ECHO, limits);
  const strangers = Array.from({ length: 12 }, () => net.connect(server.port, "127.0.0.1"));
  for (const stranger of strangers) context.after(() => stranger.destroy());
  const mostClosed = new Promise<void>((resolve) => {
    let closed = 0;
    for (const stranger of strangers) {
      void untilClosed(stranger).then(() => {
        closed += 1;
        if (closed === strangers.length - limits.maxPendingConnections) resolve();
      });
    }
  });
  await seen(refusedWith("too many connections without an authorised peer"));
  // Well before their deadline, all but four are gone.
  await mostClosed;
  assert.deepEqual(await pinnedRequest(aliceAsks(url, "/v1/hello")), { hello: "alice" });
});

test("behavior: one peer can't take the connections of the others", async (context) => {
  const { server, url, registered, seen, accepted } = await startTestServer(context, ECHO, {
    maxConnectionsPerPeer: 2,
  });
  const bob = identity(3);
  registered.set(bob.publicKey, { name: "bob" });
  for (let index = 0; index < 2; index += 1) {
    await rawConnection(context, server.port, ALICE);
  }
  await accepted(ALICE.publicKey, 2);
  const third = await rawConnection(context, server.port, ALICE);
  await untilClosed(third);
  await seen(refusedWith("too many connections of this peer"));
  const answer = await pinnedRequest({ ...aliceAsks(url, "/v1/hello"), identity: bob });
  assert.deepEqual(answer, { hello: "bob" });
});

test("behavior: close waits for a running request and cuts idle connections", async (context) => {
  let finish: () => void = () => undefined;
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const { server, url, accepted } = await startTestServer(context, [
    {
      method: "GET",
      path: "/v1/slow",
      handle: async () => {
        started();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return { kind: "ok", body: { done: true } };
      },
    },
  ]);
  const idle = await rawConnection(context, server.port, ALICE);
  const idleClosed = untilClosed(idle);
  await accepted(ALICE.publicKey, 1);
  const answer = pinnedRequest(aliceAsks(url, "/v1/slow"));
  await running;
  const closed = server.close();
  await idleClosed;
  finish();
  assert.deepEqual(await answer, { done: true });
  await closed;
});

test("behavior: after a cut no peer holds up the end, whatever its request still waits for", async (context) => {
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const never = async () => {
    started();
    return new Promise<never>(() => undefined);
  };
  const { server, url } = await startTestServer(context, [
    { method: "GET", path: "/v1/slow", handle: never },
  ]);
  const answer = assert.rejects(pinnedRequest(aliceAsks(url, "/v1/slow")), { code: "PEER_CLOSED" });
  await running;
  const closed = server.close();
  server.cut();
  await answer;
  await closed;
});

function aliceAsks(url: string, path: string) {
  return { identity: ALICE, url, peerKey: SERVER.publicKey, method: "GET", path } as const;
}

function refusedWith(reason: string): (event: ServerEvent) => boolean {
  return (event) => event.kind === "refused_connection" && event.reason.includes(reason);
}
