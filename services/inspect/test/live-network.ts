import { readFileSync } from "node:fs";
import { Account, actions, JsonRpcProvider, KeyPairSigner, type KeyPairString, PublicKey } from "near-api-js";
import type { CallInput } from "../../../contract/src/interface/methods.ts";
import { type RunningSandbox, startSandbox } from "../../../sandbox/src/launcher/start-sandbox.ts";
import { askNode } from "../../../sdk/src/client/json-rpc.ts";
import * as sdk from "../../../sdk/src/index.ts";

/** The real contract on the embedded chain with three operators, for the inspector to look at. */
export interface LiveNetwork {
  readonly rpcUrl: string;
  readonly contractId: string;
  readonly operators: readonly Operator[];
  readonly reader: sdk.ReadContract;
  readonly height: () => Promise<number>;
  readonly fastForward: (blocks: number) => Promise<void>;
  /** Makes an account that is no participant yet. */
  readonly newcomer: (name: string, seed: number) => Promise<Operator>;
  readonly stop: () => Promise<void>;
}

/** One operator: its account with one full-access key, and the keys of its machines. */
export interface Operator {
  readonly accountId: string;
  readonly participantId: number;
  readonly info: Info;
  readonly node: sdk.CallContract;
  readonly service: sdk.CallContract;
  readonly owner: sdk.CallContract;
  readonly nodeTls: sdk.Ed25519KeyPair;
  readonly serviceTls: sdk.Ed25519KeyPair;
  /** Another machine's keys; every seed makes others. */
  readonly machine: (seed: number) => Machine;
}

interface Info {
  readonly url: string;
  readonly tls_public_key: string;
}

/** A replacement: its access key is on the account already. */
export interface Machine {
  readonly caller: sdk.CallContract;
  readonly tls: sdk.Ed25519KeyPair;
}

const NETWORK = "localnet";
const CONTRACT = "test.near";
const NAMES = ["alice", "bob", "carol"];

/** Deploys and starts the contract; needs `build/mpc_recovery.wasm`. */
export async function startLiveNetwork(): Promise<LiveNetwork> {
  const sandbox = await startSandbox();
  const provider = new JsonRpcProvider({ url: sandbox.rpcUrl });
  const signer = KeyPairSigner.fromSecretKey(sandbox.rootAccount.secretKey as KeyPairString);
  const root = new Account(CONTRACT, provider, signer);
  await root.signAndSendTransaction({
    receiverId: CONTRACT,
    actions: [actions.deployContract(readFileSync("build/mpc_recovery.wasm"))],
  });
  const operators: Operator[] = [];
  for (const [id, name] of NAMES.entries())
    operators.push(await makeOperator(sandbox, root, name, id, 10 * (id + 1)));
  const rootKey = sdk.ed25519KeyPairFromSecretKey(sandbox.rootAccount.secretKey);
  await sdk.initRunning(callerOf(sandbox, CONTRACT, rootKey), initialState(operators));
  const { ask: askRpc } = askNode({ url: sandbox.rpcUrl });
  const reader = sdk.createRpcReader({ endpoint: { url: sandbox.rpcUrl }, contractId: CONTRACT });
  return {
    rpcUrl: sandbox.rpcUrl,
    contractId: CONTRACT,
    operators,
    reader,
    height: async () => (await sdk.version(reader)).blockHeight,
    fastForward: async (blocks) => {
      await askRpc("sandbox_fast_forward", { delta_height: blocks });
    },
    newcomer: (name, seed) => makeOperator(sandbox, root, name, NAMES.length, seed),
    stop: sandbox.stop,
  };
}

/** A machine of this role makes itself known. */
export async function submitNode({ info, node, nodeTls }: Operator): Promise<void> {
  await sdk.submitParticipantInfo(node, {
    participant_info: info,
    tls_key_proof: proof(nodeTls, "node", node),
  });
}

export async function registerService({ service, serviceTls }: Operator): Promise<void> {
  await sdk.registerBackupService(service, {
    backup_service_info: { public_key: serviceTls.publicKey, signer_account_pk: service.signerKey },
    tls_key_proof: proof(serviceTls, "backup_service", service),
  });
}

export async function confirmBackup(network: LiveNetwork, { service }: Operator): Promise<void> {
  const { value } = await sdk.state(network.reader);
  if (value.kind !== "Running") throw new Error(`expected Running, found ${value.kind}`);
  const { keyset } = value;
  await sdk.confirmBackup(service, {
    epoch_id: keyset.epoch_id,
    keyset_hash: sdk.keysetHash(keyset),
    digest: "ab".repeat(32),
  });
}

