import { BaseError } from "../errors/base-error.ts";

/**
 * The check that refused a piece of evidence, in the order in which they are made.
 *
 * - `PLATFORM_NOT_ALLOWED` the policy doesn't take this kind of evidence
 * - `QUOTE_MALFORMED` the quote isn't one of the layouts that Intel documents, to the last byte
 * - `CERTIFICATE_CHAIN` a chain doesn't end at Intel's root, is out of its time, or isn't the one for the purpose
 * - `REVOCATION` a revocation list isn't its issuer's, is out of date, or names a certificate in use
 * - `TCB_INFO`, `QE_IDENTITY` Intel's signature is missing, or the document isn't for this platform
 * - `COLLATERAL_AGE`, `COLLATERAL_ROLLBACK` older than the policy allows, or than what was seen before
 * - `QUOTING_ENCLAVE` the enclave that signed the quote isn't the one of the QE identity
 * - `TDX_MODULE` the TDX module isn't one that the TCB info names
 * - `FIRST_VERIFIER`, `SECOND_VERIFIER`, `VERIFIERS_DISAGREE` the two DCAP libraries
 * - `TCB_STATUS` the policy doesn't take the platform's security level
 * - `EVENT_LOG` replaying the log doesn't give the quote's registers
 * - `SIGNATURE` the signature of a development statement
 * - `REPORT_DATA` the quote is for other keys
 * - `MEASUREMENT` another program than the expected one
 */
export type AttestationCheck =
  | "PLATFORM_NOT_ALLOWED"
  | "QUOTE_MALFORMED"
  | "CERTIFICATE_CHAIN"
  | "REVOCATION"
  | "TCB_INFO"
  | "QE_IDENTITY"
  | "COLLATERAL_AGE"
  | "COLLATERAL_ROLLBACK"
  | "QUOTING_ENCLAVE"
  | "TDX_MODULE"
  | "FIRST_VERIFIER"
  | "SECOND_VERIFIER"
  | "VERIFIERS_DISAGREE"
  | "TCB_STATUS"
  | "EVENT_LOG"
  | "SIGNATURE"
  | "REPORT_DATA"
  | "MEASUREMENT";

/** Evidence that isn't believed; `code` is the check that refused it. */
export class AttestationError extends BaseError {
  declare readonly code: AttestationCheck;

  constructor(check: AttestationCheck, reason: string, cause?: unknown) {
    super({ code: check, shortMessage: `Attestation refused: ${reason}.`, retryable: false, cause });
  }
}
