import { after, before } from "node:test";
import { Account, JsonRpcProvider, KeyPairSigner, type KeyPairString } from "near-api-js";
import { InMemoryKeyStore, Near, type PrivateKey, parseKey } from "near-kit";
import { KeyPair, Worker } from "near-workspaces";
import { sandboxEnvironment } from "../../sandbox/src/launcher/ensure-sandbox.ts";
import { secretKeyText } from "../src/crypto/keys.ts";
import { createRpcReader, createSender } from "../src/index.ts";
import { nearApiJsTransport } from "../src/transport/near-api-js.ts";
import { nearKitTransport } from "../src/transport/near-kit.ts";
import { nearWorkspacesTransport } from "../src/transport/near-workspaces.ts";
import { silenceNearApiJs5 } from "./silence-near-api-js-5.ts";
import { startNetwork, type TestChain } from "./test-chain.ts";
import { type OpenTransport, testTransport } from "./transport-suite.ts";

Object.assign(process.env, sandboxEnvironment());
silenceNearApiJs5();

let worker: Worker;
let chain: TestChain;

before(async () => {
  worker = await Worker.init();
  const rootAccount = {
    accountId: worker.rootAccount.accountId,
    secretKey: String(await worker.rootAccount.getKey()),
  };
  // near-workspaces' own types hide what its provider extends.
  const { connection } = worker.provider as unknown as { readonly connection: { readonly url: string } };
  chain = await startNetwork({ rpcUrl: connection.url, rootAccount }, Object.keys(TRANSPORTS));
});

after(() => worker?.tearDown());

const TRANSPORTS: Readonly<Record<string, OpenTransport>> = {
  jsonrpc: async ({ rpcUrl: url, contractId }, accountId, keyPair) => ({
    reader: createRpcReader({ endpoint: { url }, contractId }),
    caller: createSender({ endpoint: { url }, contractId, accountId, keyPair }),
  }),
  nearapijs: async ({ rpcUrl: url, contractId }, accountId, keyPair) => {
    const signer = KeyPairSigner.fromSecretKey(secretKeyText(keyPair) as KeyPairString);
    return nearApiJsTransport(new Account(accountId, new JsonRpcProvider({ url }), signer), contractId);
  },
  nearkit: async ({ rpcUrl, contractId }, accountId, keyPair) => {
    const keyStore = new InMemoryKeyStore();
    await keyStore.add(accountId, parseKey(secretKeyText(keyPair) as PrivateKey));
    const near = new Near({ network: { rpcUrl, networkId: "localnet" }, keyStore });
    return nearKitTransport(near, contractId, { accountId, signerKey: keyPair.publicKey });
  },
  nearworkspaces: async ({ contractId }, accountId, keyPair) => {
    const account = worker.rootAccount.getAccount(accountId);
    await account.setKey(KeyPair.fromString(secretKeyText(keyPair) as never));
    return nearWorkspacesTransport(worker, contractId, account);
  },
};

for (const [at, [name, open]] of Object.entries(TRANSPORTS).entries()) {
  testTransport(name, open, () => {
    const member = chain.members[at];
    if (member === undefined) throw new Error(`no member for ${name}`);
    return { chain, member };
  });
}
