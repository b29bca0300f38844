import assert from "node:assert/strict";
import { test } from "node:test";
import { provenAsReader } from "../src/client/proven-as-reader.ts";
import { createProvenReader } from "../src/client/proven-reader.ts";
import { errorCode } from "../src/errors/base-error.ts";
import { watch } from "../src/watch/watch.ts";
import { type FakeChain, honest, startFakeNode } from "./fake-node.ts";
import { RUNNING_STATE, runningState } from "./sample-state.ts";

const NOW = 1_700_000_000_000;
const CHAIN: FakeChain = { head: 100, headMillis: NOW, views: { state: RUNNING_STATE } };

test("behavior: a watch on a quorum tells no state that one endpoint made up", async (context) => {
  const [one, other] = await Promise.all(
    ["127.0.0.1", "127.0.0.2"].map((host) => startFakeNode(context, honest(CHAIN), host)),
  );
  assert.ok(one && other);
  const endpoints = [one.endpoint, other.endpoint];
  const trust = { kind: "quorum", endpoints, mustAgree: 2 } as const;
  const proven = createProvenReader({ contractId: "mpc.near", trust, now: () => NOW });
  const abort = new AbortController();
  const told: unknown[] = [];
  const options = { reader: provenAsReader(proven), intervalMillis: 1, signal: abort.signal };
  for await (const event of watch(options)) {
    if (event.kind === "state") {
      told.push(event.current.blockHeight);
      one.behave = honest({ ...CHAIN, head: 101, headMillis: NOW, views: { state: runningState(7) } });
      other.behave = honest({ ...CHAIN, head: 101, headMillis: NOW });
    } else {
      told.push(event.kind === "unavailable" ? errorCode(event.error) : event.kind);
      abort.abort();
    }
  }
  assert.deepEqual(told, [100, "ENDPOINTS_DISAGREE"]);
});

test("behavior: a proven reader proves no history, and says so", async (context) => {
  const node = await startFakeNode(context, honest(CHAIN));
  const trust = { kind: "own_node", endpoint: node.endpoint } as const;
  const proven = createProvenReader({ contractId: "mpc.near", trust, now: () => NOW });
  const reader = provenAsReader(proven);
  assert.equal((await reader.view("state", {}, { at: { finality: "final" } })).blockHash, "block-100");
  for (const at of [{ height: 100 }, { hash: "block-100" }, { finality: "optimistic" }] as const) {
    await assert.rejects(reader.view("state", {}, { at }), { code: "HISTORY_NOT_PROVEN", retryable: false });
  }
});
