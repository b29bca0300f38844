import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KeyPair, type NearAccount, Worker } from "near-workspaces";
import { sandboxEnvironment } from "../../src/launcher/ensure-sandbox.ts";
import { testContract } from "./test-contract.ts";

Object.assign(process.env, sandboxEnvironment());

const NEAR = 10n ** 24n;
const CALL = { gas: 100_000_000_000_000n };

const CODE = testContract();

let worker: Worker;
let root: NearAccount;
let contract: NearAccount;

before(async () => {
  worker = await Worker.init();
  root = worker.rootAccount;
  contract = await root.createSubAccount("contract", { initialBalance: 20n * NEAR });
  await contract.deploy(CODE);
});

after(() => worker.tearDown());

test("accounts: a sub-account has its initial balance, and its own key", async () => {
  const alice = await root.createSubAccount("alice", { initialBalance: 7n * NEAR });
  assert.equal(alice.accountId, "alice.test.near");
  assert.equal(await totalOf(alice), 7n * NEAR);
  assert.equal(await alice.exists(), true);
  assert.equal(await root.getAccount("nobody.test.near").exists(), false);
});

test("balances: a transfer costs the sender exactly the fee, and the receiver nothing", async () => {
  const from = await root.createSubAccount("from", { initialBalance: 5n * NEAR });
  const to = await root.createSubAccount("to", { initialBalance: NEAR });
  await from.transfer(to, NEAR);
  // Transfer and receipt, sent and executed: (115,123,062,500 + 108,059,500,000) x 2 gas at 1e8 yocto.
  const fee = (115_123_062_500n + 108_059_500_000n) * 2n * 100_000_000n;
  assert.equal(await totalOf(from), 4n * NEAR - fee);
  assert.equal(await totalOf(to), 2n * NEAR);
});

test("calls and views: what a call stores, a view returns", async () => {
  await root.callRaw(contract, "set", Buffer.from("stored"), CALL);
  const viewed = await contract.viewRaw("get", Buffer.alloc(0));
  assert.equal(Buffer.from(viewed.result).toString(), "stored");
  const state = await contract.viewState();
  assert.equal(state.getRaw("k").toString(), "stored");
});

test("calls: logs, return value and gas come back", async () => {
  const result = await root.callRaw(contract, "echo", Buffer.from("hello"), CALL);
  assert.deepEqual(result.logs, ["hello"]);
  assert.equal(result.SuccessValue, Buffer.from("hello").toString("base64"));
  assert.ok(BigInt(result.gas_burnt) > 0n);
});

test("failures: a panic is nearcore's error and leaves no trace in the storage", async () => {
  await root.callRaw(contract, "set", Buffer.from("before"), CALL);
  const result = await root.callRaw(contract, "set_then_fail", Buffer.from("after"), CALL);
  assert.deepEqual(result.Failure, {
    ActionError: {
      index: 0,
      kind: { FunctionCallError: { ExecutionError: "Smart contract panicked: deliberate" } },
    },
  });
  assert.equal((await contract.viewState()).getRaw("k").toString(), "before");
  await assert.rejects(root.call(contract, "fail", {}), /Smart contract panicked: deliberate/);
});

test("failures: an unknown method, and a view that may not write", async () => {
  const result = await root.callRaw(contract, "absent", Buffer.alloc(0), CALL);
  assert.match(JSON.stringify(result.Failure), /"MethodResolveError":"MethodNotFound"/);
  await assert.rejects(contract.view("absent"), /Contract method is not found/);
  await assert.rejects(contract.view("set"), /ProhibitedInView|is not allowed in view calls/);
});

test("cross-contract: a callback sees success and failure of the promise", async () => {
  const other = await root.createSubAccount("other");
  await other.deploy(CODE);
  await root.callRaw(other, "set", Buffer.from("remote"), CALL);
  const succeeded = await root.callRaw(contract, "call_remote", Buffer.from(other.accountId), CALL);
  assert.equal(Buffer.from(succeeded.SuccessValue!, "base64").toString(), "ok:remote");
  const failed = await root.callRaw(contract, "call_failing", Buffer.from(other.accountId), CALL);
  assert.equal(Buffer.from(failed.SuccessValue!, "base64").toString(), "failed");
  assert.equal(failed.receiptFailures.length, 1);
});

