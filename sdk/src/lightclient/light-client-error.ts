import { BaseError } from "../errors/base-error.ts";

/**
 * Why a head or an outcome isn't believed.
 *
 * - `LIGHT_BLOCK_MALFORMED`, `OUTCOME_PROOF_MALFORMED` the RPC's JSON isn't of the documented form
 * - `LIGHT_BLOCK_STALE` its height isn't above the head's
 * - `LIGHT_BLOCK_EPOCH` it is neither of the head's epoch nor of the next, or ends an epoch without naming who follows
 * - `LIGHT_BLOCK_APPROVALS` a signature is false, or too little of the stake signed
 * - `LIGHT_BLOCK_PRODUCERS` the producers that it names aren't those that its header commits to
 * - `OUTCOME_NOT_PROVEN` a path of the proof doesn't lead where it must
 * - `OUTCOME_OTHER` it proves another outcome than the one asked for
 */
export type LightClientCode =
  | "LIGHT_BLOCK_MALFORMED"
  | "LIGHT_BLOCK_STALE"
  | "LIGHT_BLOCK_EPOCH"
  | "LIGHT_BLOCK_APPROVALS"
  | "LIGHT_BLOCK_PRODUCERS"
  | "OUTCOME_PROOF_MALFORMED"
  | "OUTCOME_NOT_PROVEN"
  | "OUTCOME_OTHER";

/** A block or a proof that the light client doesn't believe. */
export class LightClientError extends BaseError {
  declare readonly code: LightClientCode;

  constructor(code: LightClientCode, reason: string) {
    super({ code, shortMessage: `Light client: ${reason}.`, retryable: false });
  }
}
