import { join } from "node:path";
import { fileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { type ContractView, currentKeyset } from "../operations/contract-view.ts";
import { openProgram } from "../operations/open-program.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { systemFiles } from "../store/files.ts";
import { readJournal } from "../store/journal.ts";
import type { BackupConfig } from "./config.ts";
import { type BackupAction, decideBackup } from "./decide.ts";
import { backupMemory, parseBackupEntry } from "./memory.ts";
import { BACKUP_JOURNAL, BACKUP_SHARES } from "./run-backup-program.ts";

/** `mpc-backup status`: looks without touching anything, also while the service runs. */
export async function printBackupStatus(config: BackupConfig, signal: AbortSignal): Promise<void> {
  const program = await openProgram(config);
  const { account_id, data_folder } = config;
  const store = fileKeyshareStore(
    systemFiles,
    join(data_folder, BACKUP_SHARES),
    program.storeKey,
    program.owner,
  );
  const entries = await readJournal(systemFiles, join(data_folder, BACKUP_JOURNAL), parseBackupEntry);
  await requireContract(program.reader, config, signal);
  const view = await contractViewReader(program.reader, program.proof, account_id)(signal);
  const held = await store.list();
  const own = { tls_public_key: program.identity.publicKey, signer_public_key: program.nearKey.publicKey };
  const action = decideBackup({ account_id, own, view, held, memory: backupMemory(entries) });
  const lines = [
    `account: ${account_id} on ${config.contract_id} (${config.network_id})`,
    `keys: TLS ${own.tls_public_key}, NEAR ${own.signer_public_key}`,
    `contract: ${describeContract(view)}`,
    `held: ${held.map((each) => `epoch ${each.epoch_id} ${each.keyset_hash}`).join(", ") || "nothing"}`,
    ...(await store.damaged()).map(({ name, reason }) => `damaged: ${name}: ${reason}`),
    `receipt: ${view.receipt === null ? "none" : `epoch ${view.receipt.epoch_id} ${view.receipt.keyset_hash} in block ${view.receipt.confirmed_in}`}`,
    `next: ${describeAction(action)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function describeContract({ state, height }: ContractView): string {
  if (state.kind === "NotInitialized") return `not initialized, block ${height}`;
  const keyset = currentKeyset(state);
  return `${state.kind}, block ${height}, keyset epoch ${keyset.epoch_id} ${keysetHash(keyset)}`;
}

function describeAction(action: BackupAction): string {
  if (action.kind === "wait") return `wait (${action.reason})`;
  return action.kind === "blocked" ? `blocked: ${action.code}: ${action.message}` : action.kind;
}
