import { join } from "node:path";
import type { ParticipantInfo, RecoveryState } from "../../../../contract/src/protocol/state.ts";
import { ENVELOPE_LIMITS } from "../../../../sdk/src/crypto/envelope-header.ts";
import { tlsIdentityFromKeyPair } from "../../../../sdk/src/crypto/tls-identity.ts";
import { exchangeOverTls } from "../../../backup/adapters/exchange-keyshares.ts";
import { exchangeOverWeb } from "../../../backup/adapters/exchange-over-web.ts";
import type { ExchangeKeyshares } from "../../../backup/ports.ts";
import { checkKeyshares, type KeyshareCheckers } from "../../../keyshare/check-keyshares.ts";
import { openFileKeyshareStore } from "../../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import { type KeysharesDocument, keysharesDocument } from "../../../keyshare/keyshares-document.ts";
import { createKeyshareRoutes } from "../../../node/keyshare-routes.ts";
import { parseNodeEntry } from "../../../node/memory.ts";
import { toKeyshare } from "../../../node/signer/keyshare-codec.ts";
import { generateKey } from "../../../node/signer/test/in-memory-network.ts";
import {
  fakeContract,
  NODE,
  nodeInfo,
  OWNER,
  recovering,
  running,
  SERVICE,
} from "../../../node/test/web-world.ts";
import { createWebEndpoint } from "../../../node/web-endpoint.ts";
import { createAlarm } from "../../../operations/alarm.ts";
import { systemClock } from "../../../operations/clock.ts";
import { memoryLog, NEVER } from "../../../operations/test/in-memory-ports.ts";
import { systemFiles } from "../../../store/files.ts";
import { openJournal } from "../../../store/journal.ts";
import { startPinnedServer } from "../../../transport/pinned-server.ts";
import { createOwnKeys } from "../../../transport/web/own-keys.ts";
import { openUsedSessions } from "../../../transport/web/used-sessions.ts";
import { createWebServer } from "../../../transport/web/web-server.ts";
import { STORE_KEY } from "./parties.ts";

export const PARTICIPANT = 0;

/** A document of so many domains with real FROST shares, of both curves in turn. */
export function manyShares(count: number): KeysharesDocument {
  const keys = (["frost-secp256k1", "frost-ed25519"] as const).map(
    (scheme) => generateKey(scheme, [0, 1, 2], 2)[PARTICIPANT],
  );
  const shares = Array.from({ length: count }, (_, domain_id) => {
    const material = keys[domain_id % keys.length];
    if (material === undefined) throw new RangeError("no key");
    return toKeyshare(material, { domain_id, epoch_id: 4, attempt: 0 });
  });
  const domains = shares.map(({ domain_id, public_key, attempt }) => ({
    domain_id,
    key: public_key,
    attempt,
  }));
  return keysharesDocument({ epoch_id: 4, domains }, shares);
}

/** A node and both transports to it, on the real disk, under a contract that shows the document's keyset. */
export interface LargeNode {
  readonly exchanges: Readonly<Record<"version 1" | "version 2", ExchangeKeyshares>>;
  readonly info: ParticipantInfo;
  /** The account is a member and serves backups, or recovers towards this node. */
  show(state: "member" | "recovering"): void;
  /** Proves every share as the service does before it stores them. */
  requireExact(document: KeysharesDocument): void;
  readonly store: Awaited<ReturnType<typeof openFileKeyshareStore>>;
  close(): Promise<void>;
}

export async function startLargeNode(
  { keyset }: Pick<KeysharesDocument, "keyset">,
  checkers: KeyshareCheckers,
  folder: string,
): Promise<LargeNode> {
  const at = fakeContract();
  const hello = { network_id: OWNER.network, contract_id: OWNER.contract, account_id: OWNER.account };
  const identity = { ...hello, tls_public_key: NODE.publicKey };
  const store = await openFileKeyshareStore(systemFiles, join(folder, "shares"), STORE_KEY, OWNER);
  const read = async () => at.view;
  const ports = {
    view: { refresh: read, recent: read },
    store,
    journal: await openJournal(systemFiles, join(folder, "journal"), parseNodeEntry),
    checkers,
    alarm: createAlarm(systemClock),
    log: memoryLog(),
  };
  const { readSlots } = at;
  const keysOf = (role: "node" | "backup_service", tlsKey: typeof NODE) =>
    createOwnKeys({ role, owner: OWNER, tlsKey, readSlots, publish: at.publishAs(role, tlsKey) });
  const endpoint = createWebEndpoint({
    ports,
    identity,
    tlsKey: NODE,
    readSlots,
    keys: keysOf("node", NODE),
    used: await openUsedSessions(systemFiles, folder),
    viewAges: { admitMillis: 0, refuseMillis: 0 },
    signal: NEVER,
  });
  const web = createWebServer({ endpoint, maxBodyBytes: ENVELOPE_LIMITS.text, report: () => undefined });
  const server = await startPinnedServer({
    identity: tlsIdentityFromKeyPair(NODE),
    listen: { host: "127.0.0.1", port: 0 },
    authorize: async (key) => ({ kind: "backup_service" as const, tls_public_key: key }),
    routes: createKeyshareRoutes(ports, identity),
    web,
  });
  const used = await openUsedSessions(systemFiles, join(folder, "service"));
  const keys = keysOf("backup_service", SERVICE);
  return {
    exchanges: {
      "version 1": exchangeOverTls(tlsIdentityFromKeyPair(SERVICE)),
      "version 2": exchangeOverWeb({ owner: OWNER, tlsKey: SERVICE, readSlots, keys, used }),
    },
    info: nodeInfo(server.port),
    show(state) {
      const shown = state === "member" ? running(server.port) : recovering(server.port);
      at.view = { ...at.view, state: withKeyset(shown, keyset) as typeof shown };
    },
    requireExact(document) {
      const check = checkKeyshares(keyset, document.keyshares, PARTICIPANT, checkers);
      if (check.kind !== "exact")
        throw new Error(`${check.problems.length} problems in ${keysetHash(keyset)}`);
    },
    store,
    close: () => server.close(),
  };
}

function withKeyset(state: unknown, keyset: KeysharesDocument["keyset"]) {
  const shown = state as RecoveryState;
  if (shown.kind !== "Recovery") return { ...(state as object), keyset };
  return { ...shown, previous_running_state: { ...shown.previous_running_state, keyset } };
}

/** One backup and one recovery of the document over a transport, every share proven on each side; returns milliseconds. */
export async function backUpAndRecover(
  node: LargeNode,
  version: "version 1" | "version 2",
  document: KeysharesDocument,
): Promise<number> {
  const { keyset } = document;
  const name = { epoch_id: keyset.epoch_id, keyset_hash: keysetHash(keyset) };
  await node.store.erase(name.keyset_hash);
  const began = performance.now();
  node.show("recovering");
  node.requireExact(document);
  await node.exchanges[version].send(node.info, document, NEVER);
  node.show("member");
  node.requireExact(await node.exchanges[version].fetch(node.info, name, NEVER));
  return performance.now() - began;
}
