import { join } from "node:path";
import { FROST_CHECKERS } from "../node/frost-checkers.ts";
import type { ContractView } from "../operations/contract-view.ts";
import { verifyDamaged, verifyModes, verifyReceipt, verifyShares } from "../operations/verify-files.ts";
import { type Finding, lookAt, note, ok, wrong } from "../operations/verify-report.ts";
import { systemFiles } from "../store/files.ts";
import { readJournal } from "../store/journal.ts";
import type { BackupConfig } from "./config.ts";
import { parseBackupEntry } from "./memory.ts";
import { type BackupFolder, backupTarget, openBackupFolder, readView } from "./read-backup.ts";
import { BACKUP_JOURNAL } from "./run-backup-program.ts";

/** `mpc-backup verify`: everything on disk against the chain. Looks without touching anything, also while it runs. */
export async function verifyBackup(config: BackupConfig, signal: AbortSignal): Promise<readonly Finding[]> {
  const backup = await openBackupFolder(config);
  const view = await readView(backup, config, signal);
  const journal = join(config.data_folder, BACKUP_JOURNAL);
  return [
    await lookAt("registration", async () => verifyRegistration(backup, view)),
    ...(await verifyBackups(backup, config, view)),
    ...verifyDamaged(await backup.store.damaged()),
    await lookAt("journal", async () => {
      const entries = await readJournal(systemFiles, journal, parseBackupEntry);
      return ok(`journal: ${entries.length} entries`);
    }),
    await verifyModes(config),
  ];
}

async function verifyBackups(
  { store }: BackupFolder,
  config: BackupConfig,
  view: ContractView,
): Promise<readonly Finding[]> {
  const { keyset, keyset_hash, participant_id } = backupTarget(view, config.account_id);
  const held = await store.list();
  const current = held.find((each) => each.keyset_hash === keyset_hash);
  const others = held.filter((each) => each.keyset_hash !== keyset_hash);
  const shares = await store.export(keyset_hash);
  return [
    verifyShares(keyset, keyset_hash, shares, participant_id, FROST_CHECKERS),
    verifyReceipt(view, keyset_hash, current?.digest),
    ...others.map((each) =>
      note(`keyset epoch ${each.epoch_id} ${each.keyset_hash}: superseded; the service erases it by rule`),
    ),
  ];
}

function verifyRegistration({ program }: BackupFolder, { backup_service }: ContractView): Finding {
  const { identity, nearKey } = program;
  if (backup_service === null) return wrong("registration: the contract names no backup service");
  if (backup_service.public_key !== identity.publicKey)
    return wrong(`registration: the contract names ${backup_service.public_key}, not this service`);
  return backup_service.signer_account_pk === nearKey.publicKey
    ? ok("registration: the contract names this service")
    : wrong(`registration: the contract takes confirmations from ${backup_service.signer_account_pk}`);
}
