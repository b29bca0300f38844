import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Account, actions, JsonRpcProvider, KeyPairSigner, type KeyPairString } from "near-api-js";
import { type RunningSandbox, startSandbox } from "../../sandbox/src/launcher/start-sandbox.ts";
import { createProvenReader } from "../src/client/proven-reader.ts";
import { createRpcReader } from "../src/client/read-contract.ts";
import { createSender } from "../src/client/sender.ts";
import {
  type Ed25519KeyPair,
  ed25519KeyPairFromSecretKey,
  ed25519KeyPairFromSeed,
} from "../src/crypto/keys.ts";
import { addRoleKeyAction, type Role, roleMethods } from "../src/roles/access-keys.ts";
import { echoContract } from "./echo-contract.ts";

const CONTRACT = "test.near";
const GAS = 10_000_000_000_000n;
const REFUSAL =
  '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"EPOCH_MISMATCH","info":{"expected":2}}}}';
const ROLES: readonly Role[] = ["node", "backup_service"];
const NODE_KEY = ed25519KeyPairFromSeed(new Uint8Array(32).fill(21));
const SERVICE_KEY = ed25519KeyPairFromSeed(new Uint8Array(32).fill(22));

let sandbox: RunningSandbox;

before(async () => {
  sandbox = await startSandbox();
  const root = new Account(
    CONTRACT,
    new JsonRpcProvider({ url: sandbox.rpcUrl }),
    KeyPairSigner.fromSecretKey(sandbox.rootAccount.secretKey as KeyPairString),
  );
  const keys = [
    addRoleKeyAction(grant("node", NODE_KEY)),
    addRoleKeyAction(grant("backup_service", SERVICE_KEY)),
  ];
  await root.signAndSendTransaction({
    receiverId: CONTRACT,
    actions: [
      actions.deployContract(echoContract([...new Set(["echo", ...ROLES.flatMap(roleMethods)])], REFUSAL)),
      ...keys,
    ],
  });
});

after(() => sandbox?.stop());

test("behavior: calls and views go through the embedded chain and come back parsed", async () => {
  const caller = callerWith(ed25519KeyPairFromSecretKey(sandbox.rootAccount.secretKey));
  const outcome = await caller.call("echo", { a: "ü" }, { gas: GAS, depositYocto: 1n });
  assert.deepEqual(outcome.value, { a: "ü" });
  assert.ok(outcome.burntGas > 0n && outcome.burntGas < GAS);
  const viewed = await reader().view("echo", [1, null]);
  assert.deepEqual(viewed.value, [1, null]);
  assert.ok(viewed.blockHeight > 0);
});

test("behavior: a proven read from the operator's own node holds at one final block", async () => {
  const trust = { kind: "own_node", endpoint: { url: sandbox.rpcUrl } } as const;
  const proven = createProvenReader({ contractId: CONTRACT, trust });
  const calls = [1, 2].map((args) => ({ method: "echo", args }));
  const views = await proven.viewProven(calls);
  assert.deepEqual(views.values, [1, 2]);
  const again = await reader().view("echo", 1, { at: { hash: views.blockHash } });
  assert.equal(again.blockHeight, views.blockHeight);
});

test("behavior: a refusal has the same type from a call and from a view", async () => {
  const refused = { name: "ContractError", code: "EPOCH_MISMATCH", info: { expected: 2 } };
  const caller = callerWith(ed25519KeyPairFromSecretKey(sandbox.rootAccount.secretKey));
  await assert.rejects(caller.call("refuse", {}, { gas: GAS, depositYocto: 0n }), refused);
  await assert.rejects(reader().view("refuse", {}), refused);
});

test("behavior: missing things have their codes", async () => {
  const url = sandbox.rpcUrl;
  await assert.rejects(reader().view("none", {}), { code: "METHOD_NOT_FOUND" });
  const elsewhere = createRpcReader({ endpoint: { url }, contractId: "nobody.near" });
  await assert.rejects(elsewhere.view("echo", {}), { code: "UNKNOWN_ACCOUNT" });
  const stranger = ed25519KeyPairFromSeed(new Uint8Array(32).fill(23));
  const call = { gas: GAS, depositYocto: 0n };
  await assert.rejects(callerWith(stranger).call("echo", {}, call), { code: "ACCESS_KEY_NOT_FOUND" });
  const root = callerWith(ed25519KeyPairFromSecretKey(sandbox.rootAccount.secretKey));
  await assert.rejects(root.call("echo", {}, { gas: 1n, depositYocto: 0n }), { code: "OUT_OF_GAS" });
});

test("behavior: a role's key can call that role's methods and nothing else, and attach nothing", async () => {
  for (const [role, keyPair] of [["node", NODE_KEY] as const, ["backup_service", SERVICE_KEY] as const]) {
    const caller = callerWith(keyPair);
    const call = { gas: GAS, depositYocto: 0n };
    for (const method of roleMethods(role)) assert.equal((await caller.call(method, 1, call)).value, 1);
    const own = roleMethods(role);
    // Both roles publish ephemeral keys with the same method.
    const others = ROLES.flatMap(roleMethods).filter((method) => !own.includes(method));
    assert.ok(others.length > 0);
    for (const method of [...others, "echo"]) {
      await assert.rejects(caller.call(method, 1, call), { code: "ACCESS_KEY_WRONG_METHOD" });
    }
    const [method = ""] = roleMethods(role);
    await assert.rejects(caller.call(method, 1, { ...call, depositYocto: 1n }), {
      code: "ACCESS_KEY_NO_DEPOSIT",
    });
  }
});

test("behavior: two programs on one key lose races for nonces and still both get through", async () => {
  const [left, right] = [callerWith(NODE_KEY), callerWith(NODE_KEY)];
  const [method = ""] = roleMethods("node");
  const call = { gas: GAS, depositYocto: 0n };
  const outcomes = await Promise.all([left.call(method, "left", call), right.call(method, "right", call)]);
  assert.deepEqual(outcomes.map(({ value }) => value).sort(), ["left", "right"]);
});

function reader() {
  return createRpcReader({ endpoint: { url: sandbox.rpcUrl }, contractId: CONTRACT });
}

function callerWith(keyPair: Ed25519KeyPair) {
  const endpoint = { url: sandbox.rpcUrl };
  return createSender({ endpoint, contractId: CONTRACT, accountId: CONTRACT, keyPair });
}

function grant(role: Role, keyPair: Ed25519KeyPair) {
  return { contractId: CONTRACT, role, publicKey: keyPair.publicKey };
}
