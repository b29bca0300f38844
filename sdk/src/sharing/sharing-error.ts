import { BaseError } from "../errors/base-error.ts";

/**
 * Why shares can't be made or used.
 *
 * - `SHARING_PARAMETERS` the threshold, the number of owners or the seed's length can't work
 * - `SHARE_CORRUPT` a share isn't the one that was committed to for its owner
 * - `SHARE_NOT_OURS` the backup holds no share for the account
 * - `BACKUP_MISMATCH` a published backup isn't for this network, contract, version, dealer or keys
 * - `SEED_MISMATCH` good shares make another seed than the one that was committed to: the dealer cheated
 */
export type SharingCode =
  | "SHARING_PARAMETERS"
  | "SHARE_CORRUPT"
  | "SHARE_NOT_OURS"
  | "BACKUP_MISMATCH"
  | "SEED_MISMATCH";

/** Shares that can't be made or used. The message names accounts, never a share. */
export class SharingError extends BaseError {
  declare readonly code: SharingCode;

  constructor(code: SharingCode, shortMessage: string) {
    super({ code, shortMessage, retryable: false });
  }
}
