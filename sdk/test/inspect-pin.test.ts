import assert from "node:assert/strict";
import { test } from "node:test";
import { askNode } from "../src/client/json-rpc.ts";
import { type InspectSource, inspectAt, type PinnedContract } from "../src/inspect/pinned-contract.ts";
import { type FakeBehaviour, type FakeChain, honest, nearError, startFakeNode } from "./fake-node.ts";

const CHAIN: FakeChain = { head: 500, headMillis: 1_700_000_000_000, views: { state: { a: 1 } } };
const readState = ({ reader }: PinnedContract) => reader.view("state", {}).then(({ value }) => value);
const FINAL = { finality: "final" } as const;

test("behavior: endpoints that agree are named, with the block that the report holds at", async (t) => {
  const report = await inspectAt(await sourceOf(t, [honest(CHAIN), honest(CHAIN)]), FINAL, readState);
  assert.deepEqual(report.value, { a: 1 });
  assert.equal(report.endpoints.length, 2);
  assert.deepEqual(report.block, {
    height: 500,
    hash: "block-500",
    timeMillis: CHAIN.headMillis,
    blockMillis: 1000,
  });
});

test("behavior: one endpoint that lies about a view or a block spoils the report, whatever the others say", async (t) => {
  const liar = honest({ ...CHAIN, views: { state: { a: 2 } } });
  for (const behaviours of [
    [honest(CHAIN), liar],
    [honest(CHAIN), honest(CHAIN), liar],
    [honest(CHAIN), honest({ ...CHAIN, headMillis: CHAIN.headMillis + 1 })],
  ]) {
    const source = await sourceOf(t, behaviours);
    await assert.rejects(inspectAt(source, FINAL, readState), { code: "ENDPOINTS_DISAGREE" });
  }
});

test("behavior: an endpoint that lags or is silent is left out; the report is of the newest block that two have", async (t) => {
  const lagging = honest({ ...CHAIN, head: 400, headMillis: CHAIN.headMillis - 100_000 });
  const silent: FakeBehaviour = () => nearError("NO_SYNCED_BLOCKS");
  const report = await inspectAt(
    await sourceOf(t, [lagging, honest(CHAIN), silent, honest(CHAIN)]),
    FINAL,
    readState,
  );
  assert.deepEqual([report.block.height, report.endpoints.length], [500, 2]);
});

test("behavior: where two are to agree, one that answers alone isn't believed", async (t) => {
  const source = await sourceOf(t, [honest(CHAIN), () => nearError("NO_SYNCED_BLOCKS")]);
  await assert.rejects(inspectAt(source, FINAL, readState), { code: "QUORUM_NOT_REACHED" });
  const half: FakeBehaviour = (method, params) =>
    method === "query" ? nearError("UNAVAILABLE_SHARD") : honest(CHAIN)(method, params);
  const halves = await sourceOf(t, [honest(CHAIN), half]);
  await assert.rejects(inspectAt(halves, FINAL, readState), { code: "QUORUM_NOT_REACHED" });
});

test("behavior: at one block no question is asked twice", async (t) => {
  const node = await startFakeNode(t, honest(CHAIN));
  const source: InspectSource = { contractId: "mpc.near", nodes: [askNode(node.endpoint)] };
  await inspectAt(source, FINAL, async (contract) => {
    await Promise.all([readState(contract), readState(contract)]);
    return readState(contract);
  });
  assert.equal(node.asked.filter((method) => method === "query:state").length, 1);
});

test("behavior: a block that isn't kept any more says so and what to do", async (t) => {
  const forgetful: FakeBehaviour = (method, params) =>
    method === "query" ? nearError("GARBAGE_COLLECTED_BLOCK") : honest(CHAIN)(method, params);
  const gone = await sourceOf(t, [forgetful]);
  await assert.rejects(inspectAt(gone, { height: 300 }, readState), {
    code: "BLOCK_NOT_KEPT",
    message: /300.*archival/s,
  });
  const never = await sourceOf(t, [honest(CHAIN)]);
  await assert.rejects(inspectAt(never, { height: 900 }, readState), { code: "BLOCK_NOT_KEPT" });
});

test("behavior: when the head's state is dropped while it is read, the next head is read", async (t) => {
  let head = 500;
  const moving: FakeBehaviour = (method, params) => {
    if (method === "query" && head === 500) {
      head = 501;
      return nearError("GARBAGE_COLLECTED_BLOCK");
    }
    return honest({ ...CHAIN, head })(method, params);
  };
  const report = await inspectAt(await sourceOf(t, [moving]), FINAL, readState);
  assert.equal(report.block.height, 501);
});

test("behavior: an endpoint that answers about another block than the one asked for is caught", async (t) => {
  const elsewhere: FakeBehaviour = (method, params) => {
    if (method === "query") return honest(CHAIN)(method, { ...params, block_id: "block-499" });
    return honest(CHAIN)(method, params);
  };
  await assert.rejects(inspectAt(await sourceOf(t, [elsewhere]), FINAL, readState), {
    code: "RPC_ANSWER_INVALID",
  });
  const older: FakeBehaviour = (method) => honest(CHAIN)(method, { block_id: 499 });
  await assert.rejects(inspectAt(await sourceOf(t, [older]), { height: 500 }, readState), {
    code: "RPC_ANSWER_INVALID",
  });
});

async function sourceOf(
  context: Parameters<typeof startFakeNode>[0],
  behaviours: readonly FakeBehaviour[],
): Promise<InspectSource> {
  const nodes = await Promise.all(
    behaviours.map((behave, at) => startFakeNode(context, behave, `127.0.0.${at + 1}`)),
  );
  const [first, ...others] = nodes.map(({ endpoint }) => askNode(endpoint));
  assert.ok(first);
  return { contractId: "mpc.near", nodes: [first, ...others] };
}
