import { join } from "node:path";
import { openFileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { FROST_CHECKERS } from "../node/frost-checkers.ts";
import { systemClock } from "../operations/clock.ts";
import { startLocalServer } from "../operations/local-http.ts";
import { openLog } from "../operations/log.ts";
import { createMetrics, operationsRoutes } from "../operations/metrics.ts";
import { type OpenedProgram, openProgram } from "../operations/open-program.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { systemFiles } from "../store/files.ts";
import { openJournal } from "../store/journal.ts";
import { callAsBackupService } from "./adapters/call-as-backup-service.ts";
import { openExchange } from "./adapters/open-exchange.ts";
import type { BackupConfig } from "./config.ts";
import { parseBackupEntry } from "./memory.ts";
import { backupMetrics } from "./metrics.ts";
import type { BackupPorts } from "./ports.ts";
import { runBackupService } from "./service.ts";

/** File names within the data folder. */
export const BACKUP_JOURNAL = "journal";
export const BACKUP_SHARES = "backups";

/** `mpc-backup run`: resolves after a graceful stop. Throws when it can't start; see `exitCodeOf`. */
export async function runBackupProgram(config: BackupConfig, signal: AbortSignal): Promise<void> {
  const program = await openProgram(config);
  const { data_folder, account_id } = config;
  const journal = await openJournal(systemFiles, join(data_folder, BACKUP_JOURNAL), parseBackupEntry);
  const folder = join(data_folder, BACKUP_SHARES);
  const { storeKey, owner } = program;
  const store = await openFileKeyshareStore(systemFiles, folder, storeKey, owner, config.age_recipients);
  await requireContract(program.reader, config, signal);
  const metrics = createMetrics(systemClock.now);
  const status = backupMetrics(metrics.registry, account_id, store, data_folder);
  const local = await startLocalServer(config.local_port, [
    ...operationsRoutes(metrics),
    { method: "GET", path: "/status", handle: async () => ({ status: 200, body: status.latest() }) },
  ]);
  const log = openLog("mpc-backup", account_id);
  const node = await openExchange(config, program);
  const ports = { ...outside(program, account_id), node, store, journal, log };
  const own = ownKeys(program);
  log.info("program.started", { ...own, local_port: local.port });
  for (const { name, reason } of await store.damaged()) log.error("store.damaged_file", { name, reason });
  for (const { keyset_hash, digest } of await store.reseal())
    log.info("backup.resealed", { keyset_hash, digest, age_recipients: config.age_recipients.length });
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

function outside(
  program: OpenedProgram,
  accountId: string,
): Omit<BackupPorts, "node" | "store" | "journal" | "log"> {
  return {
    readView: contractViewReader(program.reader, program.proof, accountId),
    contract: callAsBackupService(program),
    checkers: FROST_CHECKERS,
    clock: systemClock,
    random: Math.random,
  };
}

function ownKeys({ identity, nearKey }: OpenedProgram) {
  return { tls_public_key: identity.publicKey, signer_public_key: nearKey.publicKey };
}
