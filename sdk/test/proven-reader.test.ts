import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RpcEndpoint } from "../src/client/json-rpc.ts";
import { createProvenReader } from "../src/client/proven-reader.ts";
import type { ViewCall } from "../src/client/read-contract.ts";
import { type FakeBehaviour, type FakeChain, honest, nearError, startFakeNode } from "./fake-node.ts";

const NOW = 1_700_000_000_000;
const CHAIN: FakeChain = { head: 100, headMillis: NOW - 1_000, views: { state: "truth", version: "1" } };
const CALLS = [
  { method: "state", args: {} },
  { method: "version", args: {} },
];
const AT_THE_BLOCK = { values: ["truth", "1"], blockHeight: 100, blockHash: "block-100" };

test("behavior: two endpoints that agree prove several views at one final block", async (context) => {
  const read = await quorum(context, [honest(CHAIN), honest(CHAIN)]);
  assert.deepEqual(await read(), { ...AT_THE_BLOCK, blockTimeMillis: NOW - 1_000 });
});

test("behavior: an endpoint that lags a little is met at its own height", async (context) => {
  const read = await quorum(context, [honest(CHAIN), honest(lagging(3))]);
  assert.equal((await read()).blockHeight, 97);
});

test("behavior: of three endpoints, one that is down, broken or slow doesn't matter", async (context) => {
  const broken: FakeBehaviour[] = [
    () => ({ raw: (_, response) => response.destroy() }),
    () => ({ raw: (_, response) => response.end("<html>") }),
    () => ({ raw: () => undefined }),
    () => nearError("INTERNAL_ERROR"),
    // Half-broken: it knows blocks and can't run views.
    (method, params) => (method === "block" ? honest(CHAIN)(method, params) : nearError("UNAVAILABLE_SHARD")),
    // It boasts of a height that nobody else has.
    (method, params) =>
      params.finality === undefined
        ? nearError("UNKNOWN_BLOCK")
        : honest({ ...CHAIN, head: 9_999 })(method, params),
  ];
  for (const behave of broken) {
    const read = await quorum(context, [behave, honest(CHAIN), honest(lagging(1))], { firstTimeout: 200 });
    assert.deepEqual((await read()).values, AT_THE_BLOCK.values);
  }
});

test("behavior: a lie about a view, a block's hash or its time is never believed", async (context) => {
  const lies: FakeChain[] = [
    { ...CHAIN, views: { ...CHAIN.views, state: "lie" } },
    { ...CHAIN, fork: "x" },
    { ...CHAIN, headMillis: NOW - 2_000 },
  ];
  for (const lie of lies) {
    const disagree = { code: "ENDPOINTS_DISAGREE", retryable: false };
    await assert.rejects((await quorum(context, [honest(CHAIN), honest(lie)]))(), disagree);
    // Also when two honest ones stand against it: somebody must look.
    await assert.rejects((await quorum(context, [honest(lie), honest(CHAIN), honest(CHAIN)]))(), disagree);
  }
});

test("behavior: a single answering endpoint proves nothing", async (context) => {
  const down: FakeBehaviour = () => ({ raw: (_, response) => response.destroy() });
  const withoutViews: FakeBehaviour = (method, params) =>
    method === "block" ? honest(CHAIN)(method, params) : nearError("UNAVAILABLE_SHARD");
  for (const other of [down, withoutViews]) {
    const read = await quorum(context, [honest(CHAIN), other]);
    await assert.rejects(read(), { code: "QUORUM_NOT_REACHED", retryable: true });
  }
});

test("behavior: an old state is refused although all agree, and so is one from the future", async (context) => {
  for (const headMillis of [NOW - 121_000, NOW + 121_000]) {
    const chain = { ...CHAIN, headMillis };
    const read = await quorum(context, [honest(chain), honest(chain)]);
    await assert.rejects(read(), { code: "STATE_TOO_OLD", retryable: true });
  }
});

test("behavior: a liar that is far behind can't make the others confirm an outdated state", async (context) => {
  const read = await quorum(context, [honest(CHAIN), honest({ ...lagging(400), headMillis: NOW })]);
  await assert.rejects(read(), { name: "ProofError" });
});

test("behavior: the same host twice, one endpoint, or an agreement of one can't be set up", () => {
  const endpoint = (url: string): RpcEndpoint => ({ url });
  const setUps: [string[], number][] = [
    [["https://a.example"], 2],
    [["https://a.example", "https://a.example:444/x"], 2],
    [["https://a.example", "https://b.example"], 1],
    [["https://a.example", "https://b.example"], 3],
    [[], 2],
  ];
  for (const [urls, mustAgree] of setUps) {
    const trust = { kind: "quorum", endpoints: urls.map(endpoint), mustAgree } as const;
    assert.throws(() => createProvenReader({ contractId: "mpc.near", trust }), { code: "TOO_FEW_ENDPOINTS" });
  }
});

test("behavior: the operator's own node is enough, even when its chain's clock runs ahead", async (context) => {
  const node = await startFakeNode(context, honest({ ...CHAIN, headMillis: NOW + 999_000 }));
  const trust = { kind: "own_node", endpoint: node.endpoint } as const;
  const reader = createProvenReader({ contractId: "mpc.near", trust, now: () => NOW });
  assert.deepEqual((await reader.viewProven(CALLS)).values, AT_THE_BLOCK.values);
  node.behave = honest({ ...CHAIN, headMillis: NOW - 999_000 });
  await assert.rejects(reader.viewProven(CALLS), { code: "STATE_TOO_OLD" });
});

test("behavior: an aborted read says so", async (context) => {
  const abort = new AbortController();
  const read = await quorum(context, [honest(CHAIN), honest(CHAIN)], { signal: abort.signal });
  abort.abort();
  await assert.rejects(read(), { code: "RPC_ABORTED" });
});

test("behavior: many questions at once make no warning about the caller's signal", async (context) => {
  const warnings: string[] = [];
  const note = (warning: Error) => warnings.push(warning.message);
  process.on("warning", note);
  context.after(() => process.off("warning", note));
  const { signal } = new AbortController();
  const many = Array.from({ length: 12 }, () => CALLS[0] ?? assert.fail());
  const read = await quorum(context, [honest(CHAIN), honest(CHAIN)], { signal, calls: many });
  assert.equal((await read()).values.length, 12);
  assert.deepEqual(warnings, []);
});

function lagging(blocks: number): FakeChain {
  return { ...CHAIN, head: CHAIN.head - blocks, headMillis: CHAIN.headMillis - blocks * 1_000 };
}

const PATIENT = 10_000;

async function quorum(
  context: TestContext,
  behaviours: readonly FakeBehaviour[],
  {
    signal,
    firstTimeout = PATIENT,
    calls = CALLS,
  }: { signal?: AbortSignal; firstTimeout?: number; calls?: readonly ViewCall[] } = {},
) {
  const hosts = behaviours.map((_, index) => `127.0.0.${index + 1}`);
  const nodes = await Promise.all(
    behaviours.map((behave, index) => startFakeNode(context, behave, hosts[index] ?? "127.0.0.1")),
  );
  const endpoints = nodes.map(({ endpoint }, index) => ({
    ...endpoint,
    timeoutMillis: index === 0 ? firstTimeout : PATIENT,
  }));
  const trust = { kind: "quorum", endpoints, mustAgree: 2 } as const;
  const reader = createProvenReader({ contractId: "mpc.near", trust, now: () => NOW });
  return () => reader.viewProven(calls, signal);
}
