import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { RpcError } from "../src/errors/rpc-error.ts";
import { type WatchEvent, type WatchOptions, watch } from "../src/watch/watch.ts";
import { parseWatchCursor, type WatchCursor } from "../src/watch/watch-cursor.ts";
import {
  initializing,
  type Members,
  running,
  tls,
  type WatchedChain,
  watchedChain,
} from "./watched-chain.ts";

const TWO: Members = { a: { key: "A" }, b: { key: "B" } };
const DOWN = new RpcError("RPC_UNREACHABLE", "http://x", "can't be reached", { retryable: true });

test("behavior: the first state and every changed one are told, unchanged ones aren't", async () => {
  const chain = watchedChain({ 1: running(0, TWO) });
  const events = await follow(chain, [
    () => move(chain, 2),
    () => move(chain, 3, running(1, { ...TWO, a: { url: 1, key: "A" } })),
    () => move(chain, 4),
  ]);
  assert.deepEqual(kinds(events), ["state 1", "participants 2→3", "state 3"]);
});

test("behavior: who joined, left and moved is told exactly, and which TLS keys are void", async () => {
  const chain = watchedChain({ 1: running(0, { ...TWO, c: { key: "C" }, d: { key: "D" } }) });
  const next = { a: { key: "A" }, b: { key: "E" }, c: { url: 1, key: "C" }, e: { key: "F" } };
  const [, change] = await follow(chain, [() => move(chain, 2, running(1, next))]);
  assert.ok(change?.kind === "participants");
  const told = change.changes.map(({ kind, account_id }) => `${account_id} ${kind}`);
  assert.deepEqual(told, ["d.near left", "b.near moved", "c.near moved", "e.near joined"]);
  assert.deepEqual(change.voidTlsKeys, [tls("B"), tls("D")]);
  assert.equal(change.isComplete, true);
});

test("behavior: a watch that starts again tells what changed while it was down, from its stored cursor", async () => {
  const chain = watchedChain({ 1: running(0, TWO) });
  const cursor = cursorOf(await follow(chain, []));
  move(chain, 50, running(1, { ...TWO, a: { key: "C" } }));
  const events = await follow(chain, [], { cursor: parseWatchCursor(JSON.stringify(cursor)) });
  assert.deepEqual(kinds(events), ["participants 1→50", "state 50"]);
  assert.deepEqual(voided(events), [[tls("A")]]);
  const again = await follow(chain, [], { cursor: cursorOf(events) });
  assert.deepEqual(kinds(again), ["state 50"]);
});

test("behavior: changes that were undone while nobody looked are told one by one (A→B→A)", async () => {
  const chain = watchedChain({
    1: running(0, TWO),
    400: running(1, { ...TWO, a: { key: "C" } }),
    401: running(2, TWO),
    900: running(3, { ...TWO, b: { key: "D" } }),
    1000: running(3, { ...TWO, b: { key: "D" } }),
  });
  chain.skipped.add(250).add(251).add(625);
  const cursor = await cursorAt(chain, 1);
  const events = await follow(chain, [], { cursor });
  assert.deepEqual(voided(events), [[tls("A")], [tls("C")], [tls("B")]]);
  const steps = events.flatMap((event) => (event.kind === "participants" ? [event.isComplete] : []));
  assert.deepEqual(steps, [true, true, true]);
  assert.ok(chain.reads.length < 80, `${chain.reads.length} reads`);
});

test("behavior: what an endpoint can't show any more is said to be unknown, not that nothing happened", async () => {
  const chain = watchedChain({
    1: running(0, TWO),
    40: running(1, { ...TWO, a: { key: "C" } }),
    90: running(2, TWO),
  });
  const cursor = await cursorAt(chain, 1);
  chain.oldest = 90;
  const [change] = await follow(chain, [], { cursor });
  assert.ok(change?.kind === "participants");
  assert.deepEqual([change.isComplete, change.changes, change.voidTlsKeys], [false, [], []]);
});

