import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { base58 } from "@scure/base";
import { Account, actions, JsonRpcProvider, KeyPair, KeyPairSigner, nearToYocto } from "near-api-js";
import {
  AccessKeyMethodNameMismatchActionError,
  AccountDoesNotExistActionError,
  AccountDoesNotExistError,
  ContractMethodNotFoundError,
  InvalidNonceError,
  NotEnoughBalanceError,
} from "near-api-js/rpc-errors";
import { type RunningSandbox, startSandbox } from "../../src/launcher/start-sandbox.ts";
import { advance, trusting, verifyOutcome } from "../light-client/verifier.ts";
import { testContract } from "./test-contract.ts";

const CODE = testContract();
const GAS = 100_000_000_000_000n;

let sandbox: RunningSandbox;
let provider: JsonRpcProvider;
let root: Account;
let contract: Account;

before(async () => {
  sandbox = await startSandbox();
  provider = new JsonRpcProvider({ url: sandbox.rpcUrl });
  root = new Account(sandbox.rootAccount.accountId, provider, signerOf(sandbox.rootAccount.secretKey));
  contract = await subAccount("contract", 20);
  await contract.deployContract(CODE);
});

after(() => sandbox.stop());

test("accounts: state, key list and a missing account", async () => {
  const alice = await subAccount("alice", 5);
  const state = await alice.getState();
  assert.equal(state.balance.total, nearToYocto(5));
  assert.equal(state.storageUsage, 182);
  assert.equal((await alice.getAccessKeyList()).keys.length, 1);
  const missing = new Account("missing.test.near", provider);
  await assert.rejects(missing.getState(), AccountDoesNotExistError);
});

test("calls: raw arguments, logs, return value, view", async () => {
  const result = await root.callFunctionRaw({
    contractId: contract.accountId,
    methodName: "echo",
    args: Buffer.from("hello"),
    gas: GAS,
  });
  assert.deepEqual(result.receipts_outcome[0]!.outcome.logs, ["hello"]);
  await root.callFunctionRaw({
    contractId: contract.accountId,
    methodName: "set",
    args: Buffer.from("seen"),
    gas: GAS,
  });
  const viewed = await provider.callFunction({ contractId: contract.accountId, method: "get", args: {} });
  assert.equal(viewed, "seen");
});

test("errors: a missing receiver, method and view method have their own types", async () => {
  await assert.rejects(
    root.transfer({ receiverId: "missing.test.near", amount: 1n }),
    AccountDoesNotExistActionError,
  );
  await assert.rejects(
    provider.callFunction({ contractId: contract.accountId, method: "absent", args: {} }),
    ContractMethodNotFoundError,
  );
  const poor = await subAccount("poor", 1);
  await assert.rejects(
    poor.transfer({ receiverId: root.accountId, amount: nearToYocto(2) }),
    NotEnoughBalanceError,
  );
});

test("function-call keys: only the named methods of the named contract", async () => {
  const owner = await subAccount("owner", 5);
  const pair = KeyPair.fromRandom("ed25519");
  await owner.addFunctionCallAccessKey({
    publicKey: pair.getPublicKey(),
    contractId: contract.accountId,
    methodNames: ["set"],
    allowance: nearToYocto(1),
  });
  const limited = new Account(owner.accountId, provider, new KeyPairSigner(pair));
  const call = { contractId: contract.accountId, args: Buffer.from("x"), gas: GAS };
  await limited.callFunctionRaw({ ...call, methodName: "set" });
  await assert.rejects(
    limited.callFunctionRaw({ ...call, methodName: "echo" }),
    AccessKeyMethodNameMismatchActionError,
  );
});

test("nonces: the same transaction twice is the same transaction, an old nonce is refused", async () => {
  const sender = await subAccount("sender", 5);
  const send = [actions.transfer(1n)];
  const signed = await sender.createSignedTransaction({ receiverId: root.accountId, actions: send });
  const first = await provider.sendTransaction(signed);
  const second = await provider.sendTransaction(signed);
  assert.deepEqual(second.transaction_outcome, first.transaction_outcome);
  const { publicKey } = signed.transaction;
  const old = await sender.createTransaction({ receiverId: root.accountId, actions: send, publicKey });
  old.nonce = signed.transaction.nonce;
  old.actions = [actions.transfer(2n)];
  const { signedTransaction } = await sender.getSigner()!.signTransaction(old);
  await assert.rejects(provider.sendTransaction(signedTransaction), InvalidNonceError);
});

