import assert from "node:assert/strict";
import type { ParticipantInfo } from "../../../contract/src/protocol/state.ts";
import { ContractError } from "../../../sdk/src/errors/contract-error.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { type KeysharesDocument, keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleCheckers, sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import type { ContractView } from "../../operations/contract-view.ts";
import { memoryClock, memoryLog, NEVER } from "../../operations/test/in-memory-ports.ts";
import { info, receipt, recovery, view } from "../../operations/test/sample-views.ts";
import type { Files } from "../../store/files.ts";
import { openJournal } from "../../store/journal.ts";
import { storeKeyFromBytes } from "../../store/store-key.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../store/test/crashing-files.ts";
import { parseBackupEntry } from "../memory.ts";
import type { BackupPorts } from "../ports.ts";
import { stepBackupService } from "../service.ts";

export const KEYSET = sampleKeyset(4);
export const HASH = keysetHash(KEYSET);
export const WHOLE = keysharesDocument(KEYSET, sampleShares(KEYSET, 0));
const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
export const SETTINGS = {
  account_id: "a.near",
  tls_public_key: "ed25519:tls-service",
  signer_public_key: "ed25519:signer-service",
  poll_interval_millis: 1_000,
};

/** The contract and the nodes as the service meets them; they outlive its crashes. */
export function world(changes: Partial<ContractView> = {}) {
  return {
    view: view({ backup_service: null, ...changes }),
    calls: [] as string[],
    sent: [] as { node: ParticipantInfo; document: KeysharesDocument }[],
    /** What a node answers, by TLS key; a missing one is unreachable. */
    documents: new Map<string, KeysharesDocument>([[info("a").tls_public_key, WHOLE]]),
    /** So many of the deliveries in `sent` were lost by the node afterwards. */
    lost: 0,
    accepting: new Set<string>([info("new").tls_public_key]),
  };
}

export type World = ReturnType<typeof world>;

export async function ports(at: World, disk: Disk, crashAt = Number.POSITIVE_INFINITY) {
  return portsOn(at, crashingFiles(disk, crashAt));
}

/** The same on any files. */
export async function portsOn<OnFiles extends Files>(at: World, files: OnFiles) {
  const log = memoryLog();
  const key = storeKeyFromBytes(new Uint8Array(32).fill(3));
  const made: BackupPorts = {
    readView: async () => at.view,
    contract: {
      async register() {
        at.calls.push("register");
        at.view = { ...at.view, backup_service: view().backup_service };
      },
      async confirmBackup({ epoch_id, keyset_hash, digest }) {
        at.calls.push("confirm_backup");
        at.view = { ...at.view, receipt: receipt(epoch_id, keyset_hash, digest) };
      },
      async confirmRecovery(id) {
        at.calls.push(`confirm_recovery ${id}`);
        if (at.view.state.kind !== "Recovery")
          throw new ContractError({ code: "UNEXPECTED_STATE", info: {} } as never);
        at.view = { ...at.view, state: recovery({ backup_confirmed: true }, id) };
      },
    },
    node: {
      async fetch(node) {
        return at.documents.get(node.tls_public_key) ?? assert.fail("unreachable");
      },
      async heldKeysets(node) {
        return at.sent.slice(at.lost).some((each) => each.node.tls_public_key === node.tls_public_key)
          ? [HASH]
          : [];
      },
      async send(node, document) {
        if (!at.accepting.has(node.tls_public_key)) throw new Error("the node closed the connection");
        at.sent.push({ node, document });
      },
    },
    store: await openFileKeyshareStore(files, "/data/backups", key, OWNER),
    journal: await openJournal(files, "/data/journal", parseBackupEntry),
    checkers: sampleCheckers,
    clock: memoryClock(),
    log,
    random: () => 0.5,
  };
  return { ports: made, log, files };
}

export async function stepUntilIdle(made: BackupPorts): Promise<string> {
  for (let steps = 0; steps < 20; steps += 1) {
    const outcome = await stepBackupService(made, SETTINGS, () => undefined, NEVER);
    if (outcome.kind === "idle") return outcome.reason;
    if (outcome.kind === "blocked") return outcome.code;
  }
  return assert.fail("the service never came to rest");
}

/** A service with a backup whose account then enters Recovery towards `new`. */
export async function backedUp() {
  const [at, disk] = [world(), emptyDisk()];
  const made = await ports(at, disk);
  await stepUntilIdle(made.ports);
  at.calls.length = 0;
  at.view = { ...at.view, state: recovery() };
  return { at, disk, ...made };
}
