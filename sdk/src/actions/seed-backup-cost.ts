import type { CallInput } from "../../../contract/src/interface/methods.ts";
import type { PublishSeedBackup } from "../../../contract/src/protocol/transparency/commands.ts";
import { seedBackupCostYocto as costYocto } from "../../../contract/src/protocol/transparency/publish-seed-backup.ts";

/** The deposit in yocto that `publishSeedBackup` takes for these arguments: 1e19 for each byte that is stored. */
export function seedBackupCostYocto(backup: CallInput<"publish_seed_backup">): bigint {
  const counted = backup as unknown as Omit<PublishSeedBackup, "type">;
  return costYocto(counted, (text) => new TextEncoder().encode(text).length);
}