test("behavior: two changes in one block are told as one that isn't complete", async () => {
  const chain = watchedChain({ 1: running(0, TWO), 2: running(2, { ...TWO, a: { key: "C" } }) });
  const [change] = await follow(chain, [], { cursor: await cursorAt(chain, 1) });
  assert.ok(change?.kind === "participants");
  assert.deepEqual([change.isComplete, change.voidTlsKeys], [false, [tls("A")]]);
});

test("behavior: a contract that was started anew, with a lower revision, is a change that isn't complete", async () => {
  const chain = watchedChain({ 1: running(9, TWO), 5: running(0, { a: { key: "C" } }) });
  const [change] = await follow(chain, [], { cursor: await cursorAt(chain, 1) });
  assert.ok(change?.kind === "participants" && !change.isComplete);
  assert.deepEqual(change.voidTlsKeys, [tls("A"), tls("B")]);
});

test("behavior: Initializing, which shows no revision, hides no change and makes none", async () => {
  const chain = watchedChain({ 1: running(3, TWO) });
  const events = await follow(chain, [
    () => move(chain, 2, initializing(TWO)),
    () => move(chain, 3, running(3, TWO)),
    () => move(chain, 4, running(4, { ...TWO, a: { key: "C" } })),
  ]);
  assert.deepEqual(kinds(events), ["state 1", "state 2", "state 3", "participants 3→4", "state 4"]);
});

test("behavior: random histories are told such that replaying the changes gives the participants", async () => {
  const letters = fc.constantFrom("A", "B", "C", "D");
  const history = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), letters, letters), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(history, async (moves) => {
      const states: Record<number, unknown> = { 1: running(0, TWO) };
      let height = 1;
      for (const [at, [blocks, a, b]] of moves.entries()) {
        height += blocks;
        states[height] = running(at + 1, { a: { key: a }, b: { key: b } });
      }
      const chain = watchedChain(states);
      const events = await follow(chain, [], { cursor: await cursorAt(chain, 1) });
      const steps = events.flatMap((event) => (event.kind === "participants" ? [event] : []));
      assert.equal(steps.length, moves.length);
      for (const [at, step] of steps.entries()) {
        assert.deepEqual(step.from.participants, steps[at - 1]?.to.participants ?? step.from.participants);
        assert.ok(step.isComplete);
      }
    }),
  );
});

test("behavior: an endpoint that fell behind is ignored, and told once it stays behind", async () => {
  const chain = watchedChain({ 1: running(0, TWO), 5: running(1, { ...TWO, a: { key: "C" } }) });
  const events = await follow(chain, [
    () => move(chain, 3),
    () => move(chain, 4),
    () => move(chain, 4),
    () => move(chain, 6),
  ]);
  assert.deepEqual(kinds(events), ["state 5", "unavailable WATCH_BEHIND 1"]);
});

test("behavior: failures are told with their count and don't end the watch", async () => {
  const chain = watchedChain({ 1: running(0, TWO) });
  const events = await follow(chain, [
    () => move(chain, 2, DOWN),
    () => move(chain, 3, DOWN),
    () => move(chain, 4, running(0, { ...TWO, a: { key: "C" } })),
    () => move(chain, 5, { Running: {} }),
  ]);
  const told = ["state 1", "unavailable RPC_UNREACHABLE 1", "unavailable RPC_UNREACHABLE 2"];
  assert.deepEqual(kinds(events), [...told, "participants 1→4", "state 4", "unavailable RESULT_INVALID 1"]);
});

test("behavior: a hint has the state read at once; invented and broken hints do no harm", async () => {
  const chain = watchedChain({ 1: running(0, TWO) });
  const abort = new AbortController();
  async function* hints() {
    yield { blockHeight: 2 };
    yield { blockHeight: Number.POSITIVE_INFINITY };
    throw new Error("the stream broke");
  }
  const options = { reader: chain.reader, intervalMillis: 3_600_000, signal: abort.signal, hints: hints() };
  const told: string[] = [];
  for await (const event of watch(options)) {
    told.push(...kinds([event]));
    if (event.kind === "state" && event.current.blockHeight === 1) {
      move(chain, 2, running(0, { ...TWO, c: { key: "C" } }));
    } else if (event.kind === "state") break;
  }
  assert.deepEqual(told, ["state 1", "participants 1→2", "state 2"]);
  assert.equal(getEventListeners(abort.signal, "abort").length, 0);
});