test("meta transactions: a relayer pays, the sender's account acts", async () => {
  const sender = await subAccount("meta", 5);
  const before = await sender.getState();
  const { signedDelegate } = await sender.createSignedMetaTransaction({
    receiverId: contract.accountId,
    actions: [actions.functionCall("set", Buffer.from("delegated"), GAS / 4n, 0n)],
  });
  await root.relayMetaTransaction(signedDelegate);
  assert.equal((await sender.getState()).balance.total, before.balance.total);
  const viewed = await provider.callFunction({ contractId: contract.accountId, method: "get", args: {} });
  assert.equal(viewed, "delegated");
});

test("secp256k1 keys sign transactions", async () => {
  const pair = KeyPair.fromRandom("secp256k1");
  await root.createSubAccount({
    accountOrPrefix: "secp",
    publicKey: pair.getPublicKey(),
    nearToTransfer: nearToYocto(2),
  });
  const account = new Account("secp.test.near", provider, new KeyPairSigner(pair));
  await account.transfer({ receiverId: root.accountId, amount: 1n });
  assert.ok((await account.getState()).balance.total < nearToYocto(2));
});

test("implicit accounts: a transfer to 64 hex digits makes the account with that key", async () => {
  const pair = KeyPair.fromRandom("ed25519");
  const accountId = Buffer.from(pair.getPublicKey().data).toString("hex");
  await root.transfer({ receiverId: accountId, amount: nearToYocto(1) });
  const account = new Account(accountId, provider, new KeyPairSigner(pair));
  await account.transfer({ receiverId: root.accountId, amount: 1n });
  assert.equal((await account.getState()).storageUsage, 182);
});

test("yields: a resumed call ends with the payload", async () => {
  const suspended = await send("suspend", "NONE");
  await send("resume", "FINAL");
  const status = await provider.viewTransactionStatus({
    txHash: suspended,
    accountId: root.accountId,
    waitUntil: "FINAL",
  });
  const { SuccessValue: value } = status.status as { SuccessValue: string };
  assert.equal(Buffer.from(value, "base64").toString(), "ok:data");
});

test("yields: after 200 blocks without resume the callback sees a failure", async () => {
  const suspended = await send("suspend", "NONE");
  await forward(200);
  const status = await provider.viewTransactionStatus({
    txHash: suspended,
    accountId: root.accountId,
    waitUntil: "FINAL",
  });
  const { SuccessValue: value } = status.status as { SuccessValue: string };
  assert.equal(Buffer.from(value, "base64").toString(), "failed");
});

test("blocks, gas price, validators, protocol config", async () => {
  const block = await provider.viewBlock({ finality: "final" });
  assert.equal((await provider.viewBlock({ blockId: block.header.hash })).header.height, block.header.height);
  assert.equal((await provider.viewGasPrice()).gas_price, "100000000");
  assert.equal((await provider.viewValidators()).current_validators[0]!.account_id, "test.near");
  const config = await provider.experimental_protocolConfig({ finality: "final" });
  assert.equal(config.protocol_version, 86);
  assert.equal((await provider.viewNodeStatus()).sync_info.syncing, false);
});

test("light clients: the library's own requests bring a final block and a proof that verify", async () => {
  const genesis = await provider.viewBlock({ blockId: 0 });
  const hash = await send("set", "FINAL");
  for (let block = 0; block < 4; block++) await forward(1);
  const view = await provider.nextLightClientBlock({ last_block_hash: genesis.header.hash });
  const { current_validators: producers } = await provider.viewValidators();
  const client = advance(trusting(genesis.header, producers), view);
  const head = base58.encode(client.headHash);
  const wanted = { type: "transaction" as never, transaction_hash: hash, sender_id: root.accountId };
  const proof = await provider.lightClientProof({ ...wanted, light_client_head: head });
  verifyOutcome(client, hash, proof);
});

function signerOf(secretKey: string): KeyPairSigner {
  return new KeyPairSigner(KeyPair.fromString(secretKey as `ed25519:${string}`));
}

async function subAccount(name: string, near: number): Promise<Account> {
  const pair = KeyPair.fromRandom("ed25519");
  const publicKey = pair.getPublicKey();
  await root.createSubAccount({ accountOrPrefix: name, publicKey, nearToTransfer: nearToYocto(near) });
  return new Account(`${name}.${root.accountId}`, provider, new KeyPairSigner(pair));
}

async function forward(blocks: number): Promise<void> {
  await provider.sendJsonRpc("sandbox_fast_forward" as never, { delta_height: blocks } as never);
}

/** Calls a method of the test contract and returns the transaction's hash. */
async function send(methodName: string, waitUntil: "NONE" | "FINAL"): Promise<string> {
  const action = actions.functionCall(methodName, new Uint8Array(), GAS, 0n);
  const signed = await root.createSignedTransaction({ receiverId: contract.accountId, actions: [action] });
  await provider.sendTransactionUntil(signed, waitUntil);
  return base58.encode(createHash("sha256").update(signed.transaction.encode()).digest());
}
