import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { base58 } from "@scure/base";
import fc from "fast-check";
import { type RunningNode, runNode } from "../../src/cli/run-node.ts";
import { initHome } from "../../src/genesis/init-home.ts";
import { UNSUPPORTED_METHODS } from "../../src/rpc/methods.ts";

let home: string;
let running: RunningNode;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "rpc-test-"));
  initHome({
    home,
    accountId: "test.near",
    chainId: "rpc-test",
    protocolVersion: 86,
    pace: "normal",
    testSeed: "rpc",
  });
  running = await runNode({ home, host: "127.0.0.1", port: 0 });
});

after(async () => {
  await running.stop();
  rmSync(home, { recursive: true });
});

test("garbage is a parse error with HTTP 400", async () => {
  for (const body of ["", "{", "[]", "null", "5", '{"method":5}', "\u0000"]) {
    const { json, status } = await post(body);
    assert.equal(status, 400, body);
    assert.equal(json.error.name, "REQUEST_VALIDATION_ERROR");
    assert.equal(json.error.cause.name, "PARSE_ERROR");
    assert.equal(json.error.code, -32700);
    assert.equal(json.id, null);
  }
});

test("unknown methods, and methods left out, are named", async () => {
  const unknown = await call("no_such_method", {});
  assert.equal(unknown.status, 400);
  assert.deepEqual(unknown.json.error.cause, {
    name: "METHOD_NOT_FOUND",
    info: { method_name: "no_such_method" },
  });
  for (const method of UNSUPPORTED_METHODS) {
    const leftOut = await call(method, {});
    assert.equal(leftOut.json.error.data, `${method} is not supported by the embedded chain`);
  }
  assert.equal((await call("constructor", {})).json.error.cause.name, "METHOD_NOT_FOUND");
  const request = { request_type: "constructor", finality: "final", account_id: "test.near" };
  assert.equal((await call("query", request)).json.error.cause.name, "PARSE_ERROR");
});

test("the request's id comes back", async () => {
  const { json } = await post(JSON.stringify({ jsonrpc: "2.0", id: "seven", method: "health", params: [] }));
  assert.deepEqual(json, { jsonrpc: "2.0", result: null, id: "seven" });
});

test("an unknown account is a handler error with HTTP 200, so that clients don't try again", async () => {
  const params = { request_type: "view_account", finality: "final", account_id: "nobody.near" };
  const { json, status } = await call("query", params);
  assert.equal(status, 200);
  assert.equal(json.error.name, "HANDLER_ERROR");
  assert.equal(json.error.code, -32000);
  assert.equal(json.error.cause.name, "UNKNOWN_ACCOUNT");
  assert.equal(json.error.cause.info.requested_account_id, "nobody.near");
  assert.equal(json.error.data, "account nobody.near does not exist while viewing");
});

test("a missing access key and missing code come back as nearcore has them", async () => {
  const publicKey = `ed25519:${"1".repeat(32)}`;
  const base = { finality: "final", account_id: "test.near" };
  const key = await call("query", { ...base, request_type: "view_access_key", public_key: publicKey });
  assert.equal(key.json.result.error, `access key ${publicKey} does not exist while viewing`);
  const code = await call("query", { ...base, request_type: "view_code" });
  assert.equal(code.json.error.cause.name, "NO_CONTRACT_CODE");
  const view = { ...base, request_type: "call_function", method_name: "get", args_base64: "" };
  assert.equal(
    (await call("query", view)).json.result.error,
    'wasm execution failed with error: CompilationError(CodeDoesNotExist { account_id: "test.near" })',
  );
});

test("the old positional query path still works", async () => {
  const { json } = await call("query", ["account/test.near", ""]);
  assert.equal(json.result.amount, String(10n ** 33n));
  const keys = await call("query", ["access_key/test.near", ""]);
  assert.equal(keys.json.result.keys.length, 1);
});

test("blocks are found by height, hash and finality; others are unknown", async () => {
  const head = (await call("block", { finality: "final" })).json.result;
  const byHash = (await call("block", { block_id: head.header.hash })).json.result;
  assert.equal(byHash.header.height, head.header.height);
  const previous = (await call("block", [head.header.height - 1])).json.result;
  assert.equal(previous.header.hash, head.header.prev_hash);
  const unknown = (await call("block", { block_id: 10 ** 9 })).json;
  assert.equal(unknown.error.cause.name, "UNKNOWN_BLOCK");
  assert.equal((await call("block", { finality: "never" })).json.error.cause.name, "PARSE_ERROR");
});

