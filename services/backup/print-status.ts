import { join } from "node:path";
import type { StoredKeyset } from "../keyshare/keyshare-store.ts";
import { describeAttestations, describeContract, describeReceipt } from "../operations/describe-view.ts";
import { systemFiles } from "../store/files.ts";
import { readJournal } from "../store/journal.ts";
import type { BackupConfig } from "./config.ts";
import { type BackupAction, decideBackup } from "./decide.ts";
import { type DrillRecord, readDrillRecord } from "./drill-record.ts";
import { type BackupEntry, backupMemory, parseBackupEntry } from "./memory.ts";
import { openBackupFolder, readView } from "./read-backup.ts";
import { BACKUP_JOURNAL } from "./run-backup-program.ts";

/** `mpc-backup status`: looks without touching anything, also while the service runs. */
export async function printBackupStatus(config: BackupConfig, signal: AbortSignal): Promise<void> {
  const folder = await openBackupFolder(config);
  const { program, store } = folder;
  const { account_id, data_folder } = config;
  const entries = await readJournal(systemFiles, join(data_folder, BACKUP_JOURNAL), parseBackupEntry);
  const view = await readView(folder, config, signal);
  const held = await store.list();
  const own = { tls_public_key: program.identity.publicKey, signer_public_key: program.nearKey.publicKey };
  const damagedFiles = await store.damaged();
  const damaged = damagedFiles.map((each) => each.keyset_hash);
  const action = decideBackup({ account_id, own, view, held, damaged, memory: backupMemory(entries) });
  const lines = [
    `account: ${account_id} on ${config.contract_id} (${config.network_id})`,
    `keys: TLS ${own.tls_public_key}, NEAR ${own.signer_public_key}`,
    `contract: ${describeContract(view)}`,
    `held: ${held.map((each) => `epoch ${each.epoch_id} ${each.keyset_hash}`).join(", ") || "nothing"}`,
    `backed up: ${held.map((each) => describeStored(each, entries)).join(", ") || "never"}`,
    ...damagedFiles.map(({ name, reason }) => `damaged: ${name}: ${reason}`),
    `receipt: ${describeReceipt(view)}`,
    `attested: ${await describeAttestations(program, signal)}`,
    `opens with age: ${describeRecipients(config.age_recipients)}`,
    `last drill: ${describeDrill(await readDrillRecord(systemFiles, data_folder))}`,
    `next: ${describeAction(action)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function describeStored({ keyset_hash, epoch_id }: StoredKeyset, entries: readonly BackupEntry[]): string {
  const stored = entries.filter((each) => each.type === "stored" && each.keyset_hash === keyset_hash).at(-1);
  if (stored?.type !== "stored") return `epoch ${epoch_id} at an unknown time`;
  const time = stored.at_millis === undefined ? "" : `${new Date(stored.at_millis).toISOString()} `;
  return `epoch ${epoch_id} ${time}at block ${stored.height}`;
}

function describeRecipients(recipients: readonly string[]): string {
  return recipients.length === 0 ? "nobody" : recipients.join(", ");
}

function describeDrill(drill: DrillRecord | undefined): string {
  if (drill === undefined) return "never";
  const { outcome, at_millis, epoch_id, keyset_hash, shares, reason } = drill;
  const what = outcome === "passed" ? `passed, ${shares} shares proven` : `FAILED: ${reason}`;
  return `${new Date(at_millis).toISOString()} with epoch ${epoch_id} ${keyset_hash}: ${what}`;
}

function describeAction(action: BackupAction): string {
  if (action.kind === "wait") return `wait (${action.reason})`;
  if (action.kind === "blocked") return `blocked: ${action.code}: ${action.message}`;
  return action.kind === "fetch_backup" ? `fetch_backup (${action.because})` : action.kind;
}
