import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { CallOutcome, ScenarioClient } from "./scenario-client.ts";
import { testContract } from "./test-contract.ts";

const NEAR = 10n ** 24n;

/** (115,123,062,500 + 108,059,500,000) gas, once to send and once to run, at 1e8 yocto. */
const TRANSFER_FEE_YOCTO = (115_123_062_500n + 108_059_500_000n) * 2n * 100_000_000n;

/** Registers the tests that every client library must pass; `start` starts a sandbox in the library's own way. */
export function testScenarios(library: string, start: () => Promise<ScenarioClient>): void {
  let world: World;
  before(async () => {
    world = await startWorld(await start());
  });
  after(() => world.client.stop());
  for (const [name, run] of Object.entries(SCENARIOS)) test(`${library}: ${name}`, () => run(world));
}

async function startWorld(client: ScenarioClient): Promise<World> {
  const code = testContract();
  const id = (name: string) => `${name}.${client.rootId}`;
  const contractId = id("contract");
  await client.createAccount(contractId, 20n * NEAR);
  await client.deploy(contractId, code);
  const call = (methodName: string, input = "") =>
    client.call({ signerId: client.rootId, contractId, methodName, input });
  return { client, code, contractId, id, call };
}

interface World {
  readonly client: ScenarioClient;
  readonly code: Uint8Array;
  /** Has {@link testContract}. */
  readonly contractId: string;
  /** Id of a sub-account of the root account. */
  readonly id: (name: string) => string;
  /** A call of the contract by the root account. */
  readonly call: (methodName: string, input?: string) => Promise<CallOutcome>;
}

