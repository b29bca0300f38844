import { BaseError } from "./base-error.ts";
import { clientDocsPath } from "./docs-path.ts";

/**
 * Why a NEAR RPC endpoint gave no usable answer.
 *
 * - `RPC_BAD_URL` the endpoint isn't an http(s) URL
 * - `RPC_UNREACHABLE`, `RPC_TIMEOUT`, `RPC_HTTP_STATUS` (retryable for 408, 425, 429 and 5xx)
 * - `RPC_ANSWER_TOO_LARGE`, `RPC_ANSWER_INVALID` the answer isn't what a NEAR RPC sends
 * - `RPC_ABORTED` the caller's signal ended it
 * - `UNKNOWN_ACCOUNT`, `UNKNOWN_BLOCK`, `UNKNOWN_TRANSACTION`, `UNKNOWN_ACCESS_KEY`, `NO_CONTRACT_CODE`:
 *   what was asked for isn't there
 * - `RPC_REFUSED` any other error that the endpoint reports
 */
export type RpcCode =
  | "RPC_BAD_URL"
  | "RPC_UNREACHABLE"
  | "RPC_TIMEOUT"
  | "RPC_HTTP_STATUS"
  | "RPC_ANSWER_TOO_LARGE"
  | "RPC_ANSWER_INVALID"
  | "RPC_ABORTED"
  | "UNKNOWN_ACCOUNT"
  | "UNKNOWN_BLOCK"
  | "UNKNOWN_TRANSACTION"
  | "UNKNOWN_ACCESS_KEY"
  | "NO_CONTRACT_CODE"
  | "RPC_REFUSED";

/** An endpoint's failure. `endpoint` is its URL without path and query, since those may hold an API key. */
export class RpcError extends BaseError {
  declare readonly code: RpcCode;
  readonly endpoint: string;

  constructor(code: RpcCode, endpoint: string, what: string, detail: RpcErrorDetail) {
    super({
      code,
      shortMessage: `The NEAR RPC endpoint ${endpoint} ${what}.`,
      metaMessages: [...(detail.hints ?? []), ...retryAdvice(code, detail.retryable)],
      docsPath: clientDocsPath(code),
      cause: detail.cause,
      retryable: detail.retryable,
    });
    this.endpoint = endpoint;
  }
}

/** What goes with the code and the sentence of an RpcError. */
export interface RpcErrorDetail {
  readonly retryable: boolean;
  readonly hints?: readonly string[];
  readonly cause?: unknown;
}

/** An error that a NEAR RPC reported in its answer's `error` field, as it was sent. */
export interface ReportedRpcError {
  /** `error.cause.name`, or `error.name` where there is no cause; else `UNNAMED` or `RATE_LIMITED`. */
  readonly cause: string;
  /** `error.cause.info`. */
  readonly info: unknown;
  /** `error.data`: the transaction's error for `send_tx`. */
  readonly data: unknown;
  readonly message: string;
}

/** Carries what an endpoint reported beside the code that it was given here. */
export class ReportedError extends RpcError {
  readonly reported: ReportedRpcError;

  constructor(endpoint: string, reported: ReportedRpcError) {
    const known = KNOWN_CAUSES[reported.cause];
    const what =
      known?.what ?? `reports ${JSON.stringify(`${reported.cause}: ${reported.message}`.slice(0, 300))}`;
    super(known?.code ?? "RPC_REFUSED", endpoint, what, {
      retryable: known?.retryable ?? RETRYABLE_CAUSES.has(reported.cause),
      hints: known?.hints ?? [],
    });
    this.reported = reported;
  }
}

function retryAdvice(code: RpcCode, retryable: boolean): string[] {
  if (code === "RPC_ABORTED") return [];
  return [retryable ? "Trying again may help." : "Trying again won't help by itself."];
}

interface KnownCause {
  readonly code: RpcCode;
  readonly what: string;
  readonly retryable: boolean;
  readonly hints?: readonly string[];
}

const CHECK_CONTRACT = "Check the contract id and that the endpoint serves the right network.";

// Names from nearcore's RPC error types; see https://docs.near.org/api/rpc/errors.
const KNOWN_CAUSES: Readonly<Record<string, KnownCause>> = {
  UNKNOWN_ACCOUNT: {
    code: "UNKNOWN_ACCOUNT",
    what: "knows no such account",
    retryable: false,
    hints: [CHECK_CONTRACT],
  },
  UNKNOWN_BLOCK: { code: "UNKNOWN_BLOCK", what: "doesn't have that block", retryable: true },
  GARBAGE_COLLECTED_BLOCK: {
    code: "UNKNOWN_BLOCK",
    what: "has dropped that block",
    retryable: false,
    hints: ["An archival endpoint has it."],
  },
  UNKNOWN_TRANSACTION: { code: "UNKNOWN_TRANSACTION", what: "knows no such transaction", retryable: true },
  UNKNOWN_ACCESS_KEY: {
    code: "UNKNOWN_ACCESS_KEY",
    what: "knows no such access key of the account",
    retryable: false,
    hints: ["Add the key to the account first."],
  },
  NO_CONTRACT_CODE: {
    code: "NO_CONTRACT_CODE",
    what: "finds no contract on that account",
    retryable: false,
    hints: [CHECK_CONTRACT],
  },
};

/** For an error without a name: no NEAR node wrote it, so another endpoint may do better. */
export const UNNAMED_CAUSE = "UNNAMED";

const RETRYABLE_CAUSES = new Set([
  "RATE_LIMITED",
  "INTERNAL_ERROR",
  "NO_SYNCED_BLOCKS",
  "NOT_SYNCED_YET",
  "UNAVAILABLE_SHARD",
  "TIMEOUT_ERROR",
  "REQUEST_ROUTED",
]);
