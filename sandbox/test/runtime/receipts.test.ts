import assert from "node:assert/strict";
import { test } from "node:test";
import { produceBlock } from "../../src/chain/produce-block.ts";
import type { CreatedReceipt, VmAction } from "../../src/vm/interface.ts";
import { balance, call, NEAR, send, TGAS, testChain, transfer } from "./test-chain.ts";

const FAILURE = { kind: "HostError", name: "GuestPanic", fields: { panic_msg: "no" } } as const;

test("a receipt to oneself runs in the transaction's block, one to another in the next", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const heightOf = (id: string) => chain.chain.outcomes.get(id)!.block.height;
  const local = send(chain, "alice", "alice", [transfer(1n)]);
  assert.equal(heightOf(local.receipts[0]!.id), heightOf(local.hash));
  const remote = send(chain, "alice", "bob", [transfer(1n)]);
  assert.equal(heightOf(remote.receipts[0]!.id), heightOf(remote.hash) + 1n);
});

test("a failing action undoes the whole receipt", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  chain.methods.set("write", () => ({ storageChanges: new Map([["k", Uint8Array.of(1)]]) }));
  chain.methods.set("fail", () => ({ error: FAILURE }));
  const { status } = send(chain, "alice", "bob", [transfer(NEAR), call("write"), call("fail")]);
  assert.ok(status.kind === "Failure");
  assert.equal(status.actionIndex, 2);
  assert.equal(balance(chain, "bob"), NEAR);
  assert.equal(chain.chain.state.contractData.get("bob"), undefined);
});

test("a later action of the receipt sees what an earlier one wrote", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const seen: (Uint8Array | undefined)[] = [];
  chain.methods.set("write", () => ({ storageChanges: new Map([["k", Uint8Array.of(1)]]) }));
  chain.methods.set("remove", ({ storage }) => {
    seen.push(storage.get(Buffer.from("k")));
    return { storageChanges: new Map([["k", null]]) };
  });
  chain.methods.set("read", ({ storage }) => {
    seen.push(storage.get(Buffer.from("k")));
    return {};
  });
  send(chain, "alice", "bob", [call("write"), call("remove"), call("read")]);
  assert.deepEqual(seen, [Uint8Array.of(1), undefined]);
});

test("a callback gets the results of all promises it joins, in their order, failures among them", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR, carol: NEAR });
  const results: unknown[] = [];
  chain.methods.set("start", () => ({
    usedGas: 8n * TGAS,
    receipts: [created("carol", "succeed"), created("carol", "fail"), created("bob", "done", [0, 1])],
    returnValue: { kind: "ReceiptIndex", index: 2 },
  }));
  chain.methods.set("succeed", () => ({ returnValue: { kind: "Value", bytes: Buffer.from("yes") } }));
  chain.methods.set("fail", () => ({ error: FAILURE }));
  chain.methods.set("done", ({ context }) => {
    results.push(...context.promiseResults);
    return { returnValue: { kind: "Value", bytes: Buffer.from("end") } };
  });
  const { status } = send(chain, "alice", "bob", [call("start", 100n * TGAS)]);
  assert.deepEqual(results, [{ kind: "Successful", data: Buffer.from("yes") }, { kind: "Failed" }]);
  assert.deepEqual(status, { kind: "SuccessValue", bytes: Buffer.from("end") });
});

test("who waits for a receipt gets the result of the promise that it returns", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR, carol: NEAR });
  const results: unknown[] = [];
  chain.methods.set("start", () => ({
    usedGas: 8n * TGAS,
    receipts: [created("carol", "forward"), created("bob", "done", [0])],
  }));
  chain.methods.set("forward", ({ context }) => {
    assert.deepEqual(context.outputDataReceivers, ["bob"]);
    return {
      usedGas: TGAS,
      receipts: [created("carol", "deep", [], TGAS / 2n)],
      returnValue: { kind: "ReceiptIndex", index: 0 },
    };
  });
  chain.methods.set("deep", () => ({ returnValue: { kind: "Value", bytes: Buffer.from("deep") } }));
  chain.methods.set("done", ({ context }) => {
    results.push(...context.promiseResults);
    return {};
  });
  send(chain, "alice", "bob", [call("start", 100n * TGAS)]);
  assert.deepEqual(results, [{ kind: "Successful", data: Buffer.from("deep") }]);
});

test("a receipt that returns a promise from its second action means the right one", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  chain.methods.set("first", () => ({ usedGas: 2n * TGAS, receipts: [created("bob", "one")] }));
  chain.methods.set("second", () => ({
    usedGas: 2n * TGAS,
    receipts: [created("bob", "two")],
    returnValue: { kind: "ReceiptIndex", index: 0 },
  }));
  for (const name of ["one", "two"]) {
    chain.methods.set(name, () => ({ returnValue: { kind: "Value", bytes: Buffer.from(name) } }));
  }
  const { status } = send(chain, "alice", "bob", [call("first"), call("second")]);
  assert.deepEqual(status, { kind: "SuccessValue", bytes: Buffer.from("two") });
});

