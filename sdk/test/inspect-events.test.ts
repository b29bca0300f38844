import assert from "node:assert/strict";
import { test } from "node:test";
import type { AskNode } from "../src/client/json-rpc.ts";
import { ReportedError } from "../src/errors/rpc-error.ts";
import { readEvents } from "../src/inspect/read-events.ts";

const CONTRACT = "mpc.near";

/** A call to the contract: the block that holds the transaction and the one in which it ran. */
interface FakeCall {
  readonly hash: string;
  readonly included: number;
  readonly ran: number;
  readonly event: string;
  readonly receiver?: string;
  readonly executor?: string;
}

interface FakeHistory {
  /** Heights that have a block, ascending. */
  readonly heights: readonly number[];
  readonly calls: readonly FakeCall[];
  readonly servesChanges: boolean;
  /** Lowest height that the node still has. */
  readonly keptFrom?: number;
  readonly servesReceipts?: boolean;
}

test("behavior: events are found in the logs of receipts, with and without EXPERIMENTAL_changes", async () => {
  for (const servesChanges of [true, false]) {
    const { asked, node } = nodeOf({ heights: range(1, 60), calls: CALLS, servesChanges });
    const report = await readEvents(node, CONTRACT, { from: 10, to: 60, maxBlocks: 100 });
    assert.deepEqual(
      report.events.map(({ event, height }) => [height, event]),
      [
        [21, "one"],
        [40, "two"],
        [41, "three"],
      ],
    );
    assert.deepEqual([report.from, report.to, report.gaps], [10, 60, []]);
    const chunks = asked.filter((method) => method === "chunk").length;
    assert.equal(
      chunks,
      servesChanges ? 9 : 54,
      "only blocks with a change, and those just before, are looked into",
    );
  }
});

test("behavior: heights without a block are no gap; a block that is missing is", async () => {
  const heights = [...range(1, 20), ...range(500, 520)];
  const call = { hash: "h", included: 18, ran: 19, event: "before_the_jump" };
  const jump = nodeOf({ heights, calls: [call], servesChanges: true });
  const report = await readEvents(jump.node, CONTRACT, { from: 15, to: 520, maxBlocks: 100 });
  assert.deepEqual([report.events.length, report.gaps], [1, []]);
  assert.ok(jump.asked.length < 150, "a jump of heights isn't walked height by height");
  const forgetful = nodeOf({ heights: range(1, 60), calls: CALLS, servesChanges: true, keptFrom: 35 });
  const cut = await readEvents(forgetful.node, CONTRACT, { from: 10, to: 60, maxBlocks: 100 });
  assert.deepEqual(cut.gaps, [{ height: 34, reason: "blocks_not_kept" }]);
  assert.deepEqual([cut.from, cut.events.map(({ event }) => event)], [35, ["two", "three"]]);
});

test("behavior: the cap on blocks is kept and said", async () => {
  const { asked, node } = nodeOf({ heights: range(1, 900), calls: CALLS, servesChanges: true });
  const report = await readEvents(node, CONTRACT, { from: 1, to: 900, maxBlocks: 50 });
  assert.deepEqual([report.from, report.to], [851, 900]);
  assert.deepEqual(report.gaps, [{ height: 850, reason: "cap_reached" }]);
  assert.ok(asked.filter((method) => method === "block").length <= 60);
});

test("behavior: an endpoint that makes up shards is not asked about each of them", async () => {
  const { asked, node } = nodeOf({ heights: range(1, 60), calls: [], servesChanges: false });
  const inflated: AskNode = {
    name: "fake",
    ask: async (method, params) => {
      const answer = (await node.ask(method, params)) as { chunks?: unknown[] };
      return method === "block" ? { ...answer, chunks: Array(100_000).fill(answer.chunks?.[0]) } : answer;
    },
  };
  const read = readEvents(inflated, CONTRACT, { from: 10, to: 60, maxBlocks: 100 });
  await assert.rejects(read, { code: "RPC_ANSWER_INVALID" });
  assert.ok(asked.length <= 8);
});

test("behavior: logs that another contract makes look like ours are not believed", async () => {
  const impostor = { hash: "i", included: 20, ran: 21, event: "recovery_concluded", executor: "evil.near" };
  const { node } = nodeOf({ heights: range(1, 60), calls: [impostor], servesChanges: false });
  const report = await readEvents(node, CONTRACT, { from: 10, to: 60, maxBlocks: 100 });
  assert.deepEqual(report.events, []);
});

