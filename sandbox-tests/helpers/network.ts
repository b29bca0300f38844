import "./quiet.ts";
import { type NearAccount, Worker } from "near-workspaces";
import { type Ed25519KeyPair, generateEd25519KeyPair, signerKey } from "../../sdk/src/crypto/keys.ts";
import type { keysetHash } from "../../sdk/src/crypto/keyset-hash.ts";
import { signTlsKeyProof } from "../../sdk/src/crypto/tls-key-proof.ts";

export const NETWORK_ID = "sandbox-tests";
export const CALL_GAS = 30_000_000_000_000n;

/** One participant: its account and the TLS keys of its node and backup service. */
export interface Operator {
  readonly account: NearAccount;
  readonly nodeTls: Ed25519KeyPair;
  readonly serviceTls: Ed25519KeyPair;
}

export interface TestNetwork {
  readonly worker: Worker;
  readonly contract: NearAccount;
  readonly operators: readonly Operator[];
  readonly keyset: Parameters<typeof keysetHash>[0];
}

/** Deploys the built contract on a fresh chain and starts it with three participants and one Ed25519 domain. */
export async function startNetwork(config: Readonly<Record<string, unknown>> = {}): Promise<TestNetwork> {
  const worker = await Worker.init();
  const contract = await worker.rootAccount.createSubAccount("mpc");
  await contract.deploy("build/mpc_recovery.wasm");
  const operators: Operator[] = [];
  for (const name of ["alice", "bob", "carol"]) {
    const account = await worker.rootAccount.createSubAccount(name);
    operators.push({ account, nodeTls: generateEd25519KeyPair(), serviceTls: generateEd25519KeyPair() });
  }
  const keyset = {
    epoch_id: 0,
    domains: [{ domain_id: 0, key: generateEd25519KeyPair().publicKey, attempt: 0 }],
  };
  await contract.call(contract, "init_running", initArguments(operators, keyset, config), {
    gas: 10n * CALL_GAS,
  });
  return { worker, contract, operators, keyset: keyset as unknown as TestNetwork["keyset"] };
}

/** Address of an operator's node; a second machine listens elsewhere. */
export function infoOf(
  tls: Ed25519KeyPair,
  host: string,
): { readonly url: string; readonly tls_public_key: string } {
  return { url: `https://${host}.example.org`, tls_public_key: tls.publicKey };
}

/** The `tls_key_proof` of a node or backup service whose calls are signed by `accessKey`. */
export function proof(
  network: TestNetwork,
  operator: Operator,
  role: "node" | "backup_service",
  tls: Ed25519KeyPair,
  accessKey: string,
): string {
  return signTlsKeyProof(tls, {
    networkId: NETWORK_ID,
    contractId: network.contract.accountId,
    accountId: operator.account.accountId,
    role,
    signerKey: signerKey(accessKey),
  });
}

export function hostOf(operator: Operator): string {
  return operator.account.accountId.replace(/\..*/, "");
}

function initArguments(
  operators: readonly Operator[],
  keyset: unknown,
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    domains: [{ id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }],
    next_domain_id: 1,
    keyset,
    parameters: {
      threshold: 2,
      participants: {
        next_id: operators.length,
        participants: operators.map((operator, id) => [
          operator.account.accountId,
          id,
          infoOf(operator.nodeTls, hostOf(operator)),
        ]),
      },
    },
    init_config: { network_id: NETWORK_ID, ...config },
  };
}
