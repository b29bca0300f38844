import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NearAccount } from "near-workspaces";
import type { CallInput } from "../../contract/src/interface/methods.ts";
import type { Keyset, RunningState } from "../../contract/src/protocol/state.ts";
import { initRunning } from "../../sdk/src/actions/calls.ts";
import { backupServiceMethods, nodeMethods, state as readState } from "../../sdk/src/actions/views.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import type { ReadContract } from "../../sdk/src/client/read-contract.ts";
import { createSender } from "../../sdk/src/client/sender.ts";
import { ed25519KeyPairFromSecretKey } from "../../sdk/src/crypto/keys.ts";
import { addRoleKey, type DemoChain } from "./chain.ts";
import { freePorts } from "./impostor.ts";
import { type DemoSettings, generateKeys, initBackup, initNode, type Machine } from "./machines.ts";
import { expectEqual, type Timeline } from "./timeline.ts";

export const PARTICIPANTS = 3;
export const THRESHOLD = 2;
/** The group key that an ordinary Ed25519 verifier checks, and one on secp256k1; positions are domain ids. */
const DOMAIN_SCHEMES = ["frost-ed25519", "frost-secp256k1"] as const;

/** Three operators, each with an account, a node and a backup service on machines of their own. */
export interface DemoNetwork {
  readonly accounts: readonly NearAccount[];
  readonly nodes: readonly Machine[];
  readonly backups: readonly Machine[];
}

/** Makes accounts, folders and keys, and gives every machine an access key for just its role's methods. */
export async function setUpNetwork(
  chain: DemoChain,
  settings: DemoSettings,
  reader: ReadContract,
  timeline: Timeline,
): Promise<DemoNetwork> {
  const ports = await freePorts(PARTICIPANTS);
  const accounts: NearAccount[] = [];
  const nodes: Machine[] = [];
  const backups: Machine[] = [];
  for (const [index, port] of ports.entries()) {
    const account = await chain.createOperator(`node-${index + 1}`);
    const url = `https://127.0.0.1:${port}`;
    const [node, backup] = await Promise.all([
      initNode(settings, `node-${index + 1}`, account, { url, port }),
      initBackup(settings, `backup-${index + 1}`, account),
    ]);
    await giveRoleKeys(reader, settings.contractId, node, backup);
    accounts.push(account);
    nodes.push(node);
    backups.push(backup);
  }
  await timeline.say(
    "operators",
    `${PARTICIPANTS} accounts, each with a node and a backup service, keys limited to their roles' methods`,
  );
  return { accounts, nodes, backups };
}

export async function giveRoleKeys(
  reader: ReadContract,
  contractId: string,
  node: Machine | null,
  backup: Machine | null,
): Promise<void> {
  if (node !== null) {
    const { value } = await nodeMethods(reader);
    await addRoleKey(node.account, node.nearPublicKey, contractId, value);
  }
  if (backup !== null) {
    const { value } = await backupServiceMethods(reader);
    await addRoleKey(backup.account, backup.nearPublicKey, contractId, value);
  }
}

/** Distributed key generation between the nodes, then `init_running` with the keys that all of them agree on. */
export async function startNetwork(
  chain: DemoChain,
  settings: DemoSettings,
  network: DemoNetwork,
  reader: ReadContract,
  timeline: Timeline,
): Promise<RunningState> {
  const participants = network.nodes.map(participantEntry);
  const file = join(settings.folder, "participants.json");
  writeFileSync(
    file,
    JSON.stringify({ threshold: THRESHOLD, domains: DOMAIN_SCHEMES, participants }, null, 2),
  );
  const keysets = await Promise.all(network.nodes.map((node) => generateKeys(node, file)));
  const [agreed] = keysets;
  if (agreed === undefined) throw new Error("expected a keyset of every node, found none");
  for (const keyset of keysets) expectEqual("the keyset that each node printed", keyset, agreed);
  await timeline.held(
    "nodes",
    `FROST key generation (${THRESHOLD} of ${PARTICIPANTS}) for ${DOMAIN_SCHEMES.join(" and ")}; all agree on the group keys`,
  );
  await initRunning(await contractSender(chain), initArguments(settings, participants, agreed));
  const { value: state } = await readState(reader);
  if (state.kind !== "Running") throw new Error(`expected Running after init_running, found ${state.kind}`);
  expectEqual("the keyset on chain", state.keyset, agreed);
  await timeline.held(
    "contract",
    `started with ${PARTICIPANTS} participants, threshold ${THRESHOLD}, ${state.keyset.domains.length} domains; both group keys on chain`,
  );
  return state;
}

/** Calls as the contract's own account, which alone may start it. */
async function contractSender(chain: DemoChain): Promise<CallContract> {
  const key = await chain.contract.getKey();
  if (key === null) throw new Error(`expected a key of ${chain.contract.accountId}, found none`);
  const { accountId } = chain.contract;
  const keyPair = ed25519KeyPairFromSecretKey(key.toString());
  return createSender({ endpoint: { url: chain.rpcUrl }, contractId: accountId, accountId, keyPair });
}

interface ParticipantFileEntry {
  readonly account_id: string;
  readonly participant_id: number;
  readonly url: string;
  readonly tls_public_key: string;
}

function participantEntry(node: Machine, participant_id: number): ParticipantFileEntry {
  return {
    account_id: node.account.accountId,
    participant_id,
    url: node.url,
    tls_public_key: node.tlsPublicKey,
  };
}

function initArguments(
  settings: DemoSettings,
  participants: readonly ParticipantFileEntry[],
  keyset: Keyset,
): CallInput<"init_running"> {
  const entries = participants.map(
    ({ account_id, participant_id, url, tls_public_key }) =>
      [account_id, participant_id, { url, tls_public_key }] as const,
  );
  const domains = DOMAIN_SCHEMES.map(
    (_, id) => ({ id, protocol: "Frost", reconstruction_threshold: THRESHOLD, purpose: "Sign" }) as const,
  );
  return {
    domains,
    next_domain_id: domains.length,
    keyset,
    parameters: {
      participants: { next_id: participants.length, participants: entries },
      threshold: THRESHOLD,
    },
    init_config: { network_id: settings.networkId },
  };
}
