import { BaseError } from "./base-error.ts";
import { clientDocsPath } from "./docs-path.ts";
import { TRANSACTION_TEXTS } from "./transaction-texts.ts";

/**
 * Why a transaction wasn't carried out, before the contract saw it.
 *
 * - `ACCESS_KEY_NOT_FOUND`, `ACCESS_KEY_WRONG_RECEIVER`, `ACCESS_KEY_WRONG_METHOD`, `ACCESS_KEY_NO_DEPOSIT`,
 *   `ACCESS_KEY_ALLOWANCE_SPENT`: the key on the account doesn't allow this call
 * - `SIGNER_MISSING` the account doesn't exist; `BALANCE_TOO_LOW` it can't pay
 * - `NONCE_TAKEN`, `TRANSACTION_EXPIRED`: lost a race; a new attempt may succeed
 * - `CALL_OUTCOME_UNKNOWN` it was sent, but no answer came: read the contract before sending again
 * - `TRANSACTION_INVALID` anything else
 */
export type TransactionCode =
  | "ACCESS_KEY_NOT_FOUND"
  | "ACCESS_KEY_WRONG_RECEIVER"
  | "ACCESS_KEY_WRONG_METHOD"
  | "ACCESS_KEY_NO_DEPOSIT"
  | "ACCESS_KEY_ALLOWANCE_SPENT"
  | "SIGNER_MISSING"
  | "BALANCE_TOO_LOW"
  | "NONCE_TAKEN"
  | "TRANSACTION_EXPIRED"
  | "CALL_OUTCOME_UNKNOWN"
  | "TRANSACTION_INVALID";

/** A transaction that the network refused or lost. `reported` is what the node said, if it said something. */
export class TransactionError extends BaseError {
  declare readonly code: TransactionCode;
  readonly reported: unknown;

  constructor(code: TransactionCode, reported: unknown, cause?: unknown) {
    const { meaning, remedy, retry } = TRANSACTION_TEXTS[code];
    const details =
      reported === undefined ? [] : [`Reported: ${JSON.stringify(reported).slice(0, MAX_SHOWN)}`];
    super({
      code,
      shortMessage: meaning,
      metaMessages: [...details, remedy],
      docsPath: clientDocsPath(code),
      cause,
      retryable: retry === "helps",
    });
    this.reported = reported;
  }
}

/** The error for nearcore's `InvalidTxError`, as `send_tx` and outcomes carry it. */
export function errorFromInvalidTransaction(reported: unknown): TransactionError {
  const name = variantName(reported);
  const inner = variantValue(reported, "InvalidAccessKeyError");
  const code = inner === undefined ? INVALID_TRANSACTION[name] : INVALID_ACCESS_KEY[variantName(inner)];
  return new TransactionError(code ?? "TRANSACTION_INVALID", reported);
}

/** The name of an externally tagged Rust enum's variant, as it stands in JSON. Empty for anything else. */
export function variantName(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.keys(value)[0] ?? "";
}

/** What a variant of that name carries; undefined when the value isn't that variant. */
export function variantValue(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

const MAX_SHOWN = 300;

const INVALID_TRANSACTION: Readonly<Record<string, TransactionCode>> = {
  SignerDoesNotExist: "SIGNER_MISSING",
  InvalidNonce: "NONCE_TAKEN",
  Expired: "TRANSACTION_EXPIRED",
  NotEnoughBalance: "BALANCE_TOO_LOW",
  LackBalanceForState: "BALANCE_TOO_LOW",
};

const INVALID_ACCESS_KEY: Readonly<Record<string, TransactionCode>> = {
  AccessKeyNotFound: "ACCESS_KEY_NOT_FOUND",
  ReceiverMismatch: "ACCESS_KEY_WRONG_RECEIVER",
  MethodNameMismatch: "ACCESS_KEY_WRONG_METHOD",
  RequiresFullAccess: "ACCESS_KEY_WRONG_METHOD",
  DepositWithFunctionCall: "ACCESS_KEY_NO_DEPOSIT",
  NotEnoughAllowance: "ACCESS_KEY_ALLOWANCE_SPENT",
};
