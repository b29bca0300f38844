import { BaseError } from "../../../sdk/src/errors/base-error.ts";

/**
 * Why a message of version 2 isn't taken. Nothing of it is used after any of them.
 *
 * - `AUTHENTICATION_MISSING` no authentication header
 * - `AUTHENTICATION_MALFORMED` it isn't the one text form of such a header
 * - `AUTHENTICATION_OTHER_MESSAGE` it was signed for another method, path, direction, status, body or request
 * - `AUTHENTICATION_OTHER_CONTEXT` it was signed for another network, contract, account or receiver, or with other keys
 * - `AUTHENTICATION_BAD_SIGNATURE` the TLS key that the contract names didn't sign it
 * - `AUTHENTICATION_EXPIRED` its last block has passed, or lies beyond its keys' last one
 */
export type AuthenticationCode =
  | "AUTHENTICATION_MISSING"
  | "AUTHENTICATION_MALFORMED"
  | "AUTHENTICATION_OTHER_MESSAGE"
  | "AUTHENTICATION_OTHER_CONTEXT"
  | "AUTHENTICATION_BAD_SIGNATURE"
  | "AUTHENTICATION_EXPIRED";

/** A message that isn't authentic. It quotes public values only. */
export class AuthenticationError extends BaseError {
  declare readonly code: AuthenticationCode;

  constructor(code: AuthenticationCode, shortMessage: string) {
    super({ code, shortMessage, retryable: false });
  }
}
