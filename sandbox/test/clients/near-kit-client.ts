import {
  generateKey,
  InMemoryKeyStore,
  Near,
  type PrivateKey,
  parseKey,
  type TransactionBuilder,
} from "near-kit";
import type { Sandbox } from "near-kit/sandbox";
import { failed, readOutcome, type ScenarioClient } from "./scenario-client.ts";

/** near-kit on a sandbox that near-kit started. It checks every answer of the node against its schemas. */
export function nearKitClient(sandbox: Sandbox): ScenarioClient {
  const { rootAccount, rpcUrl } = sandbox;
  const keyStore = new InMemoryKeyStore({ [rootAccount.id]: rootAccount.secretKey });
  const near = new Near({ network: { rpcUrl, networkId: "localnet" }, keyStore, defaultWaitUntil: "FINAL" });
  const secrets = new Map<string, PrivateKey>();
  const exists = (accountId: string) => near.accountExists(accountId);
  return {
    rootId: rootAccount.id,
    async createAccount(accountId, balanceYocto) {
      const key = generateKey();
      await keyStore.add(accountId, parseKey(key.secretKey));
      const transaction = near.transaction(rootAccount.id).createAccount(accountId);
      const funded = transaction.transfer(accountId, `${balanceYocto} yocto`);
      await funded.addKey(key.publicKey.toString(), { type: "fullAccess" }).send({ waitUntil: "FINAL" });
    },
    async deleteAccount(accountId, beneficiary) {
      await near.transaction(accountId).deleteAccount({ beneficiary }).send({ waitUntil: "FINAL" });
    },
    async deploy(accountId, code) {
      await near.transaction(accountId).deployContract(accountId, code).send({ waitUntil: "FINAL" });
    },
    async call({ contractId, depositYocto = 0n, input = "", methodName, signerId, signWith }) {
      const options = { gas: "100 Tgas", attachedDeposit: `${depositYocto} yocto` } as const;
      const args = new Uint8Array(Buffer.from(input));
      const transaction = near.transaction(signerId).functionCall(contractId, methodName, args, options);
      if (signWith !== undefined) transaction.signWith(secrets.get(signWith)!);
      try {
        return readOutcome(await transaction.send({ waitUntil: "FINAL" }));
      } catch (error) {
        return failed(error);
      }
    },
    async view(contractId, methodName) {
      const { result } = await near.rpc.viewFunction(contractId, methodName, new Uint8Array());
      return Buffer.from(result).toString();
    },
    async transfer(fromId, toId, amountYocto) {
      await near.transaction(fromId).transfer(toId, `${amountYocto} yocto`).send({ waitUntil: "FINAL" });
    },
    async addKey(accountId, { allowanceYocto, contractId, methodNames }) {
      const key = generateKey();
      const permission = {
        type: "functionCall" as const,
        receiverId: contractId,
        methodNames: [...methodNames],
        allowance: `${allowanceYocto} yocto` as const,
      } satisfies Parameters<TransactionBuilder["addKey"]>[1];
      const publicKey = key.publicKey.toString();
      await near.transaction(accountId).addKey(publicKey, permission).send({ waitUntil: "FINAL" });
      secrets.set(publicKey, key.secretKey as PrivateKey);
      return publicKey;
    },
    async deleteKey(accountId, publicKey) {
      await near.transaction(accountId).deleteKey(accountId, publicKey).send({ waitUntil: "FINAL" });
    },
    async keyPermission(accountId, publicKey) {
      return (await near.getAccessKey(accountId, publicKey))?.permission ?? null;
    },
    async balanceYocto(accountId) {
      return (await exists(accountId)) ? BigInt((await near.rpc.getAccount(accountId)).amount) : null;
    },
    async state(contractId) {
      const { values } = await near.viewState(contractId);
      return Object.fromEntries(values.map(({ key, value }) => [fromBase64(key), fromBase64(value)]));
    },
    patchState: (records) => sandbox.patchState(records as Parameters<Sandbox["patchState"]>[0]),
    fastForward: (blocks) => sandbox.fastForward(blocks),
    async head() {
      const { header } = await near.rpc.getBlock({ finality: "final" });
      return { height: header.height, timestampNanos: BigInt(header.timestamp_nanosec!) };
    },
    stop: () => sandbox.stop(),
  };
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString();
}
