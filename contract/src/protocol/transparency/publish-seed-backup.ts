import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { MIN_SEED_THRESHOLD, SEED_BACKUP_STORAGE_BYTES, STORAGE_YOCTO_PER_BYTE } from "../limits.ts";
import { requireInitialized, requireMember } from "../rules/members.ts";
import { excessOf } from "../rules/storage-payment.ts";
import type { ProtocolState } from "../state.ts";
import type { PublishSeedBackup } from "./commands.ts";

export function publishSeedBackup(
  before: ProtocolState,
  command: PublishSeedBackup,
  context: Context,
): Change {
  requireInitialized(before);
  const [publisher] = requireMember(context);
  const { version, commitment, threshold, shares } = command;
  requireShares(command);
  const front = frontOf(command);
  const earlier = context.lookup.transparency.seedBackup(version);
  if (earlier !== undefined) {
    if (!earlier.startsWith(front)) refuse("SEED_BACKUP_PUBLISHED", { version });
    return { ...NO_CHANGE, transfers: excessOf(0n, context) };
  }
  const transfers = excessOf(costOf(front, context.ports.utf8Bytes), context);
  const json = `${front}"${publisher}","published_in":${context.height}}`;
  return {
    transparency: { seedBackup: { version, json, digest: context.ports.sha256Hex(json) } },
    transfers,
    events: [
      {
        event: "seed_backup_published",
        data: { version, commitment, threshold, shares: shares.length, publisher },
      },
    ],
  };
}

/** What a publisher pays for the storage of a backup; `utf8Bytes` counts a text's bytes. */
export function seedBackupCostYocto(
  backup: Omit<PublishSeedBackup, "type">,
  utf8Bytes: (text: string) => number,
): bigint {
  return costOf(frontOf(backup), utf8Bytes);
}

/** What the view answers, up to the publisher: the same for the same backup. */
function frontOf({ version, commitment, threshold, shares }: Omit<PublishSeedBackup, "type">): string {
  return `${JSON.stringify({ version, commitment, threshold, shares }).slice(0, -1)},"publisher":`;
}

function costOf(front: string, utf8Bytes: (text: string) => number): bigint {
  return (BigInt(utf8Bytes(front)) + SEED_BACKUP_STORAGE_BYTES) * STORAGE_YOCTO_PER_BYTE;
}

function requireShares({ threshold, shares }: PublishSeedBackup): void {
  if (threshold < MIN_SEED_THRESHOLD || threshold > shares.length) {
    const [minimum, maximum] = [MIN_SEED_THRESHOLD, shares.length];
    refuse("SEED_THRESHOLD_OUT_OF_RANGE", { provided: threshold, minimum, maximum });
  }
  let last = "";
  for (const [account_id] of shares) {
    if (account_id <= last) refuse("SHARES_NOT_SORTED", { account_id });
    last = account_id;
  }
}
