/** The shapes of upgrade transparency and seed backups. Source: recovery-services.md §7. */
import { MAX_SEED_SHARES } from "../protocol/limits.ts";
import { ROLLOUT_POLICIES } from "../protocol/transparency/transparency.ts";
import { choice, integer, list, longObject, object, text, tuple } from "./schema.ts";
import * as shapes from "./shapes.ts";

export const rolloutPolicy = choice(ROLLOUT_POLICIES);

export const handoverName = object({
  version: shapes.seedVersion,
  from: shapes.tlsPublicKey,
  to: shapes.tlsPublicKey,
});

/** A share for each member. */
export const seedShares = list(tuple([shapes.accountId, text<string>("envelope")]), MAX_SEED_SHARES);

export const seedBackup = {
  version: shapes.seedVersion,
  commitment: shapes.sha256Hex,
  threshold: integer(MAX_SEED_SHARES),
  shares: seedShares,
};

/**
 * Characters of the longest arguments of `publish_seed_backup`: shares for as many members as there may be take 100,000, as
 * `sdk/src/sharing` seals them, and the worst that fits takes less than 200 Tgas.
 */
export const MAX_SEED_BACKUP_CHARACTERS = 131_072;

export const seedBackupArguments = longObject(seedBackup, MAX_SEED_BACKUP_CHARACTERS);

export const receipt = {
  receipt_hash: shapes.sha256Hex,
  expires: shapes.unixSeconds,
  signature: shapes.signature,
};
