import { BaseError } from "../errors/base-error.ts";

/**
 * Why an envelope wasn't made or opened. Nothing of its body is used after any of them.
 *
 * - `ENVELOPE_TOO_LARGE` the text, header or body exceeds `ENVELOPE_LIMITS`
 * - `ENVELOPE_MALFORMED` it isn't the one text form of an envelope
 * - `ENVELOPE_OTHER_CONTEXT` a header field isn't what the receiver expects
 * - `ENVELOPE_EXPIRED` its time is over
 * - `ENVELOPE_BAD_SIGNATURE` the sender's key didn't sign this header and body
 * - `ENVELOPE_BAD_BODY` the body doesn't open under the keys of this exchange
 */
export type EnvelopeCode =
  | "ENVELOPE_TOO_LARGE"
  | "ENVELOPE_MALFORMED"
  | "ENVELOPE_OTHER_CONTEXT"
  | "ENVELOPE_EXPIRED"
  | "ENVELOPE_BAD_SIGNATURE"
  | "ENVELOPE_BAD_BODY";

/** An envelope that can't be made or opened. The message quotes header fields, which are public, and no more. */
export class EnvelopeError extends BaseError {
  declare readonly code: EnvelopeCode;

  constructor(code: EnvelopeCode, shortMessage: string) {
    super({ code, shortMessage, retryable: false });
  }
}