const SCENARIOS: Readonly<Record<string, (world: World) => Promise<void>>> = {
  "an account has exactly what it was given, and others don't exist": async ({ client, id }) => {
    await client.createAccount(id("alice"), 7n * NEAR);
    assert.equal(await client.balanceYocto(id("alice")), 7n * NEAR);
    assert.equal(await client.balanceYocto(id("nobody")), null);
  },

  "a transfer costs the sender exactly the fee, and the receiver nothing": async ({ client, id }) => {
    await client.createAccount(id("from"), 5n * NEAR);
    await client.createAccount(id("to"), NEAR);
    await client.transfer(id("from"), id("to"), NEAR);
    assert.equal(await client.balanceYocto(id("from")), 4n * NEAR - TRANSFER_FEE_YOCTO);
    assert.equal(await client.balanceYocto(id("to")), 2n * NEAR);
  },

  "what a call stores, a view returns; logs and return value come back": async ({
    call,
    client,
    contractId,
  }) => {
    assert.equal(returned(await call("set", "stored")).value, "");
    assert.equal(await client.view(contractId, "get"), "stored");
    const { logs, value } = returned(await call("echo", "hello"));
    assert.deepEqual(logs, ["hello"]);
    assert.equal(value, "hello");
    assert.deepEqual(await client.state(contractId), { k: "stored" });
  },

  "a deposit stays with the contract": async ({ client, contractId, id }) => {
    await client.createAccount(id("payer"), 5n * NEAR);
    const before = await balanceOf(client, contractId);
    const paid = { signerId: id("payer"), contractId, methodName: "echo", depositYocto: NEAR };
    returned(await client.call(paid));
    // A part of the gas that the contract burns is paid to it: a little more than the deposit.
    const gain = (await balanceOf(client, contractId)) - before;
    assert.ok(gain >= NEAR && gain < NEAR + NEAR / 1000n, `${gain}`);
  },

  "a panic has its text, and leaves no trace in the storage": async ({ call, client, contractId }) => {
    returned(await call("set", "before"));
    assert.match(reasonOf(await call("set_then_fail", "after")), /deliberate/);
    assert.equal(await client.view(contractId, "get"), "before");
    assert.match(reasonOf(await call("absent")), /MethodNotFound|method/i);
    await assert.rejects(client.view(contractId, "fail"), /deliberate/);
    await assert.rejects(client.view(contractId, "absent"));
  },

  "a callback sees its promise's success and failure": async ({ call, client, code, id }) => {
    await client.createAccount(id("remote"), 10n * NEAR);
    await client.deploy(id("remote"), code);
    const remote = { signerId: client.rootId, contractId: id("remote"), methodName: "set" };
    returned(await client.call({ ...remote, input: "far" }));
    assert.equal(returned(await call("call_remote", id("remote"))).value, "ok:far");
    assert.equal(returned(await call("call_failing", id("remote"))).value, "failed");
    assert.equal(returned(await call("call_remote", id("nobody"))).value, "failed");
  },

  "a key signs for its methods and within its allowance only, until it is deleted": async ({
    client,
    contractId,
    id,
  }) => {
    const ownerId = id("owner");
    await client.createAccount(ownerId, 5n * NEAR);
    const permission = { contractId, methodNames: ["set", "get"], allowanceYocto: NEAR / 4n };
    const key = await client.addKey(ownerId, permission);
    const keyCall = { signerId: ownerId, contractId, signWith: key };
    returned(await client.call({ ...keyCall, methodName: "set", input: "by key" }));
    const left = allowanceLeft(await client.keyPermission(ownerId, key), contractId);
    assert.ok(left < NEAR / 4n && left > NEAR / 5n, `${left}`);
    assert.notEqual(reasonOf(await client.call({ ...keyCall, methodName: "echo" })), "");
    const withDeposit = { ...keyCall, methodName: "set", depositYocto: 1n };
    assert.notEqual(reasonOf(await client.call(withDeposit)), "");
    assert.equal(await client.view(contractId, "get"), "by key");
    await client.deleteKey(ownerId, key);
    assert.equal(await client.keyPermission(ownerId, key), null);
    assert.notEqual(reasonOf(await client.call({ ...keyCall, methodName: "set" })), "");
  },

  "a key whose allowance doesn't cover the attached gas can't sign": async ({ client, contractId, id }) => {
    const ownerId = id("miser");
    await client.createAccount(ownerId, 5n * NEAR);
    const permission = { contractId, methodNames: ["set"], allowanceYocto: NEAR / 1000n };
    const key = await client.addKey(ownerId, permission);
    const outcome = await client.call({ signerId: ownerId, contractId, methodName: "set", signWith: key });
    assert.notEqual(reasonOf(outcome), "");
    assert.equal(allowanceLeft(await client.keyPermission(ownerId, key), contractId), NEAR / 1000n);
  },

  "a deleted account is gone, and its money with the beneficiary": async ({ client, id }) => {
    await client.createAccount(id("doomed"), 2n * NEAR);
    await client.createAccount(id("heir"), NEAR);
    await client.deleteAccount(id("doomed"), id("heir"));
    assert.equal(await client.balanceYocto(id("doomed")), null);
    const total = await balanceOf(client, id("heir"));
    assert.ok(total > (29n * NEAR) / 10n && total < 3n * NEAR, `${total}`);
  },

  "patched state is what contracts and queries see": async ({ client, contractId, id }) => {
    const [data_key, value] = ["k", "patched"].map((text) => Buffer.from(text).toString("base64"));
    const account = { amount: "5", locked: "0", code_hash: "1".repeat(32), storage_usage: 100 };
    await client.patchState([
      { Data: { account_id: contractId, data_key: data_key!, value: value! } },
      { Account: { account_id: id("patched"), account } },
    ]);
    assert.equal(await client.view(contractId, "get"), "patched");
    assert.equal(await client.balanceYocto(id("patched")), 5n);
  },

  "fast-forwarding moves height and time": async ({ call, client }) => {
    const first = await client.head();
    await client.fastForward(1_000);
    const second = await client.head();
    assert.ok(second.height >= first.height + 1_000);
    // --fast: 120 to 500 ms between blocks, else 0.6 to 2 s.
    assert.ok(second.timestampNanos - first.timestampNanos >= 310n * 1_000_000_000n);
    returned(await call("set", "later"));
  },
};

async function balanceOf(client: ScenarioClient, accountId: string): Promise<bigint> {
  const found = await client.balanceYocto(accountId);
  assert.ok(found !== null, `${accountId} exists`);
  return found;
}

function returned(outcome: CallOutcome): Extract<CallOutcome, { kind: "Returned" }> {
  if (outcome.kind === "Returned") return outcome;
  throw new Error(`expected the call to return, it failed: ${outcome.reason}`);
}

function reasonOf(outcome: CallOutcome): string {
  if (outcome.kind === "Failed") return outcome.reason;
  throw new Error(`expected the call to fail, it returned ${JSON.stringify(outcome.value)}`);
}

/** Yocto that a function-call key has left. */
function allowanceLeft(permission: unknown, contractId: string): bigint {
  const { FunctionCall: found } = permission as {
    readonly FunctionCall: { readonly receiver_id: string; readonly allowance: string };
  };
  assert.equal(found.receiver_id, contractId);
  return BigInt(found.allowance);
}
