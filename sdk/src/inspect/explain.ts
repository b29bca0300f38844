import { decodeEvent } from "../../../contract/src/interface/event-log.ts";
import { decodePanic } from "../../../contract/src/interface/panic.ts";
import { ERROR_TEXTS } from "../../../contract/src/protocol/error-texts.ts";
import { EVENT_TEXTS } from "../../../contract/src/protocol/event-texts.ts";
import { callOutcome } from "../client/call-outcome.ts";
import { BaseError } from "../errors/base-error.ts";
import { CLIENT_ERROR_TEXTS } from "../errors/client-error-texts.ts";
import { ContractError, errorFromExecution } from "../errors/contract-error.ts";
import { clientDocsPath } from "../errors/docs-path.ts";
import { variantValue } from "../errors/transaction-error.ts";
import type { CalledFunction, SeenTransaction } from "./read-transaction.ts";

/** An error in words. */
export interface ErrorExplanation {
  readonly code: string;
  readonly meaning: string;
  /** The values it came with, and what to do, one a line. */
  readonly details: readonly string[];
  readonly docsPath: string | null;
}

/** One event in words; `meaning` is null for an event that this version doesn't know. */
export interface EventExplanation {
  readonly event: string;
  readonly meaning: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A transaction in words. */
export interface TransactionExplanation {
  readonly hash: string;
  readonly signerId: string;
  readonly signerKey: string;
  readonly receiverId: string;
  readonly calls: readonly CalledFunction[];
  readonly outcome: "succeeded" | "failed" | "pending";
  readonly error: ErrorExplanation | null;
  readonly events: readonly EventExplanation[];
  /** Gas units of all receipts. */
  readonly burntGas: bigint;
}

/** Says what a transaction to the contract did, from its outcomes. Pure. */
export function explainTransaction(transaction: SeenTransaction, contractId: string): TransactionExplanation {
  const { calls, hash, outcomes, receiverId, signerId, signerKey, status } = transaction;
  const error = failureOf(status, hash);
  const isDone = error !== null || variantValue(status, "SuccessValue") !== undefined;
  const logs = outcomes.filter(({ executorId }) => executorId === contractId).flatMap((each) => each.logs);
  return {
    hash,
    signerId,
    signerKey,
    receiverId,
    calls,
    outcome: error !== null ? "failed" : isDone ? "succeeded" : "pending",
    error,
    events: logs.flatMap((line) => {
      const decoded = decodeEvent(line);
      return decoded === null ? [] : [{ ...decoded, meaning: eventMeaning(decoded.event) }];
    }),
    burntGas: outcomes.reduce((sum, { burntGas }) => sum + burntGas, 0n),
  };
}

/** What an event says, in a sentence; null for one that this version doesn't know. */
export function eventMeaning(event: string): string | null {
  return Object.hasOwn(EVENT_TEXTS, event) ? EVENT_TEXTS[event as keyof typeof EVENT_TEXTS] : null;
}

/**
 * Explains an error however it was copied: a code alone, the contract's panic, or the output of a tool with either in
 * it. Pure; text that holds none has the code `UNKNOWN`.
 */
export function explainError(text: string): ErrorExplanation {
  // Tools print the panic as a JSON text within theirs.
  const refusal = decodePanic(text) ?? decodePanic(text.replaceAll('\\"', '"'));
  if (refusal !== null) return explained(new ContractError({ code: refusal.name, info: refusal.info }));
  const words = text.match(/[A-Z][A-Z0-9_]{3,}/g) ?? [];
  const code = words.find((word) => Object.hasOwn(ERROR_TEXTS, word));
  if (code !== undefined) return explained(new ContractError({ code, info: {} }));
  for (const word of words) {
    const known = Object.hasOwn(CLIENT_ERROR_TEXTS, word) ? CLIENT_ERROR_TEXTS[word] : undefined;
    if (known === undefined) continue;
    const { meaning, remedy } = known;
    return { code: word, meaning, details: [remedy], docsPath: clientDocsPath(word) };
  }
  const fault = errorFromExecution(text);
  return fault.code === "EXECUTION_FAILED" ? UNKNOWN : explained(fault);
}

const UNKNOWN: ErrorExplanation = {
  code: "UNKNOWN",
  meaning: "No error code of the contract or of the SDK is in this text.",
  details: ["Codes of mpc-node and mpc-backup are explained in docs/operating.md."],
  docsPath: null,
};

function explained(error: BaseError): ErrorExplanation {
  const { code, docsPath, metaMessages, shortMessage } = error;
  return { code, meaning: shortMessage, details: metaMessages, docsPath: docsPath ?? null };
}

function failureOf(status: unknown, hash: string): ErrorExplanation | null {
  if (variantValue(status, "Failure") === undefined) return null;
  try {
    callOutcome({ status }, hash);
  } catch (error) {
    if (error instanceof BaseError) return explained(error);
    throw error;
  }
  return null;
}
