import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createProvenReader } from "../../../sdk/src/client/proven-reader.ts";
import { honest, startFakeNode } from "../../../sdk/test/fake-node.ts";
import { contractViewReader } from "../read-contract-view.ts";
import { fakeViews, loopbackInfo, runningWith, testKey } from "./fake-contract.ts";
import { NEVER } from "./in-memory-ports.ts";

const NODE = testKey(1).publicKey;
const SHOWN = {
  state: runningWith(loopbackInfo(NODE, 1)),
  service: { public_key: testKey(2).publicKey, signer_account_pk: testKey(3).publicKey },
};
const DEPOSIT = { total: "20000000000000000000000", available: "0" };

/** What the program of `account` is told where the contract shows this deposit. */
async function needsDeposit(context: TestContext, account: string, storage_balance_of: unknown) {
  const views = { ...fakeViews(SHOWN), storage_balance_of };
  const { endpoint } = await startFakeNode(context, honest({ head: 100, headMillis: Date.now(), views }));
  const reader = createProvenReader({ contractId: "mpc.near", trust: { kind: "own_node", endpoint } });
  const read = contractViewReader(reader, { kind: "own_node" }, account);
  return (await read(NEVER)).needs_storage_deposit;
}

describe("behavior: a program whose account isn't in the network", () => {
  test("learns that the deposit is missing, before it burns gas on refused calls", async (context) => {
    assert.equal(await needsDeposit(context, "z.near", null), true);
  });

  test("learns nothing of the kind once it is paid, or for a member, who needs none", async (context) => {
    assert.equal(await needsDeposit(context, "z.near", DEPOSIT), false);
    assert.equal(await needsDeposit(context, "a.near", null), false);
  });
});
