import assert from "node:assert/strict";
import http from "node:http";
import net, { type AddressInfo, type Server } from "node:net";
import { describe, type TestContext, test } from "node:test";
import type { RequestTimeouts } from "../limits.ts";
import { webRequest } from "../web/web-request.ts";

const PATIENT: RequestTimeouts = { connectMillis: 5_000, idleMillis: 5_000, totalMillis: 5_000 };
const SHORT = 60;

async function listen(context: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => sockets.add(socket));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A peer that answers with any bytes, or with none. */
const raw = (context: TestContext, answer: string | undefined) =>
  listen(
    context,
    net.createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => answer !== undefined && socket.end(answer));
    }),
  );

function ask(port: number, changes: Partial<Parameters<typeof webRequest>[0]> = {}) {
  return webRequest({
    url: `http://127.0.0.1:${port}/ignored`,
    method: "GET",
    path: "/shares_backup",
    header: "claim.signature",
    body: "",
    timeouts: PATIENT,
    maxResponseBytes: 100,
    signal: new AbortController().signal,
    ...changes,
  });
}

describe("behavior: asking over version 2", () => {
  test("sends method, path, header and body, and gives the answer as it is", async (context) => {
    const seen: unknown[] = [];
    const server = http.createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { method, url, headers } = request;
      seen.push([method, url, headers["mpc-recovery-authentication"], headers["content-length"], body]);
      response.writeHead(202, { "mpc-recovery-authentication": "answer" }).end("body");
    });
    const port = await listen(context, server);
    const { status, header, body } = await ask(port);
    assert.deepEqual([status, header, body.toString()], [202, "answer", "body"]);
    await ask(port, { method: "POST", body: "{}" });
    assert.deepEqual(seen, [
      ["GET", "/shares_backup", "claim.signature", undefined, ""],
      ["POST", "/shares_backup", "claim.signature", "2", "{}"],
    ]);
  });

  test("redirections aren't followed", async (context) => {
    let asked = 0;
    const other = await listen(
      context,
      http.createServer((_, response) => {
        asked += 1;
        response.end();
      }),
    );
    const location = `http://127.0.0.1:${other}/shares_backup`;
    const port = await listen(
      context,
      http.createServer((_, response) => response.writeHead(302, { location }).end()),
    );
    assert.equal((await ask(port)).status, 302);
    assert.equal(asked, 0);
  });

  test("a URL that isn't http(s), or carries credentials, is refused before anything is sent", async () => {
    for (const url of ["ftp://host", "file:///etc/passwd", "https://user@host", "host:1", ""]) {
      await assert.rejects(ask(1, { url }), { code: "BAD_PEER_URL", retryable: false });
    }
  });

  test("answers that are too large, cut off or no HTTP have their own codes", async (context) => {
    const answers: readonly (readonly [string, string])[] = [
      [`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${"x".repeat(1_000)}`, "PEER_ANSWER_TOO_LARGE"],
      [`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(1_000)}`, "PEER_ANSWER_TOO_LARGE"],
      [`HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}\r\n\r\n`, "PEER_ANSWER_TOO_LARGE"],
      ["HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf", "PEER_CLOSED"],
      ["", "PEER_CLOSED"],
      ["SSH-2.0-OpenSSH_9.6\r\n", "PEER_ANSWER_INVALID"],
      ["HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "PEER_ANSWER_INVALID"],
    ];
    for (const [answer, code] of answers) {
      await assert.rejects(ask(await raw(context, answer)), { code }, JSON.stringify(answer.slice(0, 40)));
    }
  });

  test("nobody there, a peer that stays silent, trickles or speaks no TLS", async (context) => {
    const free = await listen(context, net.createServer());
    await assert.rejects(ask(1), { code: "PEER_UNREACHABLE", retryable: true });
    const silent = await raw(context, undefined);
    const quick = { ...PATIENT, idleMillis: SHORT };
    await assert.rejects(ask(silent, { timeouts: quick }), { code: "PEER_TIMEOUT", retryable: true });
    const hurried = { ...PATIENT, totalMillis: SHORT };
    await assert.rejects(ask(silent, { timeouts: hurried }), { code: "PEER_TIMEOUT" });
    const noHandshake = { ...PATIENT, connectMillis: SHORT };
    const overTls = { url: `https://127.0.0.1:${free}`, timeouts: noHandshake };
    await assert.rejects(ask(free, overTls), { code: "PEER_TIMEOUT" });
    const plain = await raw(context, "HTTP/1.1 400 Bad Request\r\n\r\n");
    await assert.rejects(ask(plain, { url: `https://127.0.0.1:${plain}` }), { code: "TLS_HANDSHAKE_FAILED" });
  });

  test("the caller's signal ends it, before or while it runs", async (context) => {
    const silent = await raw(context, undefined);
    const stopping = new AbortController();
    const running = ask(silent, { signal: stopping.signal });
    stopping.abort();
    await assert.rejects(running, { code: "REQUEST_ABORTED" });
    await assert.rejects(ask(silent, { signal: stopping.signal }), { code: "REQUEST_ABORTED" });
  });
});