export async function enterRecovery(operator: Operator, { caller, tls }: Machine): Promise<void> {
  await sdk.submitParticipantRecoveryInfo(caller, {
    participant_info: { url: operator.info.url, tls_public_key: tls.publicKey },
    tls_key_proof: proof(tls, "node", caller),
  });
}

/** Asks for a signature that nobody answers, until the signal is aborted; resolves once the contract shows it. */
export async function askForSignature(
  { reader }: LiveNetwork,
  { owner }: Operator,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const request = { path, payload_v2: { Eddsa: "ab".repeat(40) }, domain_id: 0 };
  const { value: before } = await sdk.pendingRequests(reader);
  const asking = sdk.sign(owner, reader, request, { signal });
  const failed = asking.then(
    () => new Error("expected no answer"),
    (error: Error) => error,
  );
  const isAborted = () => signal.aborted;
  for (;;) {
    const shown = sdk.pendingRequests(reader).then(({ value }) => value.length);
    const first = await Promise.race([shown, failed]);
    if (first instanceof Error && !isAborted()) throw first;
    if (first !== before.length) return;
  }
}

/** The present participants and this newcomer, as `vote_new_parameters` takes it. */
export async function proposalWith(
  { reader }: LiveNetwork,
  newcomer: Operator,
): Promise<CallInput<"vote_new_parameters">> {
  const { value } = await sdk.state(reader);
  if (value.kind !== "Running") throw new Error(`expected Running, found ${value.kind}`);
  const { next_id, participants } = value.parameters.participants;
  const entry = [newcomer.accountId, next_id, newcomer.info] as const;
  return {
    prospective_epoch_id: value.keyset.epoch_id + 1,
    proposal: {
      parameters: {
        participants: { next_id: next_id + 1, participants: [...participants, entry] },
        threshold: 3,
      },
      per_domain_thresholds: {},
    },
  };
}

function proof(tls: sdk.Ed25519KeyPair, role: sdk.TlsKeyOwner["role"], caller: sdk.CallContract): string {
  const { accountId, signerKey } = caller;
  return sdk.signTlsKeyProof(tls, { networkId: NETWORK, contractId: CONTRACT, accountId, role, signerKey });
}

async function makeOperator(
  sandbox: RunningSandbox,
  root: Account,
  name: string,
  participantId: number,
  seed: number,
): Promise<Operator> {
  const accountId = `${name}.${CONTRACT}`;
  const [owner, node, service, nodeTls, serviceTls] = [0, 1, 2, 3, 4].map((offset) => key(seed + offset)) as [
    Pair,
    Pair,
    Pair,
    Pair,
    Pair,
  ];
  const machineKeys = [5, 7].map((offset) => key(seed + offset));
  await root.signAndSendTransaction({
    receiverId: accountId,
    actions: [
      actions.createAccount(),
      actions.transfer(100n * 10n ** 24n),
      ...[owner, node, service, ...machineKeys].map(({ publicKey }) =>
        actions.addFullAccessKey(PublicKey.from(publicKey)),
      ),
    ],
  });
  return {
    accountId,
    participantId,
    info: { url: `https://${name}.example:4000`, tls_public_key: nodeTls.publicKey },
    owner: callerOf(sandbox, accountId, owner),
    node: callerOf(sandbox, accountId, node),
    service: callerOf(sandbox, accountId, service),
    nodeTls,
    serviceTls,
    machine: (offset) => ({
      caller: callerOf(sandbox, accountId, key(seed + offset)),
      tls: key(seed + offset + 1),
    }),
  };
}

type Pair = sdk.Ed25519KeyPair;

function key(seed: number): Pair {
  return sdk.ed25519KeyPairFromSeed(new Uint8Array(32).fill(seed));
}

function callerOf({ rpcUrl }: RunningSandbox, accountId: string, keyPair: Pair): sdk.CallContract {
  return sdk.createSender({ endpoint: { url: rpcUrl }, contractId: CONTRACT, accountId, keyPair });
}

function initialState(operators: readonly Operator[]): CallInput<"init_running"> {
  const participants = operators.map(
    ({ accountId, info, participantId }) => [accountId, participantId, info] as const,
  );
  return {
    domains: [{ id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }],
    next_domain_id: 1,
    keyset: { epoch_id: 4, domains: [{ domain_id: 0, key: key(200).publicKey, attempt: 0 }] },
    parameters: { participants: { next_id: operators.length, participants }, threshold: 2 },
    init_config: { network_id: NETWORK, recovery_timeout_blocks: 7200 },
  };
}
