import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createProvenReader } from "../src/client/proven-reader.ts";
import { createRpcReader } from "../src/client/read-contract.ts";
import { openDryRuns } from "../src/dryrun/dry-run.ts";
import { errorCode, isRetryable } from "../src/errors/base-error.ts";
import {
  type FakeAnswer,
  type FakeBehaviour,
  type FakeChain,
  honest,
  nearError,
  QUICK,
  startFakeNode,
  viewResult,
} from "./fake-node.ts";
import { RUNNING_STATE } from "./sample-state.ts";

const NOW = 1_700_000_000_000;
const CHAIN: FakeChain = { head: 100, headMillis: NOW - 1_000, views: { version: "1.0.0" } };
const LIE = "9.9.9";
const CALLS = [{ method: "version", args: {} }];

/** Ways in which endpoints were seen to fail, as they answer; what one reader then says, and whether a retry may help. */
interface Misbehaviour {
  readonly what: string;
  readonly behave: FakeBehaviour;
  readonly code: string;
  readonly retryable: boolean;
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  broken("a gateway's page", raw(502, "<html><h1>502 Bad Gateway</h1></html>"), "RPC_HTTP_STATUS", true),
  broken("a rate limit in plain text", raw(429, "You have exceeded the rate limit"), "RPC_HTTP_STATUS", true),
  broken("a refused API key", raw(403, '{"message":"Forbidden"}'), "RPC_HTTP_STATUS", false),
  broken(
    "a rate limit with status 200",
    { error: { code: -429, message: "Rate limits exceeded" } },
    "RPC_REFUSED",
    true,
  ),
  broken(
    "an error without a cause",
    { error: { code: -32000, message: "Server error", data: "x" } },
    "RPC_REFUSED",
    false,
  ),
  broken("a node that isn't synced", nearError("NO_SYNCED_BLOCKS"), "RPC_REFUSED", true),
  broken("a node without that shard", nearError("UNAVAILABLE_SHARD"), "RPC_REFUSED", true),
  broken("a dropped block", nearError("GARBAGE_COLLECTED_BLOCK"), "UNKNOWN_BLOCK", false),
  broken("an empty body", raw(200, ""), "RPC_ANSWER_INVALID", true),
  broken(
    "a cut body",
    raw(200, '{"jsonrpc":"2.0","id":"mpc-recovery","result":{"res'),
    "RPC_ANSWER_INVALID",
    true,
  ),
  broken(
    "a batch",
    raw(200, '[{"jsonrpc":"2.0","id":"mpc-recovery","result":null}]'),
    "RPC_ANSWER_INVALID",
    true,
  ),
  broken("a null result", { result: null }, "RPC_ANSWER_INVALID", true),
  broken(
    "a result without its block",
    { result: { result: [34, 34], logs: [] } },
    "RPC_ANSWER_INVALID",
    true,
  ),
  broken("a reset connection", { raw: (_, response) => response.destroy() }, "RPC_UNREACHABLE", true),
  broken("half an answer, then silence", { raw: (_, response) => response.write("{") }, "RPC_TIMEOUT", true),
  broken("silence", { raw: () => undefined }, "RPC_TIMEOUT", true),
];

/** Endpoints that answer in good form, and falsely. */
const LIARS: Readonly<Record<string, FakeBehaviour>> = {
  "another answer at the same block": honest({ ...CHAIN, views: { version: LIE } }),
  "another chain": honest({ ...CHAIN, fork: "fork", views: { version: LIE } }),
  "a block of the future": honest({ ...CHAIN, head: 9_000_000, views: { version: LIE } }),
  "an old state as the newest": honest({ ...CHAIN, head: 60, views: { version: LIE } }),
  "a view at another block than asked": (method, params) =>
    method === "query"
      ? { result: viewResult(LIE, { height: 60, hash: "block-60" }) }
      : honest(CHAIN)(method, params),
  "a younger time of the same block": honest({ ...CHAIN, headMillis: NOW, views: { version: LIE } }),
};

