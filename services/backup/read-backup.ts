import { join } from "node:path";
import { checkKeyshares, describeProblem } from "../keyshare/check-keyshares.ts";
import { type FileKeyshareStore, fileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import type { Keyshare } from "../keyshare/keyshare.ts";
import { FROST_CHECKERS } from "../node/frost-checkers.ts";
import { type ContractView, currentKeyset, memberEntry } from "../operations/contract-view.ts";
import { type OpenedProgram, openProgram } from "../operations/open-program.ts";
import { EXIT, ProgramError } from "../operations/program-error.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { systemFiles } from "../store/files.ts";
import type { BackupConfig } from "./config.ts";
import type { NodeAndKeyset } from "./decide.ts";
import { BACKUP_SHARES } from "./run-backup-program.ts";

/** The service's folder as it is, for commands that look and touch nothing, also while the service runs. */
export interface BackupFolder {
  readonly program: OpenedProgram;
  readonly store: FileKeyshareStore;
}

export async function openBackupFolder(config: BackupConfig): Promise<BackupFolder> {
  const program = await openProgram(config);
  const { storeKey, owner } = program;
  const folder = join(config.data_folder, BACKUP_SHARES);
  const store = fileKeyshareStore(systemFiles, folder, storeKey, owner, config.age_recipients);
  return { program, store };
}

/** Reads the contract once, at a block that the configured endpoints vouch for. */
export async function readView(
  { program }: BackupFolder,
  config: BackupConfig,
  signal: AbortSignal,
): Promise<ContractView> {
  await requireContract(program.reader, config, signal);
  return contractViewReader(program.reader, program.proof, config.account_id)(signal);
}

/**
 * What a whole backup is one of: the contract's current keyset and the account's place in it.
 *
 * @throws ProgramError of exit code 1 `NOTHING_TO_BACK_UP`
 */
export function backupTarget(view: ContractView, accountId: string): NodeAndKeyset {
  const { state } = view;
  const member = state.kind === "NotInitialized" ? undefined : memberEntry(state, accountId);
  if (state.kind === "NotInitialized" || member === undefined) {
    throw new ProgramError(
      EXIT.refused,
      "NOTHING_TO_BACK_UP",
      `${accountId} isn't a participant (the contract is ${state.kind}): there is no share of it to look after`,
    );
  }
  const keyset = currentKeyset(state);
  const [, participant_id, node] = member;
  return { node, participant_id, keyset, keyset_hash: keysetHash(keyset) };
}

/**
 * Proves that shares are exactly this participant's shares of the contract's keyset.
 *
 * @throws ProgramError of exit code 1 `SHARES_REFUSED`, naming every problem
 */
export function requireExactShares(target: NodeAndKeyset, shares: readonly Keyshare[]): void {
  const check = checkKeyshares(target.keyset, shares, target.participant_id, FROST_CHECKERS);
  if (check.kind === "exact") return;
  throw new ProgramError(EXIT.refused, "SHARES_REFUSED", check.problems.map(describeProblem).join("; "));
}

/** @throws ProgramError of exit code 1 `BACKUP_NOT_HELD` */
export async function requireHeld(store: FileKeyshareStore, hash: string): Promise<readonly Keyshare[]> {
  const shares = await store.export(hash);
  if (shares !== undefined) return shares;
  const held = (await store.list()).map((each) => each.keyset_hash);
  throw new ProgramError(
    EXIT.refused,
    "BACKUP_NOT_HELD",
    `keyset ${hash} isn't among the backups here; held: ${held.join(", ") || "nothing"}. \`mpc-backup verify\` names damaged files`,
  );
}
