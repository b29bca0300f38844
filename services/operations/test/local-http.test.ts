import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { type LocalServer, startLocalServer } from "../local-http.ts";
import { createMetrics, operationsRoutes } from "../metrics.ts";

describe("behavior: the loopback server", () => {
  const metrics = createMetrics(() => 5_000);
  let server: LocalServer;
  before(async () => {
    const echo = {
      method: "POST",
      path: "/echo",
      handle: async (body: unknown) => ({ status: 200, body }),
    } as const;
    const broken = {
      method: "GET",
      path: "/broken",
      handle: () => Promise.reject(new Error("a\nb")),
    } as const;
    server = await startLocalServer(0, [...operationsRoutes(metrics), echo, broken]);
  });
  after(() => server.close());

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = http.request(
        { host: "127.0.0.1", port: server.port, method, path, headers, agent: false },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      request.on("error", reject).end(body);
    });

  test("health follows the last step, metrics count them", async () => {
    assert.equal((await ask("GET", "/healthz")).status, 503);
    metrics.observe({ kind: "idle", reason: "serving" });
    assert.deepEqual(JSON.parse((await ask("GET", "/healthz")).text), { healthy: true, detail: "idle" });
    metrics.observe({ kind: "blocked", code: "NODE_KEY_DIFFERS", message: "" });
    assert.equal((await ask("GET", "/healthz")).status, 503);
    const { text } = await ask("GET", "/metrics");
    assert.match(text, /^steps_total\{outcome="idle"\} 1$/m);
    assert.match(text, /^last_step_success_timestamp_seconds 5$/m);
  });

  test("what a web page could send is refused: another host, an origin, a form", async () => {
    const json = { "content-type": "application/json" };
    assert.equal((await ask("POST", "/echo", json, "[1]")).text, "[1]\n");
    assert.equal((await ask("POST", "/echo", { ...json, host: "evil.example" }, "[1]")).status, 403);
    assert.equal(
      (await ask("POST", "/echo", { ...json, origin: "https://evil.example" }, "[1]")).status,
      403,
    );
    assert.equal((await ask("POST", "/echo", { "content-type": "text/plain" }, "[1]")).status, 400);
    assert.equal((await ask("POST", "/echo", json, "{")).status, 400);
    assert.equal(
      (await ask("POST", "/echo", json, `"${"x".repeat(2_000_000)}"`).catch(() => ({ status: 400 }))).status,
      400,
    );
  });

  test("unknown paths and failing handlers are answered, in one line", async () => {
    assert.equal((await ask("GET", "/nothing")).status, 404);
    assert.deepEqual(JSON.parse((await ask("GET", "/broken")).text), { error: "a b" });
  });
});

test("behavior: a request whose asker is gone is given up", async (context) => {
  const [begun, givenUp] = [new AbortController(), new AbortController()];
  const handle = async (_: unknown, signal: AbortSignal) => {
    signal.addEventListener("abort", () => givenUp.abort());
    begun.abort();
    return new Promise<never>(() => undefined);
  };
  const server = await startLocalServer(0, [{ method: "GET", path: "/slow", handle }]);
  context.after(() => server.close());
  const request = http.get({ host: "127.0.0.1", port: server.port, path: "/slow", agent: false });
  request.on("error", () => undefined);
  if (!begun.signal.aborted) await once(begun.signal, "abort");
  request.destroy();
  if (!givenUp.signal.aborted) await once(givenUp.signal, "abort");
});
