import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Account, actions, JsonRpcProvider, KeyPairSigner, type KeyPairString, PublicKey } from "near-api-js";
import { DEFAULT_CONFIG } from "../../contract/src/protocol/limits.ts";
import type { Config } from "../../contract/src/protocol/records.ts";
import * as sdk from "../src/index.ts";

/** Settings of the networks that tests start on the embedded chain. */
export const CONFIG: Config = { ...DEFAULT_CONFIG, network_id: "localnet" };

/** One participant with all its keys. The owner's key has full access, the node's and service's what they need. */
export interface Member {
  readonly accountId: string;
  readonly ownerKey: sdk.Ed25519KeyPair;
  readonly nodeKey: sdk.Ed25519KeyPair;
  readonly serviceKey: sdk.Ed25519KeyPair;
  readonly tlsKey: sdk.Ed25519KeyPair;
  readonly serviceTlsKey: sdk.Ed25519KeyPair;
  readonly info: { readonly url: string; readonly tls_public_key: string };
}

/** An embedded chain with the contract running in its root account. */
export interface TestChain {
  readonly rpcUrl: string;
  readonly contractId: string;
  readonly rootKey: sdk.Ed25519KeyPair;
  readonly members: readonly Member[];
}

/** A chain to start a network on: where it answers, and its root account. */
export interface EmptyChain {
  readonly rpcUrl: string;
  readonly rootAccount: { readonly accountId: string; readonly secretKey: string };
}

const WASM = new URL("../../build/mpc_recovery.wasm", import.meta.url);
const NEAR = 10n ** 24n;

/** Deploys the built contract and starts it with these participants, one Ed25519 domain and a threshold of 60 %. */
export async function startNetwork(chain: EmptyChain, names: readonly string[]): Promise<TestChain> {
  assert.ok(existsSync(WASM), "build/mpc_recovery.wasm is missing: run npm run build");
  const { rpcUrl, rootAccount } = chain;
  const contractId = rootAccount.accountId;
  const members = names.map((name, at) => member(`${name}.${contractId}`, name, at));
  const provider = new JsonRpcProvider({ url: rpcUrl });
  const signer = KeyPairSigner.fromSecretKey(rootAccount.secretKey as KeyPairString);
  const root = new Account(contractId, provider, signer);
  await root.signAndSendTransaction({
    receiverId: contractId,
    actions: [actions.deployContract(readFileSync(WASM))],
    waitUntil: "FINAL",
  });
  for (const each of members) await createAccount(root, contractId, each);
  const rootKey = sdk.ed25519KeyPairFromSecretKey(rootAccount.secretKey);
  const endpoint = { url: rpcUrl };
  const owner = sdk.createSender({ endpoint, contractId, accountId: contractId, keyPair: rootKey });
  await sdk.initRunning(owner, initialState(members));
  return { rpcUrl, contractId, rootKey, members };
}

/** The same keys for the same seed. */
export function keyOf(seed: number): sdk.Ed25519KeyPair {
  return sdk.ed25519KeyPairFromSeed(new Uint8Array(32).fill(seed));
}

function member(accountId: string, name: string, at: number): Member {
  const key = (use: number) => keyOf(10 * (at + 1) + use);
  const tlsKey = key(3);
  return {
    accountId,
    ownerKey: key(0),
    nodeKey: key(1),
    serviceKey: key(2),
    tlsKey,
    serviceTlsKey: key(4),
    info: { url: `https://${name}.example`, tls_public_key: tlsKey.publicKey },
  };
}

async function createAccount(root: Account, contractId: string, created: Member): Promise<void> {
  const { accountId, ownerKey, nodeKey, serviceKey } = created;
  await root.signAndSendTransaction({
    receiverId: accountId,
    waitUntil: "FINAL",
    actions: [
      actions.createAccount(),
      actions.transfer(100n * NEAR),
      actions.addFullAccessKey(PublicKey.from(ownerKey.publicKey)),
      sdk.addRoleKeyAction({ contractId, role: "node", publicKey: nodeKey.publicKey }),
      sdk.addRoleKeyAction({ contractId, role: "backup_service", publicKey: serviceKey.publicKey }),
    ],
  });
}

function initialState(members: readonly Member[]) {
  const entries = members.map(({ accountId, info }, id) => [accountId, id, info] as const);
  const domain = { id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" } as const;
  return {
    domains: [domain],
    next_domain_id: 1,
    keyset: { epoch_id: 0, domains: [{ domain_id: 0, key: keyOf(255).publicKey, attempt: 0 }] },
    parameters: {
      participants: { next_id: members.length, participants: entries },
      threshold: Math.max(2, Math.ceil(0.6 * members.length)),
    },
    init_config: CONFIG,
  };
}
