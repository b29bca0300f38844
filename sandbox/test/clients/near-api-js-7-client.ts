import { Account, actions, JsonRpcProvider, KeyPair, KeyPairSigner } from "near-api-js";
import { AccountDoesNotExistError } from "near-api-js/rpc-errors";
import type { SandboxAccess } from "./near-api-js-5-client.ts";
import { CALL_GAS, failed, rawRequest, readOutcome, type ScenarioClient } from "./scenario-client.ts";

type Secret = Parameters<typeof KeyPair.fromString>[0];

/** near-api-js 7 on a running sandbox. */
export function nearApiJs7Client(sandbox: SandboxAccess): ScenarioClient {
  const { rootId, rpcUrl } = sandbox;
  const provider = new JsonRpcProvider({ url: rpcUrl });
  const signers = new Map([[rootId, new KeyPairSigner(KeyPair.fromString(sandbox.rootSecretKey as Secret))]]);
  const account = (accountId: string) => new Account(accountId, provider, signers.get(accountId));
  const newKey = (name: string | null) => {
    const pair = KeyPair.fromRandom("ed25519");
    const publicKey = pair.getPublicKey().toString();
    signers.set(name ?? publicKey, new KeyPairSigner(pair));
    return publicKey;
  };
  return {
    rootId,
    async createAccount(accountId, nearToTransfer) {
      const publicKey = newKey(accountId);
      await account(rootId).createAccount({ newAccountId: accountId, publicKey, nearToTransfer });
    },
    async deleteAccount(accountId, beneficiaryId) {
      await account(accountId).deleteAccount(beneficiaryId);
    },
    async deploy(accountId, code) {
      await account(accountId).deployContract(code);
    },
    async call({ contractId, depositYocto = 0n, input = "", methodName, signerId, signWith }) {
      const action = actions.functionCall(methodName, Buffer.from(input), CALL_GAS, depositYocto);
      try {
        const sender = new Account(signerId, provider, signers.get(signWith ?? signerId));
        const sent = { receiverId: contractId, actions: [action], throwOnFailure: false };
        return readOutcome(await sender.signAndSendTransaction(sent));
      } catch (error) {
        return failed(error);
      }
    },
    async view(contractId, methodName) {
      const deserialize = { deserializer: (bytes: Uint8Array) => Buffer.from(bytes).toString() };
      const viewed = await provider.callFunction({
        contractId,
        method: methodName,
        args: {},
        ...deserialize,
      });
      return String(viewed);
    },
    async transfer(fromId, receiverId, amount) {
      await account(fromId).transfer({ receiverId, amount });
    },
    async addKey(accountId, { allowanceYocto: allowance, contractId, methodNames }) {
      const publicKey = newKey(null);
      const permission = { publicKey, contractId, methodNames: [...methodNames], allowance };
      await account(accountId).addFunctionCallAccessKey(permission);
      return publicKey;
    },
    async deleteKey(accountId, publicKey) {
      await account(accountId).deleteKey(publicKey);
    },
    async keyPermission(accountId, publicKey) {
      const { keys } = await account(accountId).getAccessKeyList();
      return keys.find((key) => key.public_key === publicKey)?.access_key.permission ?? null;
    },
    async balanceYocto(accountId) {
      try {
        return (await account(accountId).getState()).balance.total;
      } catch (error) {
        if (error instanceof AccountDoesNotExistError) return null;
        throw error;
      }
    },
    async state(contractId) {
      const { values } = await account(contractId).getContractState();
      return Object.fromEntries(values.map(({ key, value }) => [fromBase64(key), fromBase64(value)]));
    },
    async patchState(records) {
      await rawRequest(rpcUrl, "sandbox_patch_state", { records });
    },
    async fastForward(blocks) {
      await rawRequest(rpcUrl, "sandbox_fast_forward", { delta_height: blocks });
    },
    async head() {
      const { header } = await provider.viewBlock({ finality: "final" });
      return { height: header.height, timestampNanos: BigInt(header.timestamp_nanosec) };
    },
    stop: sandbox.stop,
  };
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString();
}
