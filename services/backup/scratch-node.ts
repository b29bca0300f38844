import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { AccountId, BlockHeight, RecoveryId, TlsPublicKey } from "../../contract/src/protocol/brand.ts";
import type { ParticipantInfo, RecoveryState, RunningState } from "../../contract/src/protocol/state.ts";
import { generateEd25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { tlsIdentityFromKeyPair } from "../../sdk/src/crypto/tls-identity.ts";
import { openFileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import type { Keyshare } from "../keyshare/keyshare.ts";
import { keysharesDocument } from "../keyshare/keyshares-document.ts";
import { identifyPeer } from "../node/decide-transfer.ts";
import { FROST_CHECKERS } from "../node/frost-checkers.ts";
import { createKeyshareRoutes } from "../node/keyshare-routes.ts";
import { parseNodeEntry } from "../node/memory.ts";
import { createAlarm } from "../operations/alarm.ts";
import { systemClock } from "../operations/clock.ts";
import type { ContractView } from "../operations/contract-view.ts";
import type { OpenedProgram } from "../operations/open-program.ts";
import { systemFiles } from "../store/files.ts";
import { openJournal } from "../store/journal.ts";
import { type StoreKey, storeKeyFromBytes } from "../store/store-key.ts";
import { startPinnedServer } from "../transport/pinned-server.ts";
import { exchangeOverTls } from "./adapters/exchange-keyshares.ts";
import type { NodeAndKeyset } from "./decide.ts";

type Target = NodeAndKeyset & { readonly height: number };

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NEW_STORE_KEY_BYTES = 32;

/**
 * Starts a node with new keys in `folder`, on the loopback, that believes itself in a Recovery of this keyset; sends
 * it the shares as in a real Recovery, stops it, and returns what a node finds on that disk when it starts anew.
 */
export async function restoreIntoScratchNode(
  program: OpenedProgram,
  target: Target,
  shares: readonly Keyshare[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly Keyshare[]> {
  const key = storeKeyFromBytes(randomBytes(NEW_STORE_KEY_BYTES));
  const node = await startScratchNode(program, target, folder, key);
  try {
    const document = keysharesDocument(target.keyset, shares);
    await exchangeOverTls(program.identity).send(node.info, document, signal);
  } finally {
    await node.close();
  }
  const again = await openFileKeyshareStore(systemFiles, join(folder, "keyshares"), key, program.owner);
  return (await again.export(target.keyset_hash)) ?? [];
}

async function startScratchNode(
  { identity, owner }: OpenedProgram,
  target: Target,
  folder: string,
  key: StoreKey,
) {
  const scratch = tlsIdentityFromKeyPair(generateEd25519KeyPair());
  const machine = { account_id: owner.account, tls_public_key: scratch.publicKey };
  const view = viewOfRecovery(target, owner.account, scratch.publicKey, identity.publicKey);
  const ports = {
    view: { refresh: async () => view, recent: async () => view },
    store: await openFileKeyshareStore(systemFiles, join(folder, "keyshares"), key, owner),
    journal: await openJournal(systemFiles, join(folder, "journal"), parseNodeEntry),
    checkers: FROST_CHECKERS,
    alarm: createAlarm(systemClock),
    log: SILENT,
  };
  const hello = { ...machine, network_id: owner.network, contract_id: owner.contract };
  const server = await startPinnedServer({
    identity: scratch,
    listen: { host: "127.0.0.1", port: 0 },
    authorize: async (peerKey) => identifyPeer(view, machine, peerKey),
    routes: createKeyshareRoutes(ports, hello),
  });
  const url = `https://127.0.0.1:${server.port}` as ParticipantInfo["url"];
  return { info: { url, tls_public_key: scratch.publicKey }, close: () => server.close() };
}

/** What the contract would show if the account recovered towards the scratch node. */
function viewOfRecovery(
  { node, participant_id, keyset, height }: Target,
  accountId: string,
  scratchKey: TlsPublicKey,
  serviceKey: TlsPublicKey,
): ContractView {
  const account_id = accountId as AccountId;
  const running = {
    kind: "Running",
    keyset,
    parameters: { participants: { participants: [[account_id, participant_id, node]] } },
  } as unknown as RunningState;
  const recovering = {
    account_id,
    participant_id,
    prospective_info: { url: node.url, tls_public_key: scratchKey },
    started_in: height as BlockHeight,
  } as RecoveryState["recovering"];
  const state: RecoveryState = {
    kind: "Recovery",
    previous_running_state: running,
    recovery_id: 0 as RecoveryId,
    first_recovery_id: 0 as RecoveryId,
    recovering,
    cancel_votes: [],
    attestation: null,
  };
  const backup_service = { public_key: serviceKey, signer_account_pk: serviceKey, url: null };
  return {
    height,
    proof: { kind: "own_node" },
    state,
    node_key: null,
    candidate_info: null,
    needs_storage_deposit: false,
    backup_service: backup_service as unknown as ContractView["backup_service"],
    receipt: null,
  };
}
