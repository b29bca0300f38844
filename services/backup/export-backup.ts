import { resolve } from "node:path";
import { encodeKeysharesDocument, keysharesDocument } from "../keyshare/keyshares-document.ts";
import { EXIT, ProgramError, usageError } from "../operations/program-error.ts";
import { isAgeRecipient, MAX_AGE_RECIPIENTS } from "../store/age-recipient.ts";
import { createDurably } from "../store/durable-file.ts";
import { systemFiles } from "../store/files.ts";
import { sealToRecipients } from "../store/seal.ts";
import type { BackupConfig } from "./config.ts";
import { backupTarget, openBackupFolder, readView, requireExactShares, requireHeld } from "./read-backup.ts";

/**
 * `mpc-backup export`: writes the backup of the contract's current keyset as a new file (0600) that the stock `age`
 * tool opens, and nobody but the recipients. Plaintext is never written.
 *
 * @param recipients who shall open it; none given: those of the config
 * @returns one line for the operator
 */
export async function exportBackup(
  config: BackupConfig,
  out: string,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const to = recipients.length > 0 ? recipients : config.age_recipients;
  requireRecipients(to);
  const backup = await openBackupFolder(config);
  const target = backupTarget(await readView(backup, config, signal), config.account_id);
  const shares = await requireHeld(backup.store, target.keyset_hash);
  requireExactShares(target, shares);
  const document = encodeKeysharesDocument(keysharesDocument(target.keyset, shares));
  const path = resolve(out);
  if ((await createDurably(systemFiles, path, await sealToRecipients(document, to))) === "exists")
    throw usageError("FILE_EXISTS", `${path} exists already; nothing was changed: choose another --out`);
  return `exported: ${shares.length} shares of keyset epoch ${target.keyset.epoch_id} ${target.keyset_hash} to ${path}, for ${to.length} age recipients`;
}

/** The value isn't shown: what is no recipient may be an identity, which is secret. */
export function requireRecipients(recipients: readonly string[]): void {
  if (recipients.length === 0) {
    throw new ProgramError(
      EXIT.usage,
      "NO_AGE_RECIPIENTS",
      'there is nobody to seal the copy to: give --age-recipient, or set "age_recipients" in the config; `age-keygen` makes a key',
    );
  }
  if (recipients.length > MAX_AGE_RECIPIENTS)
    throw usageError("TOO_MANY_AGE_RECIPIENTS", `expected at most ${MAX_AGE_RECIPIENTS} age recipients`);
  const wrong = recipients.findIndex((each) => !isAgeRecipient(each));
  if (wrong < 0) return;
  throw usageError(
    "AGE_RECIPIENT_INVALID",
    `age recipient ${wrong + 1}: expected age1…, of 62 characters with a right checksum; an AGE-SECRET-KEY is the other half and belongs on no command line`,
  );
}
