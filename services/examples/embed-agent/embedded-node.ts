import { join } from "node:path";
import type { ParticipantInfo } from "../../../contract/src/protocol/state.ts";
import type { TlsIdentity } from "../../../sdk/src/crypto/tls-identity.ts";
import type { KeyshareCheckers } from "../../keyshare/check-keyshares.ts";
import type { StoreOwner } from "../../keyshare/file-keyshare-store.ts";
import { callAsNode } from "../../node/adapters/call-as-node.ts";
import { runNodeAgent } from "../../node/agent.ts";
import { identifyPeer, type NodePeer } from "../../node/decide-transfer.ts";
import { createKeyshareRoutes } from "../../node/keyshare-routes.ts";
import { parseNodeEntry } from "../../node/memory.ts";
import type { CallAsNode } from "../../node/ports.ts";
import { checkFrostKeyshare } from "../../node/signer/check-frost-keyshare.ts";
import { createAlarm } from "../../operations/alarm.ts";
import { systemClock } from "../../operations/clock.ts";
import type { Log } from "../../operations/log.ts";
import type { OpenedProgram } from "../../operations/open-program.ts";
import { contractViewReader } from "../../operations/read-contract-view.ts";
import { createViewSource, type ReadContractView } from "../../operations/view-source.ts";
import { systemFiles } from "../../store/files.ts";
import { openJournal } from "../../store/journal.ts";
import { startPinnedServer } from "../../transport/pinned-server.ts";
import type { Route } from "../../transport/routes.ts";
import type { ShareVault } from "./share-vault.ts";
import { checkEcdhKeyshare, THRESHOLD_ECDH } from "./threshold-ecdh.ts";

/** The schemes of the example's network: FROST as it comes, and one of its own. */
export const CHECKERS: KeyshareCheckers = {
  "frost-ed25519": checkFrostKeyshare,
  [THRESHOLD_ECDH]: checkEcdhKeyshare,
};

/** The agent's way to the contract. */
export interface Chain {
  readonly readView: ReadContractView;
  readonly contract: CallAsNode;
}

/** What a signing node hands to the agent that it embeds. */
export interface EmbeddedNodeOptions {
  readonly owner: StoreOwner;
  readonly identity: TlsIdentity;
  /** The NEAR access key that the node signs with. */
  readonly signer_public_key: string;
  readonly url: ParticipantInfo["url"];
  readonly listen: { readonly host: string; readonly port: number };
  readonly chain: Chain;
  readonly vault: ShareVault;
  /** For the agent's journal; the vault is the node's own affair. */
  readonly data_folder: string;
  /** The node's own resources, served on the same port to the same peers. */
  readonly routes: readonly Route<NodePeer>[];
  readonly log: Log;
  readonly poll_interval_millis: number;
}

export interface EmbeddedNode {
  readonly port: number;
  /** Resolves when this machine was replaced, or after `stop`; rejects when the operator must act. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** The chain as a config names it: endpoints that must agree, or the operator's own node. */
export function chainOf(program: OpenedProgram): Chain {
  const readView = contractViewReader(program.reader, program.proof, program.owner.account);
  return { readView, contract: callAsNode(program) };
}

/** Runs the node agent within a signing node's own process, over its own vault and schemes. */
export async function startEmbeddedNode(options: EmbeddedNodeOptions): Promise<EmbeddedNode> {
  const { owner, identity, vault, log, chain, url, signer_public_key, poll_interval_millis } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const machine = { account_id: owner.account, tls_public_key: identity.publicKey };
  const shared = {
    view: createViewSource(chain.readView, systemClock, signal),
    store: vault,
    eraseKeyshares: vault.erase,
    journal: await openJournal(systemFiles, join(options.data_folder, "journal"), parseNodeEntry),
    checkers: CHECKERS,
    alarm: createAlarm(systemClock),
    log,
  };
  const hello = { ...machine, network_id: owner.network, contract_id: owner.contract };
  const server = await startPinnedServer<NodePeer>({
    identity,
    listen: options.listen,
    authorize: async (key) => identifyPeer(await shared.view.refresh(), machine, key),
    routes: [...createKeyshareRoutes(shared, hello), ...options.routes],
  });
  const info = { url, tls_public_key: identity.publicKey };
  const ended = runNodeAgent(
    {
      ...shared,
      contract: chain.contract,
      clock: systemClock,
      random: Math.random,
      revalidatePeers: () => server.revalidate(),
    },
    {
      account_id: owner.account,
      info,
      signer_public_key,
      poll_interval_millis,
      accept_missing_backup: false,
    },
    () => undefined,
    () => undefined,
    signal,
  ).finally(() => server.close());
  return {
    port: server.port,
    ended,
    async stop() {
      stopping.abort();
      await ended.catch(() => undefined);
    },
  };
}
