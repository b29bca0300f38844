import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReadContract, ViewOutcome } from "../src/client/read-contract.ts";
import { RpcError } from "../src/errors/rpc-error.ts";
import { type WatchEvent, watchState } from "../src/watch/watch-state.ts";
import { runningState } from "./sample-state.ts";

test("behavior: the first state and every changed one are told, unchanged ones aren't", async () => {
  const events = await watch([at(1, 0), at(2, 0), at(3, 1), at(4, 1), at(5, 2)]);
  assert.deepEqual(heights(events), [1, 3, 5]);
});

test("behavior: an endpoint that fell behind is ignored until it caught up", async () => {
  const events = await watch([at(5, 1), at(3, 0), at(4, 0), at(6, 1), at(7, 2)]);
  assert.deepEqual(heights(events), [5, 7]);
});

test("behavior: failures are told with their count and don't end the watch", async () => {
  const down = new RpcError("RPC_UNREACHABLE", "http://x", "can't be reached", { retryable: true });
  const events = await watch([at(1, 0), down, down, at(2, 1), down]);
  const told = events.map((event) => (event.kind === "state" ? event.current.blockHeight : -event.failures));
  assert.deepEqual(told, [1, -1, -2, 2, -1]);
});

test("behavior: an aborted watch ends, also in the middle of a read", async () => {
  const abort = new AbortController();
  const reader: ReadContract = {
    view: (_method, _args, options) =>
      new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
        setImmediate(() => abort.abort());
      }),
  };
  const events: WatchEvent[] = [];
  for await (const event of watchState({ reader, intervalMillis: 1, signal: abort.signal }))
    events.push(event);
  assert.deepEqual(events, []);
});

/** Watches a reader that gives these answers in turn, then ends the watch. */
async function watch(answers: readonly (ViewOutcome | Error)[]): Promise<WatchEvent[]> {
  const abort = new AbortController();
  let next = 0;
  const reader: ReadContract = {
    view: async () => {
      const answer = answers[next];
      next += 1;
      if (answer === undefined) abort.abort();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("done");
      return answer;
    },
  };
  const events: WatchEvent[] = [];
  for await (const event of watchState({ reader, intervalMillis: 1, signal: abort.signal }))
    events.push(event);
  return events;
}

function at(height: number, revision: number): ViewOutcome {
  return { value: runningState(revision), blockHeight: height as never, blockHash: `block-${height}` };
}

function heights(events: readonly WatchEvent[]): unknown[] {
  return events.map((event) => (event.kind === "state" ? event.current.blockHeight : event.kind));
}
