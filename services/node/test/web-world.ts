import type { TestContext } from "node:test";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../../contract/src/protocol/records.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { ENVELOPE_LIMITS } from "../../../sdk/src/crypto/envelope-header.ts";
import { verifyEphemeralKeyProof } from "../../../sdk/src/crypto/ephemeral-key-proof.ts";
import type { Ed25519KeyPair } from "../../../sdk/src/crypto/keys.ts";
import { tlsIdentityFromKeyPair } from "../../../sdk/src/crypto/tls-identity.ts";
import { ContractError } from "../../../sdk/src/errors/contract-error.ts";
import { exchangeOverWeb } from "../../backup/adapters/exchange-over-web.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleCheckers, sampleShares } from "../../keyshare/test/samples.ts";
import { createAlarm } from "../../operations/alarm.ts";
import { systemClock } from "../../operations/clock.ts";
import type { ContractView } from "../../operations/contract-view.ts";
import { FAKE_KEYSET, loopbackInfo, runningWith, testKey } from "../../operations/test/fake-contract.ts";
import { memoryLog, NEVER } from "../../operations/test/in-memory-ports.ts";
import { recovery, view } from "../../operations/test/sample-views.ts";
import { createViewSource } from "../../operations/view-source.ts";
import { openJournal } from "../../store/journal.ts";
import { storeKeyFromBytes } from "../../store/store-key.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../store/test/crashing-files.ts";
import type { ServerLimits } from "../../transport/limits.ts";
import { startPinnedServer } from "../../transport/pinned-server.ts";
import { createOwnKeys, type PublishKey } from "../../transport/web/own-keys.ts";
import type { ReadSessionSlots, Slot } from "../../transport/web/session-slots.ts";
import { openUsedSessions } from "../../transport/web/used-sessions.ts";
import { createWebServer, type WebEndpoint, type WebEvent } from "../../transport/web/web-server.ts";
import { parseNodeEntry } from "../memory.ts";
import { createWebEndpoint } from "../web-endpoint.ts";

export const NODE = testKey(1);
export const SERVICE = testKey(2);
export const MALLORY = testKey(3);
export const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
export const HASH = keysetHash(FAKE_KEYSET);
export const EXPECTED = { epoch_id: FAKE_KEYSET.epoch_id, keyset_hash: HASH };
export const WHOLE = keysharesDocument(FAKE_KEYSET, sampleShares(FAKE_KEYSET, 0));
/** How long the contract keeps an ephemeral key, in blocks. */
export const KEY_BLOCKS = 600;

export const nodeInfo = (port: number) => loopbackInfo(NODE.publicKey, port);
export const running = (port: number): ProtocolState => runningWith(nodeInfo(port));
/** The account recovers towards the node. */
export const recovering = (port: number): ProtocolState => ({
  ...recovery({ prospective_info: nodeInfo(port) }),
  previous_running_state: runningWith(loopbackInfo(testKey(7).publicKey, 1)) as never,
});

/** The contract as both programs meet it. */
export function fakeContract() {
  const keys = new Map<string, { session: number; public_key: never; expires_on: number }>();
  const published: string[] = [];
  const at = {
    view: view({ backup_service: registered(SERVICE) }),
    height: 200,
    /** So many publications from now on are taken, but not shown at first. */
    hide: 0,
    keys,
    published,
  };
  const slot = (role: TlsKeyRole, purpose: EphemeralKeyPurpose): Slot => {
    const last = keys.get(`${role} ${purpose}`);
    if (last === undefined) return { session: 0, key: null };
    const { session, ...key } = last;
    return { session, key: at.height < key.expires_on ? key : null };
  };
  const readSlots: ReadSessionSlots = async (purpose) => {
    const hidden = at.hide > 0 && published.length > 0;
    if (hidden) at.hide -= 1;
    const shown = (role: TlsKeyRole) => (hidden ? { session: 0, key: null } : slot(role, purpose));
    return { height: at.height, node: shown("node"), backup_service: shown("backup_service") };
  };
  const publishAs =
    (role: TlsKeyRole, tlsKey: Ed25519KeyPair): PublishKey =>
    async ({ purpose, public_key, proof }) => {
      const session = slot(role, purpose).session + 1;
      const [networkId, contractId, accountId] = [OWNER.network, OWNER.contract, OWNER.account];
      const claim = { networkId, contractId, accountId, role, purpose, session, publicKey: public_key };
      if (!verifyEphemeralKeyProof(tlsKey.publicKey, claim, proof)) {
        throw new ContractError({ code: "INVALID_EPHEMERAL_KEY_PROOF", info: {} } as never);
      }
      published.push(`${role} ${purpose} ${session}`);
      const expires_on = at.height + 1 + KEY_BLOCKS;
      keys.set(`${role} ${purpose}`, { session, public_key: public_key as never, expires_on });
    };
  return Object.assign(at, { readSlots, publishAs });
}

