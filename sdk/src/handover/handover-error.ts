import { BaseError } from "../errors/base-error.ts";

/**
 * Why a handover doesn't go on.
 *
 * - `HANDOVER_SPENT` the challenge was used already, or isn't this program's
 * - `HANDOVER_BUSY` another handover is under way; it must end first
 * - `HANDOVER_OVER` this program has given its seed away, or has given up waiting for one
 * - `HANDOVER_RECEIPT` a receipt isn't signed by the recipient over these terms
 * - `HANDOVER_SEED` what came isn't the seed that was committed to
 */
export type HandoverCode =
  | "HANDOVER_SPENT"
  | "HANDOVER_BUSY"
  | "HANDOVER_OVER"
  | "HANDOVER_RECEIPT"
  | "HANDOVER_SEED";

/** A handover that doesn't go on; nothing was given away or erased. */
export class HandoverError extends BaseError {
  declare readonly code: HandoverCode;

  constructor(code: HandoverCode, reason: string) {
    super({ code, shortMessage: `Handover: ${reason}.`, retryable: code === "HANDOVER_BUSY" });
  }
}
