import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";
import { createRpcReader } from "../src/client/read-contract.ts";
import { fakeHeader, honest, nearError, QUICK, startFakeNode } from "./fake-node.ts";
import { keptBy } from "./kept-by.ts";

const CHAIN = { head: 100, headMillis: 1_700_000_000_000, views: { version: "1.2.3" } };

test("behavior: a view returns its value and the block it holds at", async (context) => {
  const node = await startFakeNode(context, honest(CHAIN));
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  const outcome = await reader.view("version", {});
  assert.deepEqual(outcome, { value: "1.2.3", blockHeight: 100, blockHash: "block-100" });
  const earlier = await reader.view("version", {}, { at: { height: 90 } });
  assert.equal(earlier.blockHeight, 90);
});

test("behavior: what a retry may mend is retried, what it can't isn't", async (context) => {
  const node = await startFakeNode(context, honest(CHAIN));
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  const cases: [ReturnType<typeof nearError> | { raw: Raw }, string, number][] = [
    [nearError("TIMEOUT_ERROR", null, 408), "RPC_REFUSED", 2],
    [{ raw: status(503) }, "RPC_HTTP_STATUS", 2],
    [{ raw: status(429) }, "RPC_HTTP_STATUS", 2],
    [{ raw: status(403) }, "RPC_HTTP_STATUS", 1],
    [nearError("UNKNOWN_ACCOUNT"), "UNKNOWN_ACCOUNT", 1],
    [nearError("NO_CONTRACT_CODE"), "NO_CONTRACT_CODE", 1],
    [{ raw: (_, response) => response.destroy() }, "RPC_UNREACHABLE", 2],
  ];
  for (const [given, code, attempts] of cases) {
    node.asked.length = 0;
    node.behave = () => given;
    await assert.rejects(reader.view("version", {}), { code, retryable: attempts === 2 });
    assert.equal(node.asked.length, attempts, code);
  }
});

test("behavior: an endpoint that recovers between attempts answers", async (context) => {
  const node = await startFakeNode(context, (method, params) => {
    node.behave = honest(CHAIN);
    return method === "query" ? { raw: status(502) } : honest(CHAIN)(method, params);
  });
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  assert.equal((await reader.view("version", {})).value, "1.2.3");
});

test("behavior: answers of another shape are refused", async (context) => {
  const header = fakeHeader(CHAIN, 100);
  const results = [
    null,
    "text",
    { result: "text", block_height: 1, block_hash: "x" },
    { result: [300], block_height: 1, block_hash: "x" },
    { result: [1.5], block_height: 1, block_hash: "x" },
    { result: [49], block_height: 2 ** 60, block_hash: "x" },
    { result: [49], block_height: 1 },
    { result: [0xff, 0xfe], block_height: header.height, block_hash: header.hash },
    { result: [...Buffer.from("{a}")], block_height: header.height, block_hash: header.hash },
  ];
  const node = await startFakeNode(context, honest(CHAIN));
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  for (const result of results) {
    node.behave = () => ({ result });
    await assert.rejects(reader.view("version", {}), { code: "RPC_ANSWER_INVALID" });
  }
  const bodies = ["", "<html>", "[]", '{"jsonrpc":"2.0","id":"other","result":1}', "\xff"];
  for (const body of bodies) {
    node.behave = () => ({ raw: (_, response) => response.end(Buffer.from(body, "latin1")) });
    await assert.rejects(reader.view("version", {}), { code: "RPC_ANSWER_INVALID" });
  }
});

test("behavior: a huge answer is given up at the cap", async (context) => {
  const node = await startFakeNode(context, () => ({ raw: (_, response) => endless(response) }));
  const endpoint = { ...node.endpoint, maxResponseBytes: 10_000 };
  const reader = createRpcReader({ endpoint, contractId: "mpc.near" });
  await assert.rejects(reader.view("version", {}), { code: "RPC_ANSWER_TOO_LARGE", retryable: false });
});

