import { join } from "node:path";
import type { Readable } from "node:stream";
import { openFileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { KEYSHARE_LIMITS } from "../keyshare/keyshare.ts";
import { decodeKeysharesDocument } from "../keyshare/keyshares-document.ts";
import { EXIT, ProgramError, usageError } from "../operations/program-error.ts";
import { systemFiles } from "../store/files.ts";
import { openJournal } from "../store/journal.ts";
import type { BackupConfig } from "./config.ts";
import { parseBackupEntry } from "./memory.ts";
import { backupTarget, openBackupFolder, readView, requireExactShares } from "./read-backup.ts";
import { BACKUP_JOURNAL, BACKUP_SHARES } from "./run-backup-program.ts";

/**
 * `mpc-backup import`: takes a keyshares document from stdin, as `age --decrypt` prints it, and stores it sealed if it
 * is exactly the contract's current keyset. The caller holds the folder's lock. Plaintext touches no disk.
 *
 * @returns one line for the operator
 */
export async function importBackup(
  config: BackupConfig,
  input: Readable,
  signal: AbortSignal,
): Promise<string> {
  const { keyset, keyshares } = decodeKeysharesDocument(await readAll(input));
  const backup = await openBackupFolder(config);
  const view = await readView(backup, config, signal);
  const target = backupTarget(view, config.account_id);
  if (keysetHash(keyset) !== target.keyset_hash) {
    throw new ProgramError(
      EXIT.refused,
      "OTHER_KEYSET",
      `the document holds shares of keyset epoch ${keyset.epoch_id}, the contract's current one is epoch ${target.keyset.epoch_id} ${target.keyset_hash}: nothing was stored; an older share is of no use`,
    );
  }
  requireExactShares(target, keyshares);
  const { storeKey, owner } = backup.program;
  const folder = join(config.data_folder, BACKUP_SHARES);
  const store = await openFileKeyshareStore(systemFiles, folder, storeKey, owner, config.age_recipients);
  const journal = await openJournal(systemFiles, join(config.data_folder, BACKUP_JOURNAL), parseBackupEntry);
  const { keyset_hash, digest, epoch_id } = await store.import(target.keyset, keyshares);
  const at_millis = Date.now();
  await journal.append({ type: "stored", keyset_hash, digest, height: view.height, at_millis });
  return `imported: ${keyshares.length} shares of keyset epoch ${epoch_id} ${keyset_hash}, each proven against its public key`;
}

async function readAll(input: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > KEYSHARE_LIMITS.documentBytes)
      throw usageError("INPUT_TOO_LARGE", `expected at most ${KEYSHARE_LIMITS.documentBytes} bytes on stdin`);
    chunks.push(chunk);
  }
  if (bytes === 0) {
    throw usageError(
      "INPUT_EMPTY",
      "expected a keyshares document on stdin, found nothing: pipe `age --decrypt …` into this command",
    );
  }
  return Buffer.concat(chunks);
}
