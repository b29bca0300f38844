import type { BaseError } from "../errors/base-error.ts";
import { errorFromExecution } from "../errors/contract-error.ts";
import { ReportedError, RpcError } from "../errors/rpc-error.ts";
import {
  errorFromInvalidTransaction,
  type TransactionCode,
  TransactionError,
  variantValue,
} from "../errors/transaction-error.ts";

/**
 * The SDK's error for what a NEAR library threw during a view.
 *
 * Of the library's text nothing is shown but a panic: some libraries put the endpoint's URL into it, API key
 * included.
 */
export function errorFromView(thrown: unknown, library: string): BaseError {
  const execution = executionText(thrown);
  if (execution !== undefined) return errorFromExecution(execution);
  const names = namesOf(thrown);
  if (names.some((name) => METHOD_MISSING.has(name))) return errorFromExecution("MethodNotFound");
  const cause = names.map((name) => CAUSES[name]).find((known) => known !== undefined);
  const name = nodeName(library);
  if (cause !== undefined) {
    return new ReportedError(name, { cause, info: null, data: null, message: "" });
  }
  if (
    isTextAbout(thrown, /DB Not Found Error: BLOCK|UNKNOWN_BLOCK|GARBAGE_COLLECTED_BLOCK|garbage collected/i)
  ) {
    return new ReportedError(name, { cause: "UNKNOWN_BLOCK", info: null, data: null, message: "" });
  }
  return new RpcError("RPC_UNREACHABLE", name, `gave no answer (${names[0] ?? "no error"})`, {
    retryable: true,
    hints: ["Check the endpoint that the library was set up with."],
  });
}

/**
 * The SDK's error for what a NEAR library threw during a call. What doesn't prove that the transaction never
 * happened is `CALL_OUTCOME_UNKNOWN`.
 */
export function errorFromCall(thrown: unknown): BaseError {
  const execution = executionText(thrown);
  if (execution !== undefined) return errorFromExecution(execution);
  const invalid = invalidTransaction(thrown);
  if (invalid !== undefined) return errorFromInvalidTransaction(invalid);
  const names = namesOf(thrown);
  const code = names.map((name) => REFUSED[name]).find((known) => known !== undefined);
  return new TransactionError(code ?? "CALL_OUTCOME_UNKNOWN", names[0]);
}

/** How messages name the endpoint of a library, whose URL only the library knows. */
export function nodeName(library: string): string {
  return `behind ${library}`;
}

// near-api-js 5 and near-workspaces name errors by `type`, near-api-js 7 and near-kit by their class.
function namesOf(thrown: unknown): string[] {
  const { name, type } = record(thrown);
  const own = thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  return [type, name, own]
    .filter((one) => typeof one === "string")
    .map((one) => one.replace(/(?:Action)?Error$/, ""))
    .filter((one) => one !== "");
}

function executionText(thrown: unknown): string | undefined {
  const { panic, message } = record(thrown);
  return [panic, message].find(
    (text) => typeof text === "string" && /Smart contract panicked|wasm execution failed/.test(text),
  ) as string | undefined;
}

function isTextAbout(thrown: unknown, about: RegExp): boolean {
  const { message } = record(thrown);
  return typeof message === "string" && about.test(message);
}

function invalidTransaction(thrown: unknown): unknown {
  const { details, data, context } = record(thrown);
  return [details, data, context]
    .map((holder) => variantValue(holder, "InvalidTxError"))
    .find((found) => found !== undefined);
}

function record(thrown: unknown): Readonly<Record<string, unknown>> {
  return typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>) : {};
}

const METHOD_MISSING = new Set(["ContractMethodNotFound", "MethodNotFound"]);

/** Names of errors as nearcore's RPC calls their causes. */
const CAUSES: Readonly<Record<string, string>> = {
  AccountDoesNotExist: "UNKNOWN_ACCOUNT",
  UnknownBlock: "UNKNOWN_BLOCK",
  GarbageCollectedBlock: "GARBAGE_COLLECTED_BLOCK",
  ContractCodeDoesNotExist: "NO_CONTRACT_CODE",
  CodeDoesNotExist: "NO_CONTRACT_CODE",
  ContractNotDeployed: "NO_CONTRACT_CODE",
  NodeNotSynced: "NOT_SYNCED_YET",
  NotSyncedYet: "NOT_SYNCED_YET",
  NoSyncedBlocks: "NO_SYNCED_BLOCKS",
  ShardUnavailable: "UNAVAILABLE_SHARD",
  UnavailableShard: "UNAVAILABLE_SHARD",
  TransactionTimeout: "TIMEOUT_ERROR",
  Timeout: "TIMEOUT_ERROR",
  InternalServer: "INTERNAL_ERROR",
  InternalHandler: "INTERNAL_ERROR",
  InternalRpc: "INTERNAL_ERROR",
};

/** Names of errors that say that the transaction was refused before it happened. */
const REFUSED: Readonly<Record<string, TransactionCode>> = {
  AccessKeyDoesNotExist: "ACCESS_KEY_NOT_FOUND",
  AccessKeyNotFound: "ACCESS_KEY_NOT_FOUND",
  KeyNotFound: "ACCESS_KEY_NOT_FOUND",
  InvalidKey: "ACCESS_KEY_NOT_FOUND",
  AccessKeyReceiverMismatch: "ACCESS_KEY_WRONG_RECEIVER",
  ReceiverMismatch: "ACCESS_KEY_WRONG_RECEIVER",
  AccessKeyMethodNameMismatch: "ACCESS_KEY_WRONG_METHOD",
  MethodNameMismatch: "ACCESS_KEY_WRONG_METHOD",
  AccessKeyRequiresFullAccess: "ACCESS_KEY_WRONG_METHOD",
  AccessKeyDepositWithFunctionCall: "ACCESS_KEY_NO_DEPOSIT",
  DepositWithFunctionCall: "ACCESS_KEY_NO_DEPOSIT",
  AccessKeyNotEnoughAllowance: "ACCESS_KEY_ALLOWANCE_SPENT",
  NotEnoughAllowance: "ACCESS_KEY_ALLOWANCE_SPENT",
  AccountDoesNotExist: "SIGNER_MISSING",
  SignerDoesNotExist: "SIGNER_MISSING",
  NotEnoughBalance: "BALANCE_TOO_LOW",
  InsufficientBalance: "BALANCE_TOO_LOW",
  InvalidNonce: "NONCE_TAKEN",
  TransactionExpired: "TRANSACTION_EXPIRED",
  Expired: "TRANSACTION_EXPIRED",
};
