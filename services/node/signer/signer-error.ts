import { BaseError } from "../../../sdk/src/errors/base-error.ts";

/** What can go wrong in the signer; every code has one meaning and one cure. */
export type SignerErrorCode =
  | "BAD_PARAMETERS"
  | "BAD_ROUND1_PACKAGE"
  | "BAD_ROUND2_PACKAGE"
  | "TRANSCRIPT_MISMATCH"
  | "NONCE_SPENT"
  | "BAD_COMMITMENT_LIST"
  | "BAD_SIGNATURE_SHARE"
  | "BAD_SIGNATURE"
  | "BAD_KEYSHARE"
  | "BAD_MESSAGE"
  | "NOT_ENOUGH_SIGNERS"
  | "TIMED_OUT"
  | "PEER_REFUSED"
  | "PEER_CHANGED_ITS_MIND"
  | "ABORTED"
  | "BAD_PARTICIPANTS_FILE";

/**
 * A refusal of the signer. `message` says what was expected, what was found and what to do;
 * `participantIds` names those who caused it (empty when nobody in particular did).
 */
export class SignerError extends BaseError {
  declare readonly code: SignerErrorCode;
  readonly participantIds: readonly number[];

  constructor(code: SignerErrorCode, message: string, participantIds: readonly number[] = []) {
    super({ code, shortMessage: message, retryable: RETRYABLE.has(code) });
    this.participantIds = participantIds;
  }
}

/** The text of anything thrown, for embedding in a sentence of ours. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

const RETRYABLE: ReadonlySet<SignerErrorCode> = new Set(["NOT_ENOUGH_SIGNERS", "TIMED_OUT"]);