test("behavior: an endpoint that never answers, or never ends its answer, times out", async (context) => {
  const node = await startFakeNode(context, () => ({ raw: () => undefined }));
  const endpoint = { ...node.endpoint, timeoutMillis: 40 };
  const reader = createRpcReader({ endpoint, contractId: "mpc.near" });
  await assert.rejects(reader.view("version", {}), { code: "RPC_TIMEOUT", retryable: true });
  node.behave = () => ({ raw: (_, response) => response.write('{"jsonrpc"') });
  await assert.rejects(reader.view("version", {}), { code: "RPC_TIMEOUT" });
});

test("behavior: the caller's signal ends a read, also while it waits for a retry", async (context) => {
  const abort = new AbortController();
  const node = await startFakeNode(context, () => {
    abort.abort();
    return { raw: () => undefined };
  });
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  await assert.rejects(reader.view("version", {}, { signal: abort.signal }), { code: "RPC_ABORTED" });
  const later = new AbortController();
  const patient = { ...node.endpoint, retry: { attempts: 9, baseDelayMillis: 1e9, maxDelayMillis: 1e9 } };
  node.behave = () => {
    setImmediate(() => later.abort());
    return { raw: status(503) };
  };
  const slow = createRpcReader({ endpoint: patient, contractId: "mpc.near" });
  await assert.rejects(slow.view("version", {}, { signal: later.signal }), { name: "RpcError" });
});

test("behavior: a signal that lives as long as the program keeps nothing of the requests made with it", async (context) => {
  const node = await startFakeNode(context, honest(CHAIN));
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  const { signal } = new AbortController();
  for (let requests = 0; requests < 3; requests += 1) await reader.view("version", {}, { signal });
  assert.equal(keptBy(signal), 0);
});

test("behavior: a nobody-there endpoint and a URL that isn't one have their own codes", async (context) => {
  const node = await startFakeNode(context, honest(CHAIN));
  assert.throws(() => createRpcReader({ endpoint: { url: "localhost:3030" }, contractId: "x" }), {
    code: "RPC_BAD_URL",
  });
  for (const url of [
    "http://user:canary@a.example/",
    "http://a.example:99999/canary?canary",
    "a.example/canary",
  ]) {
    assert.throws(
      () => createRpcReader({ endpoint: { url }, contractId: "x" }),
      (error: Error) => /a\.example/.test(error.message) && !inspect(error).includes("canary"),
    );
  }
  const gone = createRpcReader({ endpoint: { ...QUICK, url: "http://127.0.0.1:1" }, contractId: "x" });
  await assert.rejects(gone.view("version", {}), { code: "RPC_UNREACHABLE", retryable: true });
  const secret = { ...node.endpoint, url: `${node.endpoint.url}/v1?apiKey=canary-secret` };
  node.behave = () => ({ raw: status(403) });
  await assert.rejects(
    createRpcReader({ endpoint: secret, contractId: "x" }).view("version", {}),
    (error: Error) => {
      assert.ok(!error.message.includes("canary-secret"));
      return true;
    },
  );
});

test("behavior: a view's panic comes back as the contract's typed error", async (context) => {
  const panic = JSON.stringify({
    error: { name: "CUSTOM_CONTRACT_ERROR", cause: { name: "UNKNOWN_DOMAIN", info: { domain_id: 7 } } },
  });
  const vm = `wasm execution failed with error: HostError(GuestPanic { panic_msg: ${JSON.stringify(panic)} })`;
  const node = await startFakeNode(context, () => ({ result: { error: vm, logs: [], block_height: 1 } }));
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  await assert.rejects(reader.view("public_key", { domain_id: 7 }), {
    name: "ContractError",
    code: "UNKNOWN_DOMAIN",
    info: { domain_id: 7 },
  });
  node.behave = () => ({
    result: { error: "wasm execution failed with error: MethodResolveError(MethodNotFound)" },
  });
  await assert.rejects(reader.view("nope", {}), { name: "ExecutionError", code: "METHOD_NOT_FOUND" });
});

type Raw = Extract<ReturnType<Parameters<typeof startFakeNode>[1]>, { raw: unknown }>["raw"];

function status(code: number): Raw {
  return (_, response) => {
    response.writeHead(code);
    response.end("busy");
  };
}

function endless(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write("x".repeat(5_000)));
  };
  response.on("drain", more);
  more();
}