export type FakeContract = ReturnType<typeof fakeContract>;

export function registered({ publicKey }: Ed25519KeyPair): ContractView["backup_service"] {
  return { public_key: publicKey as never, signer_account_pk: "ed25519:signer" as never, url: null };
}

/** A node's endpoint on a disk, as a start of the program makes it; killed at a file operation, if told so. */
export async function openNode(at: FakeContract, disk: Disk, crashAt = Number.POSITIVE_INFINITY) {
  const files = crashingFiles(disk, crashAt);
  const store = await openFileKeyshareStore(
    files,
    "/node/shares",
    storeKeyFromBytes(new Uint8Array(32)),
    OWNER,
  );
  const log = memoryLog();
  const ports = {
    view: createViewSource(async () => ({ ...at.view, height: at.height }), systemClock, NEVER),
    store,
    journal: await openJournal(files, "/node/journal", parseNodeEntry),
    checkers: sampleCheckers,
    alarm: createAlarm(systemClock),
    log,
  };
  const readSlots = at.readSlots;
  const publish = at.publishAs("node", NODE);
  const endpoint = createWebEndpoint({
    ports,
    identity: {
      network_id: OWNER.network,
      contract_id: OWNER.contract,
      account_id: OWNER.account,
      tls_public_key: NODE.publicKey,
    },
    tlsKey: NODE,
    readSlots,
    keys: createOwnKeys({ role: "node", owner: OWNER, tlsKey: NODE, readSlots, publish }),
    used: await openUsedSessions(files, "/node"),
    // Negative: no view is ever recent enough, each request is judged on one of its own.
    viewAges: { admitMillis: -1, refuseMillis: -1 },
    signal: NEVER,
  });
  return { endpoint, store, log, files };
}

/** The backup service's side on a disk, as a start of the program makes it. */
export async function openService(
  at: FakeContract,
  disk: Disk = emptyDisk(),
  crashAt = Number.POSITIVE_INFINITY,
) {
  const tlsKey = SERVICE;
  const files = crashingFiles(disk, crashAt);
  const { readSlots } = at;
  const publish = at.publishAs("backup_service", tlsKey);
  const keys = createOwnKeys({ role: "backup_service", owner: OWNER, tlsKey, readSlots, publish });
  const used = await openUsedSessions(files, "/service");
  return { keys, used, files, exchange: exchangeOverWeb({ owner: OWNER, tlsKey, readSlots, keys, used }) };
}

/** Serves an endpoint on the loopback, plain and over TLS on one port; the endpoint can be exchanged meanwhile. */
export async function serve(
  context: TestContext,
  serving: { endpoint: WebEndpoint },
  limits: Partial<ServerLimits> = {},
) {
  const events: WebEvent[] = [];
  const endpoint: WebEndpoint = {
    authenticate: (...request) => serving.endpoint.authenticate(...request),
    answer: (...request) => serving.endpoint.answer(...request),
  };
  const report = (event: WebEvent) => events.push(event);
  const web = createWebServer({ endpoint, maxBodyBytes: ENVELOPE_LIMITS.text, limits, report });
  const server = await startPinnedServer({
    identity: tlsIdentityFromKeyPair(NODE),
    listen: { host: "127.0.0.1", port: 0 },
    authorize: async () => null,
    routes: [],
    limits,
    web,
  });
  context.after(() => {
    server.cut();
    return server.close();
  });
  return { port: server.port, events, server };
}

/** A node with its shares, its server, and the service beside it, on a contract that lists the node. */
export async function backupWorld(context: TestContext) {
  const at = fakeContract();
  const disk = emptyDisk();
  const node = await openNode(at, disk);
  await node.store.import(FAKE_KEYSET, WHOLE.keyshares);
  const serving = { endpoint: node.endpoint };
  const { port, events } = await serve(context, serving);
  at.view = { ...at.view, state: running(port) };
  return { at, disk, node, serving, port, events, service: await openService(at) };
}

/** A new node without shares, in Recovery. */
export async function recoveryWorld(context: TestContext) {
  const at = fakeContract();
  const disk = emptyDisk();
  const node = await openNode(at, disk);
  const serving = { endpoint: node.endpoint };
  const { port, events } = await serve(context, serving);
  at.view = { ...at.view, state: recovering(port) };
  return { at, disk, node, serving, port, events, service: await openService(at) };
}

export type WebWorld = Awaited<ReturnType<typeof backupWorld>>;
