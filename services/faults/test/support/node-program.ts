import { signerKey } from "../../../../contract/test/support/keys.ts";
import { account, entry, infoOf, nodeInfo, proof } from "../../../../contract/test/support/network.ts";
import { openFileKeyshareStore } from "../../../keyshare/file-keyshare-store.ts";
import type { Keyset, Keyshare } from "../../../keyshare/keyshare.ts";
import { decideNow, stepNodeAgent } from "../../../node/agent.ts";
import { identifyPeer, type NodePeer } from "../../../node/decide-transfer.ts";
import { createKeyshareRoutes } from "../../../node/keyshare-routes.ts";
import { type NodeEntry, parseNodeEntry } from "../../../node/memory.ts";
import type { CallAsNode, NodePorts } from "../../../node/ports.ts";
import { createWebEndpoint } from "../../../node/web-endpoint.ts";
import { createAlarm } from "../../../operations/alarm.ts";
import { memoryLog, NEVER } from "../../../operations/test/in-memory-ports.ts";
import { createViewSource } from "../../../operations/view-source.ts";
import type { Files } from "../../../store/files.ts";
import { type Journal, openJournal } from "../../../store/journal.ts";
import type { Route } from "../../../transport/routes.ts";
import { createOwnKeys } from "../../../transport/web/own-keys.ts";
import { openUsedSessions } from "../../../transport/web/used-sessions.ts";
import type { WebEndpoint } from "../../../transport/web/web-server.ts";
import type { Life } from "./life.ts";
import type { Outside, Surroundings } from "./outside.ts";
import { ownerOf, PLACES, STORE_KEY, tlsKeyPair } from "./parties.ts";

/** A machine of an account: its TLS key has the label, its access key `<label>-node`. */
export interface NodeIdentity {
  readonly name: string;
  readonly label: string;
}

/** A running node agent and what it serves. */
export interface NodeParts {
  step(): ReturnType<typeof stepNodeAgent>;
  /** Reads the contract and says what the agent would do. */
  decide(): ReturnType<typeof decideNow>;
  /** The MPC node beside it has new shares. */
  importShares(keyset: Keyset, shares: readonly Keyshare[]): Promise<void>;
  readonly routes: readonly Route<NodePeer>[];
  readonly endpoint: WebEndpoint;
  authorize(key: string): Promise<NodePeer | null>;
}

/** Starts the real agent, with the real routes of both transports, on these files. */
export async function openNode(
  self: NodeIdentity,
  { outside, checkers, clock }: Surroundings,
  files: Files,
  life: Life,
): Promise<NodeParts> {
  const { name, label } = self;
  const tlsKey = tlsKeyPair(label);
  const settings = {
    account_id: account(name),
    info: infoOf(name, label),
    signer_public_key: signerKey(`${label}-node`),
    accept_missing_backup: false,
    poll_interval_millis: 1_000,
  };
  const owner = ownerOf(name);
  const journal: Journal<NodeEntry> = await openJournal(files, PLACES.journal, parseNodeEntry);
  const store = await openFileKeyshareStore(files, PLACES.shares, STORE_KEY, owner);
  const view = createViewSource(() => outside.readView(name, life), clock, NEVER);
  const ports: NodePorts = {
    view,
    contract: callsOf(self, outside, life),
    store,
    eraseKeyshares: store.erase,
    journal,
    checkers,
    alarm: createAlarm(clock),
    clock,
    log: memoryLog(),
    random: () => 0.5,
    revalidatePeers: async () => undefined,
  };
  const machine = { account_id: settings.account_id, tls_public_key: settings.info.tls_public_key };
  const hello = { network_id: owner.network, contract_id: owner.contract, ...machine };
  return {
    step: () => stepNodeAgent(ports, settings, () => undefined, NEVER),
    decide: () => decideNow(ports, settings),
    async importShares(keyset, shares) {
      await store.import(keyset, shares);
    },
    routes: createKeyshareRoutes(ports, hello),
    endpoint: createWebEndpoint({
      ports,
      identity: hello,
      tlsKey,
      readSlots: (purpose) => outside.readSlots(name, purpose, life),
      keys: createOwnKeys({
        role: "node",
        owner,
        tlsKey,
        readSlots: (purpose) => outside.readSlots(name, purpose, life),
        publish: (key) => outside.call(name, `${label}-node`, { type: "submit_ephemeral_key", ...key }, life),
      }),
      used: await openUsedSessions(files, PLACES.folder),
      // Negative: no view is ever recent enough, each request is judged on one of its own.
      viewAges: { admitMillis: -1, refuseMillis: -1 },
      signal: NEVER,
    }),
    authorize: async (key) => identifyPeer(await view.refresh(), machine, key as NodePeer["tls_public_key"]),
  };
}

function callsOf({ name, label }: NodeIdentity, outside: Outside, life: Life): CallAsNode {
  const signer = `${label}-node`;
  const call = (command: Parameters<Outside["call"]>[2]) => outside.call(name, signer, command, life);
  return {
    submitParticipantInfo: (participant_info) =>
      call({
        ...nodeInfo(name, signer),
        type: "submit_participant_info",
        participant_info,
        tls_key_proof: proof(name, "node", label, signer),
        attestation: null,
      }),
    submitRecoveryInfo: (participant_info) => call({ ...entry(name, label, signer), participant_info }),
    concludeRecovery: (recovery_id, keyset) =>
      call({ type: "conclude_recovery", keyset, recovery_id: recovery_id as never }),
  };
}
