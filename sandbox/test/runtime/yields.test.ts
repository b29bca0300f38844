import assert from "node:assert/strict";
import { test } from "node:test";
import { fastForward } from "../../src/chain/fast-forward.ts";
import { produceBlock } from "../../src/chain/produce-block.ts";
import { finalStatus, isFinished } from "../../src/chain/transaction-status.ts";
import type { PromiseResult } from "../../src/vm/interface.ts";
import { NEAR, send, type TestChain, TGAS, testChain } from "./test-chain.ts";

const DATA_ID = new Uint8Array(32).fill(7);
const ANSWER = new TextEncoder().encode('"answer"');
const TIMEOUT_BLOCKS = 200n;

const call = (methodName: string) => ({
  kind: "FunctionCall" as const,
  methodName,
  args: new Uint8Array(),
  gas: 50n * TGAS,
  depositYocto: 0n,
});

/** A contract whose `wait` yields to `back`, and whose `resume` resumes that so many times. */
function yielding(resumes = 1): {
  readonly net: TestChain;
  readonly got: PromiseResult[];
  readonly pending: boolean[];
} {
  const net = testChain({ "alice.near": 100n * NEAR, "app.near": 100n * NEAR });
  const got: PromiseResult[] = [];
  const pending: boolean[] = [];
  net.methods.set("wait", () => ({
    returnValue: { kind: "ReceiptIndex", index: 0 },
    receipts: [
      {
        receiverId: "app.near",
        actions: [call("back")],
        dependsOn: [],
        yieldDataId: DATA_ID,
        refundToAccountId: null,
      },
    ],
  }));
  net.methods.set("resume", ({ isYieldPending }) => {
    pending.push(isYieldPending(DATA_ID));
    return { resumedYields: Array.from({ length: resumes }, () => ({ dataId: DATA_ID, payload: ANSWER })) };
  });
  net.methods.set("back", ({ context }) => {
    got.push(...context.promiseResults);
    const [result] = context.promiseResults;
    return {
      returnValue: { kind: "Value", bytes: result?.kind === "Successful" ? result.data : new Uint8Array() },
    };
  });
  return { net, got, pending };
}

test("behavior: a yield waits over blocks until it is resumed; its callback gets the payload, once", () => {
  const { net, got, pending } = yielding(2);
  const { hash, status } = send(net, "alice.near", "app.near", [call("wait")]);
  assert.equal(status.kind, "Started");
  assert.equal(isFinished(net.chain, hash), false);
  for (let block = 0; block < 10; block++) produceBlock(net.chain, null);
  assert.deepEqual(got, []);
  send(net, "alice.near", "app.near", [call("resume")]);
  send(net, "alice.near", "app.near", [call("resume")]);
  assert.deepEqual(pending, [true, false]);
  assert.deepEqual(got, [{ kind: "Successful", data: ANSWER }]);
  assert.deepEqual(finalStatus(net.chain, hash), { kind: "SuccessValue", bytes: ANSWER });
  assert.equal(isFinished(net.chain, hash), true);
});

test("behavior: a yield that nobody resumes fails for its callback after 200 blocks, not before", () => {
  const { net, got } = yielding();
  const { hash } = send(net, "alice.near", "app.near", [call("wait")]);
  const taken = net.chain.outcomes.get(hash)?.block.height ?? assert.fail();
  // The call runs in the block after the one that took the transaction in.
  const expires = taken + 1n + TIMEOUT_BLOCKS;
  while (net.chain.head.height < expires) produceBlock(net.chain, null);
  assert.deepEqual(got, []);
  produceBlock(net.chain, null);
  assert.deepEqual(got, [{ kind: "Failed" }]);
  for (let block = 0; block < 5; block++) produceBlock(net.chain, null);
  assert.equal(got.length, 1);
  assert.equal(isFinished(net.chain, hash), true);
});

test("behavior: a resumed yield doesn't time out later; fast-forwarding times one out", () => {
  const resumed = yielding();
  send(resumed.net, "alice.near", "app.near", [call("wait")]);
  send(resumed.net, "alice.near", "app.near", [call("resume")]);
  fastForward(resumed.net.chain, 500n);
  assert.equal(resumed.got.length, 1);
  const left = yielding();
  send(left.net, "alice.near", "app.near", [call("wait")]);
  fastForward(left.net.chain, 500n);
  assert.deepEqual(left.got, [{ kind: "Failed" }]);
});
