import { join } from "node:path";
import { Gauge, type Registry } from "prom-client";
import { openFileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { FROST_CHECKERS } from "../node/frost-checkers.ts";
import { systemClock } from "../operations/clock.ts";
import { recoveryOf } from "../operations/contract-view.ts";
import { startLocalServer } from "../operations/local-http.ts";
import { openLog } from "../operations/log.ts";
import { createMetrics, operationsRoutes } from "../operations/metrics.ts";
import { type OpenedProgram, openProgram } from "../operations/open-program.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { systemFiles } from "../store/files.ts";
import { openJournal } from "../store/journal.ts";
import { callAsBackupService } from "./adapters/call-as-backup-service.ts";
import { exchangeOverTls } from "./adapters/exchange-keyshares.ts";
import type { BackupConfig } from "./config.ts";
import { parseBackupEntry } from "./memory.ts";
import type { BackupPorts } from "./ports.ts";
import { type BackupObservation, runBackupService } from "./service.ts";

/** File names within the data folder. */
export const BACKUP_JOURNAL = "journal";
export const BACKUP_SHARES = "backups";

/** `mpc-backup run`: resolves after a graceful stop. Throws when it can't start; see `exitCodeOf`. */
export async function runBackupProgram(config: BackupConfig, signal: AbortSignal): Promise<void> {
  const program = await openProgram(config);
  const { data_folder, account_id } = config;
  const journal = await openJournal(systemFiles, join(data_folder, BACKUP_JOURNAL), parseBackupEntry);
  const folder = join(data_folder, BACKUP_SHARES);
  const store = await openFileKeyshareStore(systemFiles, folder, program.storeKey, program.owner);
  await requireContract(program.reader, config, signal);
  const metrics = createMetrics(systemClock.now);
  const status = watchStatus(metrics.registry, account_id);
  const local = await startLocalServer(config.local_port, [
    ...operationsRoutes(metrics),
    { method: "GET", path: "/status", handle: async () => ({ status: 200, body: status.latest() }) },
  ]);
  const log = openLog("mpc-backup", account_id);
  const ports = { ...outside(program, account_id), store, journal, log };
  const own = ownKeys(program);
  log.info("program.started", { ...own, local_port: local.port });
  for (const { name, reason } of await store.damaged()) log.error("store.damaged_file", { name, reason });
  try {
    const { poll_interval_millis } = config;
    await runBackupService(
      ports,
      { account_id, ...own, poll_interval_millis },
      metrics.observe,
      status.watch,
      signal,
    );
  } finally {
    await local.close();
    log.info("program.stopped");
  }
}

function outside(program: OpenedProgram, accountId: string): Omit<BackupPorts, "store" | "journal" | "log"> {
  return {
    readView: contractViewReader(program.reader, program.proof, accountId),
    contract: callAsBackupService(program),
    node: exchangeOverTls(program.identity),
    checkers: FROST_CHECKERS,
    clock: systemClock,
    random: Math.random,
  };
}

function ownKeys({ identity, nearKey }: OpenedProgram) {
  return { tls_public_key: identity.publicKey, signer_public_key: nearKey.publicKey };
}

function watchStatus(registry: Registry, accountId: string) {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const lastEpoch = gauge("backup_last_epoch", "Epoch of the receipt on chain");
  const held = gauge("backup_keysets_held", "Keysets whose shares are on disk");
  const recovery = gauge("recovery_state", "1 while the contract recovers this account");
  let latest: Readonly<Record<string, unknown>> = { state: "starting" };
  return {
    latest: () => latest,
    watch({ view, action, held: count }: BackupObservation) {
      const { state, receipt } = view;
      const open = state.kind === "NotInitialized" ? undefined : recoveryOf(state, accountId);
      if (receipt !== null) lastEpoch.set(receipt.epoch_id);
      held.set(count);
      recovery.set(open === undefined ? 0 : 1);
      latest = { state: state.kind, height: view.height, next: action, keysets_held: count, receipt };
    },
  };
}
