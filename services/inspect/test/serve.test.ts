import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { buildDashboard } from "../../dashboard/build-dashboard.ts";
import { serveDashboard } from "../serve-dashboard.ts";
import type { Output } from "../terminal.ts";

const stopping = new AbortController();
let url: URL;
let served: Promise<void>;

before(async () => {
  await buildDashboard();
  url = new URL(
    await new Promise<string>((resolve) => {
      const output: Output = {
        isTerminal: false,
        isColoured: false,
        columns: () => 80,
        rows: () => 24,
        write: (text) => resolve(/http:\S+/.exec(text)?.[0] ?? ""),
      };
      const options = { contractId: "mpc.near", rpcUrl: ["https://rpc.example/secret-key"], port: 0 };
      served = serveDashboard(
        options,
        output,
        stopping.signal,
        new URL("../../../build/dashboard.html", import.meta.url),
      );
    }),
  );
});

after(async () => {
  stopping.abort();
  await served;
});

test("behavior: the dashboard is served on the loopback with a strict policy, and nothing else is", async () => {
  assert.equal(url.hostname, "127.0.0.1");
  const page = await ask("/", {});
  assert.equal(page.status, 200);
  assert.match(page.body, /^<!doctype html>/);
  assert.match(String(page.headers["content-security-policy"]), /^default-src 'none'; script-src 'sha256-/);
  assert.match(String(page.headers["content-security-policy"]), /connect-src https:\/\/rpc\.example;/);
  assert.equal(page.headers["x-content-type-options"], "nosniff");
  assert.equal(page.headers["cross-origin-resource-policy"], "same-origin");
  for (const path of ["/build/dashboard.html", "/../package.json", "//", "/?x"]) {
    assert.equal((await ask(path, {})).status, 404, path);
  }
  assert.equal((await ask("/", {}, "POST")).status, 405);
});

test("behavior: a name that somebody else points at this machine gets no page", async () => {
  for (const host of ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example"]) {
    const { body, status } = await ask("/", { host });
    assert.equal(status, 403, host);
    assert.doesNotMatch(body, /secret-key/);
  }
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(path: string, headers: Readonly<Record<string, string>>, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: url.hostname, port: url.port, path, headers, method }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on("error", reject).end();
  });
}