test("behavior: an aborted watch ends, in the middle of a read or of a wait, and keeps nothing of the signal", async () => {
  const abort = new AbortController();
  const reader: WatchOptions["reader"] = {
    view: (_method, _args, options) =>
      new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason), { once: true });
        setImmediate(() => abort.abort());
      }),
  };
  for await (const event of watch({ reader, intervalMillis: 1, signal: abort.signal }))
    assert.fail(event.kind);
  const later = new AbortController();
  const chain = watchedChain({ 1: running(0, TWO) });
  for await (const event of watch({
    reader: chain.reader,
    intervalMillis: 3_600_000,
    signal: later.signal,
  })) {
    assert.equal(event.kind, "state");
    setImmediate(() => later.abort());
  }
  assert.equal(getEventListeners(later.signal, "abort").length, 0);
});

test("behavior: a cursor that was cut, changed or is of another format is refused", async () => {
  const chain = watchedChain({ 1: running(0, TWO) });
  const cursor = await cursorAt(chain, 1);
  const text = JSON.stringify(cursor);
  assert.deepEqual(parseWatchCursor(text), cursor);
  const wrong = [
    "",
    text.slice(0, -4),
    "null",
    JSON.stringify({ ...cursor, format: 2 }),
    JSON.stringify({
      ...cursor,
      participants: [["a.near", 0, { url: "https://a", tls_public_key: "ed25519:x" }]],
    }),
    JSON.stringify({ ...cursor, block_height: -1 }),
    JSON.stringify({ ...cursor, extra: 1 }),
  ];
  for (const json of wrong)
    assert.throws(() => parseWatchCursor(json), { code: "WATCH_CURSOR_INVALID" }, json);
});

/** Watches; after each read that told all it had to tell the next thing happens, and after the last the watch ends. */
async function follow(
  chain: WatchedChain,
  happenings: readonly (() => void)[],
  options: Partial<WatchOptions> = {},
): Promise<WatchEvent[]> {
  const abort = new AbortController();
  let next = 0;
  const reader: WatchOptions["reader"] = {
    view: async (method, args, viewOptions) => {
      const isHead = viewOptions?.at === undefined;
      if (isHead && next > 0) {
        const happening = happenings[next - 1];
        if (happening === undefined) abort.abort();
        happening?.();
      }
      if (isHead) next += 1;
      return chain.reader.view(method, args, viewOptions);
    },
  };
  const events: WatchEvent[] = [];
  for await (const event of watch({ reader, intervalMillis: 1, signal: abort.signal, ...options })) {
    events.push(event);
  }
  return events;
}

function move(chain: WatchedChain, head: number, shown?: unknown): void {
  chain.head = head;
  if (shown !== undefined) chain.states.set(head, shown);
}

async function cursorAt(chain: WatchedChain, height: number): Promise<WatchCursor> {
  const { head } = chain;
  chain.head = height;
  const cursor = cursorOf(await follow(chain, []));
  chain.head = head;
  return cursor;
}

function cursorOf(events: readonly WatchEvent[]): WatchCursor {
  const last = events.at(-1);
  return last?.kind === "state" ? last.cursor : assert.fail("expected a state at the end");
}

function voided(events: readonly WatchEvent[]): unknown[] {
  return events.flatMap((event) => (event.kind === "participants" ? [event.voidTlsKeys] : []));
}

function kinds(events: readonly WatchEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === "state") return `state ${event.current.blockHeight}`;
    if (event.kind === "participants")
      return `participants ${event.from.blockHeight}→${event.to.blockHeight}`;
    return `unavailable ${(event.error as { code: string }).code} ${event.failures}`;
  });
}
