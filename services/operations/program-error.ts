import { BaseError, isRetryable } from "../../sdk/src/errors/base-error.ts";
import { ContractError } from "../../sdk/src/errors/contract-error.ts";

/** Exit codes of both programs (recovery-services.md §6). */
export const EXIT = { ok: 0, refused: 1, usage: 2, network: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that ends a program: one sentence that says what to do, and the exit code. */
export class ProgramError extends BaseError {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, code: string, message: string, cause?: unknown) {
    super({ code, shortMessage: message, retryable: exitCode === EXIT.network, cause });
    this.exitCode = exitCode;
  }
}

/** The operator gave something that can't work: a flag, a config, a file. */
export function usageError(code: string, message: string, cause?: unknown): ProgramError {
  return new ProgramError(EXIT.usage, code, message, cause);
}

/** The exit code for anything thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ProgramError) return error.exitCode;
  if (USAGE_CODES.has(codeOf(error) ?? "")) return EXIT.usage;
  return isRetryable(error) ? EXIT.network : EXIT.refused;
}

// Line breaks become blanks before; what is left of these can steer a terminal or turn its text around.
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Any error as one line for an operator; parts of it may come from others. */
export function oneLine(error: unknown): string {
  const text =
    error instanceof BaseError
      ? [error.shortMessage, ...error.metaMessages].join(" ")
      : error instanceof Error
        ? error.message
        : String(error);
  return text
    .replace(/\s*\n\s*/g, " ")
    .trim()
    .replace(STEERING, "?");
}

/** The `code` of an error of ours or of the system. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error is the contract's own coded refusal, as opposed to a failure on the way to it. */
export function isContractRefusal(error: unknown): error is ContractError {
  return error instanceof ContractError;
}

const USAGE_CODES = new Set([
  "STORE_KEY_UNUSABLE",
  "JOURNAL_DAMAGED",
  "KEYSHARES_DOCUMENT_INVALID",
  "KEY_FILE_MISSING",
  "KEY_FILE_UNREADABLE",
  "KEY_FILE_BROKEN",
  "KEY_FILE_EXISTS",
  "KEY_FILE_NOT_WRITTEN",
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EACCES",
]);