for (const { behave, code, retryable, what } of MISBEHAVIOURS) {
  test(`behavior: ${what} is refused with a code, retried by rule, and doesn't hold up a quorum`, async (context) => {
    const node = await startFakeNode(context, behave);
    const timeoutMillis = code === "RPC_TIMEOUT" ? 60 : 10_000;
    const impatient = { ...node.endpoint, timeoutMillis };
    const reader = createRpcReader({ endpoint: impatient, contractId: "mpc.near" });
    const error = await failureOf(reader.view("version", {}));
    assert.equal(errorCode(error), code, String(error));
    assert.equal(isRetryable(error), retryable);
    assert.equal(node.asked.length, retryable ? QUICK.retry.attempts : 1);
    const fallback = await startFakeNode(context, honest(CHAIN), "127.0.0.4");
    if (code !== "UNKNOWN_BLOCK") {
      const two = { endpoint: impatient, fallbackEndpoints: [fallback.endpoint], contractId: "mpc.near" };
      assert.equal((await createRpcReader(two).view("version", {})).value, "1.0.0");
    }
    const read = await quorumOf(context, [behave, honest(CHAIN), honest(CHAIN)], timeoutMillis);
    assert.deepEqual((await read()).values, ["1.0.0"]);
    const alone = await quorumOf(context, [behave, honest(CHAIN)], timeoutMillis);
    assert.equal(errorCode(await failureOf(alone())), "QUORUM_NOT_REACHED");
  });
}

for (const [lie, behave] of Object.entries(LIARS)) {
  test(`behavior: ${lie} is never believed where a quorum is asked for, by one liar among two or three`, async (context) => {
    for (const others of [[honest(CHAIN)], [honest(CHAIN), honest(CHAIN)]]) {
      const read = await quorumOf(context, [behave, ...others], 10_000);
      const answer = await read().then(
        ({ values }) => values[0],
        (error: unknown) => errorCode(error),
      );
      const allowed = ["1.0.0", "ENDPOINTS_DISAGREE", "QUORUM_NOT_REACHED", "STATE_TOO_OLD"];
      assert.ok(allowed.includes(String(answer)), `${answer}`);
    }
  });
}

test("behavior: endpoints that are all silent end in a refusal", async (context) => {
  const silent: FakeBehaviour = () => ({ raw: () => undefined });
  const read = await quorumOf(context, [silent, silent, silent], 60);
  assert.equal(errorCode(await failureOf(read())), "QUORUM_NOT_REACHED");
});

test("behavior: an endpoint that answers at another block than asked is refused, since parts of two blocks don't fit", async (context) => {
  const node = await startFakeNode(context, (method, params) =>
    "block_id" in params
      ? { result: viewResult(null, { height: 99, hash: "block-99" }) }
      : honest({ ...CHAIN, views: { state: RUNNING_STATE } })(method, params),
  );
  const reader = createRpcReader({ endpoint: node.endpoint, contractId: "mpc.near" });
  for (const at of [{ hash: "block-100" }, { height: 100 }]) {
    await assert.rejects(reader.view("version", {}, { at }), { code: "RPC_ANSWER_INVALID" });
  }
  await assert.rejects(openDryRuns({ reader, contractId: "mpc.near" }), { code: "RPC_ANSWER_INVALID" });
});

function broken(what: string, answer: FakeAnswer, code: string, retryable: boolean): Misbehaviour {
  return { what, behave: () => answer, code, retryable };
}

function raw(status: number, body: string): FakeAnswer {
  return {
    raw: (_, response) => {
      response.writeHead(status);
      response.end(body);
    },
  };
}

async function quorumOf(
  context: TestContext,
  behaviours: readonly FakeBehaviour[],
  firstTimeoutMillis: number,
) {
  const nodes = await Promise.all(
    behaviours.map((behave, index) => startFakeNode(context, behave, `127.0.0.${index + 1}`)),
  );
  const endpoints = nodes.map(({ endpoint }, index) => ({
    ...endpoint,
    // Only the silent ones are given up early; the others must not be cut by a busy machine.
    timeoutMillis: behaviours[index] === behaviours[0] ? firstTimeoutMillis : 10_000,
  }));
  const trust = { kind: "quorum", endpoints, mustAgree: 2 } as const;
  const reader = createProvenReader({ contractId: "mpc.near", trust, now: () => NOW });
  return () => reader.viewProven(CALLS);
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => assert.fail(`expected a refusal, found ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}