test("a deposit sent with a failing promise comes back to the contract that sent it", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: 3n * NEAR, carol: NEAR });
  chain.methods.set("pay", ({ context }) => ({
    usedGas: 3n * TGAS,
    balanceYocto: context.accountBalanceYocto - 2n * NEAR,
    receipts: [{ ...created("carol", "fail"), actions: [vmCall("fail", TGAS, 2n * NEAR)] }],
  }));
  chain.methods.set("fail", () => ({ error: FAILURE }));
  send(chain, "alice", "bob", [call("pay", 50n * TGAS)]);
  assert.equal(balance(chain, "bob"), 3n * NEAR);
  assert.equal(balance(chain, "carol"), NEAR);
});

test("a promise can name who gets its deposit back", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: 3n * NEAR, carol: NEAR, dave: NEAR });
  chain.methods.set("pay", ({ context }) => ({
    usedGas: 3n * TGAS,
    balanceYocto: context.accountBalanceYocto - 2n * NEAR,
    receipts: [
      { ...created("carol", "fail"), actions: [vmCall("fail", TGAS, 2n * NEAR)], refundToAccountId: "dave" },
    ],
  }));
  chain.methods.set("fail", ({ context }) => {
    assert.equal(context.refundToAccountId, "dave");
    return { error: FAILURE };
  });
  send(chain, "alice", "bob", [call("pay", 50n * TGAS)]);
  assert.equal(balance(chain, "bob"), NEAR);
  assert.equal(balance(chain, "dave"), 3n * NEAR);
});

test("unused gas of a promise's receipt goes to the transaction's signer", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  chain.methods.set("start", () => ({
    usedGas: 40n * TGAS,
    receipts: [created("bob", "idle", [], 30n * TGAS)],
  }));
  chain.methods.set("idle", () => ({}));
  const { receipts, transaction } = send(chain, "alice", "bob", [call("start", 100n * TGAS)]);
  const burnt = [transaction, ...receipts].reduce((sum, outcome) => sum + outcome.tokensBurntYocto, 0n);
  const refunds = receipts.filter(({ executorId }) => executorId === "alice");
  assert.equal(refunds.length, 2);
  assert.ok(10n * NEAR - balance(chain, "alice") >= burnt);
});

test("a full chunk leaves receipts to the next block", () => {
  const chain = testChain({ alice: 100n * NEAR, bob: NEAR });
  chain.methods.set("start", () => ({
    usedGas: 990n * TGAS,
    receipts: [1, 2, 3].map(() => created("bob", "work", [], 300n * TGAS)),
  }));
  chain.methods.set("work", () => ({ burntGas: 600n * TGAS, usedGas: 600n * TGAS }));
  const { receipts } = send(chain, "alice", "bob", [call("start", 1000n * TGAS)]);
  const heights = receipts
    .filter(({ burntGas }) => burntGas > 600n * TGAS)
    .map(({ id }) => chain.chain.outcomes.get(id)!.block.height);
  assert.deepEqual(
    heights.map((height) => height - heights[0]!),
    [0n, 0n, 1n],
  );
});

test("the trie is charged as of the chunk's start, a key once per chunk", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const nodes: number[] = [];
  chain.methods.set("write", ({ storage }) => {
    nodes.push(storage.chargeableNodes(Buffer.from("k")));
    return { storageChanges: new Map([["k", Uint8Array.of(1)]]) };
  });
  send(chain, "alice", "bob", [call("write"), call("write")]);
  send(chain, "alice", "bob", [call("write")]);
  const [first, again, nextChunk] = nodes;
  assert.ok(first! > 0);
  assert.equal(again, 0);
  assert.ok(nextChunk! > first!, "the key is there now: its node and its value");
});

test("old blocks, outcomes and receipts are forgotten", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const { hash } = send(chain, "alice", "bob", [transfer(1n)]);
  for (let block = 0; block < 2510; block++) produceBlock(chain.chain, null);
  const { blocks, heightByHash, outcomes, receipts, transactions } = chain.chain;
  assert.equal(transactions.has(hash), false);
  assert.deepEqual([blocks.size, heightByHash.size, outcomes.size, receipts.size], [2500, 1001, 0, 0]);
});

function created(
  receiverId: string,
  methodName: string,
  dependsOn: readonly number[] = [],
  gas = TGAS,
): CreatedReceipt {
  return {
    receiverId,
    actions: [vmCall(methodName, gas, 0n)],
    dependsOn,
    yieldDataId: null,
    refundToAccountId: null,
  };
}

function vmCall(methodName: string, gas: bigint, depositYocto: bigint): VmAction {
  return { kind: "FunctionCall", methodName, args: new Uint8Array(), gas, depositYocto };
}