test("behavior: a call through another contract is found by its receipt, or is a gap that is told", async () => {
  const through = { hash: "t", included: 20, ran: 21, event: "storage_deposited", receiver: "wallet.near" };
  const history = { heights: range(1, 60), calls: [through], servesChanges: true };
  const found = await readEvents(nodeOf({ ...history, servesReceipts: true }).node, CONTRACT, {
    from: 10,
    to: 60,
    maxBlocks: 100,
  });
  assert.deepEqual([found.events.length, found.gaps], [1, []]);
  const lost = await readEvents(nodeOf(history).node, CONTRACT, { from: 10, to: 60, maxBlocks: 100 });
  assert.deepEqual([lost.events.length, lost.gaps], [0, [{ height: 21, reason: "transaction_not_found" }]]);
});

test("behavior: a call that was sent before the range but ran in it counts, one that ran after doesn't", async () => {
  const calls = [
    { hash: "a", included: 9, ran: 10, event: "ran_inside" },
    { hash: "b", included: 30, ran: 31, event: "ran_after" },
  ];
  for (const servesChanges of [true, false]) {
    const { node } = nodeOf({ heights: range(1, 60), calls, servesChanges });
    const report = await readEvents(node, CONTRACT, { from: 10, to: 30, maxBlocks: 100 });
    assert.deepEqual(
      report.events.map(({ event }) => event),
      ["ran_inside"],
    );
  }
});

const CALLS: readonly FakeCall[] = [
  { hash: "x", included: 20, ran: 21, event: "one" },
  { hash: "y", included: 39, ran: 40, event: "two" },
  { hash: "z", included: 40, ran: 41, event: "three" },
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function nodeOf(history: FakeHistory): { readonly node: AskNode; readonly asked: string[] } {
  const asked: string[] = [];
  const ask = async (method: string, params: unknown): Promise<unknown> => {
    asked.push(method);
    return answerOf(history, method, params as Record<string, unknown>);
  };
  return { node: { name: "fake", ask }, asked };
}

function answerOf(history: FakeHistory, method: string, params: Record<string, unknown>): unknown {
  const { calls, heights, keptFrom = 0, servesChanges, servesReceipts = false } = history;
  switch (method) {
    case "block": {
      const height = Number(params.block_id);
      const at = heights.indexOf(height);
      if (at < 0 || height < keptFrom) throw reported("UNKNOWN_BLOCK");
      const header = {
        height,
        hash: `b${height}`,
        prev_height: heights[at - 1] ?? null,
        timestamp_nanosec: "1000000",
      };
      // Of two shards one missed its chunk: the old one stands there again.
      const chunks = [
        { chunk_hash: `c${height}`, height_included: height },
        { chunk_hash: `c${height - 1}`, height_included: height - 1 },
      ];
      return { header, chunks };
    }
    case "chunk": {
      const included = calls.filter((call) => `c${call.included}` === params.chunk_id);
      const other = { hash: "other", receiver_id: "other.near", signer_id: "s.near" };
      return {
        transactions: [
          other,
          ...included.map(({ hash, receiver = CONTRACT }) => ({
            hash,
            receiver_id: receiver,
            signer_id: "s.near",
          })),
        ],
      };
    }
    case "EXPERIMENTAL_changes": {
      if (!servesChanges) throw reported("METHOD_NOT_FOUND");
      const ran = calls.filter((call) => `b${call.ran}` === params.block_id);
      const fee = { cause: { type: "transaction_processing", tx_hash: "x" } };
      return {
        changes: [
          fee,
          ...ran.map(({ hash }) => ({ cause: { type: "receipt_processing", receipt_hash: `r-${hash}` } })),
        ],
      };
    }
    case "EXPERIMENTAL_receipt_to_tx":
      if (!servesReceipts) throw reported("METHOD_NOT_FOUND");
      return { transaction_hash: String(params.receipt_id).slice(2), sender_account_id: "s.near" };
    case "tx":
      return transactionOf(calls, params);
    default:
      throw reported("METHOD_NOT_FOUND");
  }
}

function transactionOf(calls: readonly FakeCall[], params: Record<string, unknown>): unknown {
  const call = calls.find(({ hash }) => hash === params.tx_hash);
  if (call === undefined) throw reported("UNKNOWN_TRANSACTION");
  const { event, executor = CONTRACT, hash, included, ran, receiver = CONTRACT } = call;
  const log = `EVENT_JSON:${JSON.stringify({ standard: "mpc-recovery", version: "1.0.0", event, data: [{ n: 1 }] })}`;
  const outcome = (logs: string[], executor_id: string) => ({
    executor_id,
    logs,
    gas_burnt: 1,
    status: { SuccessValue: "" },
  });
  return {
    status: { SuccessValue: "" },
    transaction: { signer_id: "s.near", receiver_id: receiver, public_key: "k", actions: [] },
    transaction_outcome: { id: hash, block_hash: `b${included}`, outcome: outcome([], "s.near") },
    receipts_outcome: [{ id: `r-${hash}`, block_hash: `b${ran}`, outcome: outcome([log], executor) }],
  };
}

function reported(cause: string): ReportedError {
  return new ReportedError("fake", { cause, info: {}, data: null, message: "" });
}
