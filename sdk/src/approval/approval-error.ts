import { BaseError } from "../errors/base-error.ts";

/**
 * Why an approval isn't taken.
 *
 * - `APPROVAL_CONTEXT` the statement is for something else: network, contract, purpose, program, recipient
 * - `APPROVAL_TIME` it isn't in force at this time, or for longer than is allowed
 * - `APPROVAL_SIGNERS` a signer occurs twice or out of order
 * - `APPROVAL_NOT_A_MEMBER` a signer isn't in the pinned committee
 * - `APPROVAL_SIGNATURE` a signature isn't over this statement
 * - `APPROVAL_TOO_FEW` fewer members signed than the committee asks for
 */
export type ApprovalCode =
  | "APPROVAL_CONTEXT"
  | "APPROVAL_TIME"
  | "APPROVAL_SIGNERS"
  | "APPROVAL_NOT_A_MEMBER"
  | "APPROVAL_SIGNATURE"
  | "APPROVAL_TOO_FEW";

/** An approval that isn't taken. */
export class ApprovalError extends BaseError {
  declare readonly code: ApprovalCode;

  constructor(code: ApprovalCode, reason: string) {
    super({ code, shortMessage: `Approval refused: ${reason}.`, retryable: false });
  }
}
