import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lockFolder } from "../operations/folder-lock.ts";
import { codeOf, EXIT, oneLine, ProgramError } from "../operations/program-error.ts";
import { systemFiles } from "../store/files.ts";
import type { BackupConfig } from "./config.ts";
import type { NodeAndKeyset } from "./decide.ts";
import { type DrillRecord, writeDrillRecord } from "./drill-record.ts";
import {
  type BackupFolder,
  backupTarget,
  openBackupFolder,
  readView,
  requireExactShares,
  requireHeld,
} from "./read-backup.ts";
import { restoreIntoScratchNode } from "./scratch-node.ts";

/** Name of the scratch folder within the data folder; nothing of it outlives a drill. */
export const DRILL_FOLDER = "drill";

/**
 * `mpc-backup drill`: brings the backup of the contract's current keyset into a scratch node over version 1 of the transport
 * and checks, reads it back from the scratch node's disk, and proves every share against its public key. Nothing is
 * written outside the scratch folder but the record of the drill. It may run beside the service.
 *
 * @throws ProgramError of exit code 1 `DRILL_FAILED` when the backup can't be restored; that is recorded too
 */
export async function drill(config: BackupConfig, signal: AbortSignal): Promise<DrillRecord> {
  const backup = await openBackupFolder(config);
  const view = await readView(backup, config, signal);
  const target = backupTarget(view, config.account_id);
  const { keyset, keyset_hash } = target;
  const record = {
    format: "mpc-recovery-drill-v1",
    height: view.height,
    epoch_id: keyset.epoch_id,
    keyset_hash,
  } as const;
  const write = async (rest: Pick<DrillRecord, "shares" | "outcome" | "reason">) => {
    const whole = { ...record, at_millis: Date.now(), ...rest };
    await writeDrillRecord(systemFiles, config.data_folder, whole);
    return whole;
  };
  try {
    const shares = await inScratchFolder(config, (folder) =>
      restore(backup, { ...target, height: view.height }, folder, signal),
    );
    return await write({ shares, outcome: "passed", reason: "" });
  } catch (error) {
    if (codeOf(error) === "FOLDER_IN_USE" || signal.aborted) throw error;
    const reason = oneLine(error);
    await write({ shares: 0, outcome: "failed", reason });
    throw new ProgramError(EXIT.refused, "DRILL_FAILED", `the backup can't be restored: ${reason}`, error);
  }
}

async function restore(
  { program, store }: BackupFolder,
  target: NodeAndKeyset & { readonly height: number },
  folder: string,
  signal: AbortSignal,
): Promise<number> {
  const shares = await requireHeld(store, target.keyset_hash);
  requireExactShares(target, shares);
  const restored = await restoreIntoScratchNode(program, target, shares, folder, signal);
  requireExactShares(target, restored);
  return restored.length;
}

async function inScratchFolder<Result>(
  { data_folder }: BackupConfig,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(data_folder, DRILL_FOLDER);
  const lock = await lockFolder(folder);
  try {
    // What a drill that was killed left behind is sealed under a key that nobody has any more.
    const fresh = join(folder, "scratch");
    await rm(fresh, { recursive: true, force: true });
    return await use(fresh);
  } finally {
    await rm(folder, { recursive: true, force: true }).finally(lock.release);
  }
}