test("the head's outcome root is that of an empty chunk while nothing happens, and timer blocks make the height grow", async () => {
  const first = (await call("status", [])).json.result.sync_info.latest_block_height;
  let height = first;
  while (height === first) height = (await call("status", [])).json.result.sync_info.latest_block_height;
  const { header } = (await call("block", { finality: "final" })).json.result;
  const emptyChunk = createHash("sha256").update(new Uint8Array(32)).digest();
  assert.equal(header.outcome_root, base58.encode(emptyChunk));
});

test("transactions: bytes that are none, bad base64, unknown hashes", async () => {
  const none = await call("send_tx", { signed_tx_base64: "AAAA" });
  assert.equal(none.status, 400);
  assert.match(String(none.json.error.data), /Failed to decode transaction/);
  assert.equal((await call("broadcast_tx_commit", ["%%%"])).json.error.cause.name, "PARSE_ERROR");
  assert.equal((await call("send_tx", {})).json.error.cause.name, "PARSE_ERROR");
  const params = { tx_hash: "1".repeat(32), sender_account_id: "test.near", wait_until: "NONE" };
  const unknown = await call("tx", params);
  assert.equal(unknown.json.error.cause.name, "UNKNOWN_TRANSACTION");
  assert.equal((await call("tx", { ...params, wait_until: "SOON" })).json.error.cause.name, "PARSE_ERROR");
});

test("sandbox methods check what they get", async () => {
  for (const params of [{}, { delta_height: -1 }, { delta_height: 1.5 }, { delta_height: "5" }]) {
    assert.equal((await call("sandbox_fast_forward", params)).json.error.cause.name, "PARSE_ERROR");
  }
  const records = [{ AccessKey: { account_id: "nobody", public_key: "x", access_key: {} } }];
  const patched = await call("sandbox_patch_state", { records });
  assert.match(String(patched.json.error.data), /there is no such account/);
  assert.equal((await call("sandbox_patch_state", { records: [5] })).json.error.cause.name, "PARSE_ERROR");
});

test("a body over 10 MB is refused before it is read to its end", async () => {
  const response = await fetch(url(), { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) }).catch(
    () => null,
  );
  // The connection may be reset while the rest is still being sent; the node must have survived either way.
  assert.ok(response === null || response.status === 413);
  assert.equal((await call("health", [])).status, 200);
});

test("GET answers status and health, and nothing else", async () => {
  const status = (await (await fetch(`${url()}/status`)).json()) as { chain_id: string };
  assert.equal(status.chain_id, "rpc-test");
  assert.equal((await fetch(`${url()}/health`)).status, 200);
  assert.equal((await fetch(`${url()}/elsewhere`)).status, 404);
  assert.equal((await fetch(url(), { method: "PUT" })).status, 405);
});

test("a client that breaks off in the middle of a request does no harm", async () => {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(running.port, "127.0.0.1", () => {
      socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{", () => socket.destroy());
    });
    socket.on("close", () => resolve());
    socket.on("error", reject);
  });
  assert.equal((await call("health", [])).status, 200);
});

test("property: whatever is asked, the answer is JSON-RPC and no internal error", async () => {
  const methods = [
    ...[
      "query",
      "block",
      "chunk",
      "tx",
      "send_tx",
      "status",
      "gas_price",
      "validators",
      "EXPERIMENTAL_receipt",
    ],
    ...[
      "EXPERIMENTAL_tx_status",
      "EXPERIMENTAL_protocol_config",
      "EXPERIMENTAL_view_state",
      "broadcast_tx_async",
    ],
    ...["sandbox_patch_state", "EXPERIMENTAL_call_function"],
  ];
  const fields = ["request_type", "account_id", "finality", "block_id", "tx_hash", "records", "public_key"];
  const params = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom(...fields, "wait_until", "prefix_base64", "args_base64"), fc.jsonValue()),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), params, async (method, value) => {
      const { json, status } = await call(method, value);
      assert.ok("result" in json || "error" in json);
      assert.notEqual(json.error?.name, "INTERNAL_ERROR", JSON.stringify(json.error));
      assert.notEqual(status, 500);
    }),
    { numRuns: 300 },
  );
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
type Json = any;

function url(): string {
  return `http://127.0.0.1:${running.port}`;
}

async function post(body: string): Promise<{ status: number; json: Json }> {
  const response = await fetch(url(), { method: "POST", body });
  return { status: response.status, json: await response.json() };
}

function call(method: string, params: unknown): Promise<{ status: number; json: Json }> {
  return post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
}
