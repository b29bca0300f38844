import { type ContractError, ExecutionError, errorFromExecution } from "../errors/contract-error.ts";
import {
  errorFromInvalidTransaction,
  TransactionError,
  variantName,
  variantValue,
} from "../errors/transaction-error.ts";
import type { CallOutcome } from "./call-contract.ts";

/**
 * Reads the final outcome that `send_tx` or `tx` returned.
 *
 * Throws ContractError or ExecutionError for a failed call, TransactionError when the answer shows no outcome.
 */
export function callOutcome(answer: unknown, transactionHash: string): CallOutcome {
  const { status, transaction_outcome: first, receipts_outcome: others } = (answer ?? {}) as FinalOutcome;
  const failure = variantValue(status, "Failure");
  if (failure !== undefined) throw errorFromFailure(failure);
  const success = variantValue(status, "SuccessValue");
  if (typeof success !== "string") throw new TransactionError("CALL_OUTCOME_UNKNOWN", transactionHash);
  const outcomes = [first, ...(others ?? [])].flatMap((each) =>
    each?.outcome === undefined ? [] : [each.outcome],
  );
  return {
    value: parseValue(success),
    transactionHash,
    logs: outcomes.flatMap(({ logs }) => logs ?? []),
    burntGas: outcomes.reduce((sum, { gas_burnt: gas }) => sum + BigInt(gas ?? 0), 0n),
  };
}

interface OutcomeWithId {
  readonly outcome?: { readonly logs?: readonly string[]; readonly gas_burnt?: number | string };
}

interface FinalOutcome {
  readonly status?: unknown;
  readonly transaction_outcome?: OutcomeWithId;
  readonly receipts_outcome?: readonly OutcomeWithId[];
}

function errorFromFailure(failure: unknown): ContractError | ExecutionError | TransactionError {
  const invalid = variantValue(failure, "InvalidTxError");
  if (invalid !== undefined) return errorFromInvalidTransaction(invalid);
  const kind = variantValue(variantValue(failure, "ActionError"), "kind");
  const call = variantValue(kind, "FunctionCallError");
  const execution = variantValue(call, "ExecutionError");
  if (typeof execution === "string") return errorFromExecution(execution);
  if (variantName(kind) === "AccountDoesNotExist")
    return errorFromExecution("CodeDoesNotExist: no such account");
  return errorFromExecution(JSON.stringify(call ?? kind ?? failure));
}

function parseValue(base64: string): unknown {
  if (base64 === "") return null;
  const text = Buffer.from(base64, "base64").toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ExecutionError({
      code: "EXECUTION_FAILED",
      shortMessage: "The call succeeded, but its result isn't JSON.",
      metaMessages: ["Check that the contract id names the recovery contract."],
      cause,
      retryable: false,
    });
  }
}
