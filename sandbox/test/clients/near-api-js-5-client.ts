import { Account, connect, KeyPair, keyStores, transactions, type utils } from "near-api-js-5";
import {
  CALL_GAS,
  failed,
  rawRequest,
  readOutcome,
  type ScenarioCall,
  type ScenarioClient,
} from "./scenario-client.ts";

type Secret = Parameters<typeof KeyPair.fromString>[0];

/** Its types don't reach this project: they come with packages of its own. */
interface AccessKeyInfo {
  readonly public_key: string;
  readonly access_key: { readonly permission: unknown };
}

export interface SandboxAccess {
  readonly rpcUrl: string;
  readonly rootId: string;
  readonly rootSecretKey: string;
  readonly stop: () => Promise<void>;
}

/** near-api-js 5 on a running sandbox. */
export async function nearApiJs5Client(sandbox: SandboxAccess): Promise<ScenarioClient> {
  const { rootId, rpcUrl } = sandbox;
  const keyStore = new keyStores.InMemoryKeyStore();
  const network = { networkId: "localnet", nodeUrl: rpcUrl };
  await keyStore.setKey("localnet", rootId, KeyPair.fromString(sandbox.rootSecretKey as Secret));
  const config: object = { ...network, keyStore };
  const near = await connect(config);
  const account = (accountId: string) => new Account(near.connection, accountId);
  const addedKeys = new Map<string, utils.KeyPair>();
  const signer = async ({ signerId, signWith }: ScenarioCall) => {
    if (signWith === undefined) return account(signerId);
    const only = new keyStores.InMemoryKeyStore();
    await only.setKey("localnet", signerId, addedKeys.get(signWith)!);
    const limited: object = { ...network, keyStore: only };
    return new Account((await connect(limited)).connection, signerId);
  };
  return {
    rootId,
    async createAccount(accountId, balanceYocto) {
      const pair = KeyPair.fromRandom("ed25519");
      await keyStore.setKey("localnet", accountId, pair);
      await account(rootId).createAccount(accountId, pair.getPublicKey(), balanceYocto);
    },
    async deleteAccount(accountId, beneficiaryId) {
      await account(accountId).deleteAccount(beneficiaryId);
    },
    async deploy(accountId, code) {
      await account(accountId).deployContract(code);
    },
    async call(call) {
      const { contractId, depositYocto = 0n, input = "", methodName } = call;
      const action = transactions.functionCall(methodName, Buffer.from(input), CALL_GAS, depositYocto);
      try {
        const sender = await signer(call);
        return readOutcome(
          await sender.signAndSendTransaction({ receiverId: contractId, actions: [action] }),
        );
      } catch (error) {
        return failed(error);
      }
    },
    async view(contractId, methodName) {
      const parse = (bytes: Uint8Array) => Buffer.from(bytes).toString();
      return account(rootId).viewFunction({ contractId, methodName, parse });
    },
    async transfer(fromId, toId, amountYocto) {
      await account(fromId).sendMoney(toId, amountYocto);
    },
    async addKey(accountId, { allowanceYocto, contractId, methodNames }) {
      const pair = KeyPair.fromRandom("ed25519");
      const publicKey = pair.getPublicKey();
      await account(accountId).addKey(publicKey, contractId, [...methodNames], allowanceYocto);
      addedKeys.set(publicKey.toString(), pair);
      return publicKey.toString();
    },
    async deleteKey(accountId, publicKey) {
      await account(accountId).deleteKey(publicKey);
    },
    async keyPermission(accountId, publicKey) {
      const keys: AccessKeyInfo[] = await account(accountId).getAccessKeys();
      return keys.find((key) => key.public_key === publicKey)?.access_key.permission ?? null;
    },
    async balanceYocto(accountId) {
      try {
        return BigInt((await account(accountId).state()).amount);
      } catch (error) {
        if ((error as { readonly type?: string }).type === "AccountDoesNotExist") return null;
        throw error;
      }
    },
    async state(contractId) {
      const values: { key: Buffer; value: Buffer }[] = await account(contractId).viewState("");
      return Object.fromEntries(values.map(({ key, value }) => [key.toString(), value.toString()]));
    },
    async patchState(records) {
      await rawRequest(rpcUrl, "sandbox_patch_state", { records });
    },
    async fastForward(blocks) {
      await rawRequest(rpcUrl, "sandbox_fast_forward", { delta_height: blocks });
    },
    async head() {
      const { header } = await near.connection.provider.block({ finality: "final" });
      return { height: header.height, timestampNanos: BigInt(header.timestamp_nanosec) };
    },
    stop: sandbox.stop,
  };
}