test("keys: added, used, deleted", async () => {
  const owner = await root.createSubAccount("owner");
  const key = KeyPair.fromRandom("ed25519");
  const publicKey = key.getPublicKey().toString();
  await owner.updateAccessKey(key, {
    nonce: 0,
    permission: {
      FunctionCall: { allowance: null, receiver_id: contract.accountId, method_names: ["set"] },
    },
  });
  assert.deepEqual((await owner.viewAccessKey(owner.accountId, publicKey)).permission, {
    FunctionCall: { allowance: null, receiver_id: contract.accountId, method_names: ["set"] },
  });
  await owner.callRaw(contract, "set", Buffer.from("by key"), { ...CALL, signWithKey: key });
  await assert.rejects(
    owner.callRaw(contract, "echo", Buffer.from("x"), { ...CALL, signWithKey: key }),
    /MethodNameMismatch|method/i,
  );
  await owner.batch(owner).deleteKey(publicKey).transact();
  assert.equal((await owner.viewAccessKeys(owner.accountId)).keys.length, 1);
});

test("batches: one transaction with several actions is one receipt", async () => {
  const result = await root
    .batch("batched.test.near")
    .createAccount()
    .transfer(3n * NEAR)
    .addKey(KeyPair.fromRandom("ed25519").getPublicKey().toString())
    .deployContract(CODE)
    .functionCall("set", Buffer.from("in batch"), { gas: 50_000_000_000_000n })
    .transact();
  assert.equal(result.succeeded, true);
  const batched = root.getAccount("batched.test.near");
  assert.equal((await batched.viewState()).getRaw("k").toString(), "in batch");
});

test("deleting: the balance goes to the beneficiary", async () => {
  const doomed = await root.createSubAccount("doomed", { initialBalance: 2n * NEAR });
  const heir = await root.createSubAccount("heir", { initialBalance: NEAR });
  await doomed.delete(heir.accountId);
  assert.equal(await doomed.exists(), false);
  const total = await totalOf(heir);
  assert.ok(total > (29n * NEAR) / 10n && total < 3n * NEAR, `heir has ${total}`);
});

test("patchState: a value written from outside is the contract's", async () => {
  await contract.patchState("k", "patched");
  const viewed = await contract.viewRaw("get", Buffer.alloc(0));
  assert.equal(Buffer.from(viewed.result).toString(), "patched");
});

test("patchState: an account from records", async () => {
  await worker.provider.patchStateRecords({
    records: [
      {
        Account: {
          account_id: "patched.test.near",
          account: { amount: "5", locked: "0", code_hash: "1".repeat(32), storage_usage: 100 },
        },
      },
    ],
  } as never);
  assert.equal(await totalOf(root.getAccount("patched.test.near")), 5n);
});

test("fastForward: height and time jump", async () => {
  const provider = worker.provider as unknown as BlockProvider;
  const first = await provider.block({ finality: "final" });
  await worker.provider.fastForward(10_000);
  const second = await provider.block({ finality: "final" });
  assert.ok(second.header.height >= first.header.height + 10_000);
  const seconds = (second.header.timestamp - first.header.timestamp) / 1e9;
  assert.ok(seconds >= 13_000, `expected 10,000 blocks of 1.3 s, found ${seconds} s`);
});

/** The provider inherits this from near-api-js, whose types near-workspaces doesn't bring. */
interface BlockProvider {
  block(query: { finality: "final" }): Promise<{ header: { height: number; timestamp: number } }>;
}

/** Their type says bigint; what comes is text. */
async function totalOf(account: NearAccount): Promise<bigint> {
  return BigInt((await account.balance()).total);
}
