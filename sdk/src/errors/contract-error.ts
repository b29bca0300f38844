import { ERROR_TEXTS, type ErrorText } from "../../../contract/src/protocol/error-texts.ts";
import type { ErrorCode, ErrorInfos } from "../../../contract/src/protocol/errors.ts";
import { BaseError } from "./base-error.ts";
import { clientDocsPath } from "./docs-path.ts";
import { type ContractRefusal, panicText, refusalInText } from "./panic-text.ts";

/**
 * The contract refused a call or view: its code, the values it named, a sentence and what to do.
 *
 * The code of a newer contract may be unknown here; it is passed on with its values all the same.
 */
export class ContractError extends BaseError {
  readonly info: Readonly<Record<string, unknown>>;

  constructor(refusal: ContractRefusal) {
    const text = textOf(refusal.code);
    const values = Object.entries(refusal.info).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    super({
      code: refusal.code,
      shortMessage: `${text.meaning} (${refusal.code})`,
      metaMessages: [...values, text.remedy],
      docsPath: `docs/protocol.md#${refusal.code.toLowerCase()}`,
      retryable: false,
    });
    this.info = refusal.info;
  }
}

/** A ContractError of a known code, with the values that this code carries. */
export type Refused<Code extends ErrorCode> = ContractError & {
  readonly code: Code;
  readonly info: ErrorInfos[Code];
};

/** Whether this is the contract's refusal with this code; if so, its values are typed. */
export function isRefusedWith<Code extends ErrorCode>(error: unknown, code: Code): error is Refused<Code> {
  return error instanceof ContractError && error.code === code;
}

/**
 * A call or view that failed without a coded refusal.
 *
 * Codes: `METHOD_NOT_FOUND`, `CONTRACT_NOT_DEPLOYED`, `OUT_OF_GAS`, `CONTRACT_PANICKED` (a panic that isn't
 * one of the contract's refusals: another contract, or a bug), `EXECUTION_FAILED`.
 */
export class ExecutionError extends BaseError {}

/** Turns the text of a failed execution, from a call or a view, into the error that it stands for. */
export function errorFromExecution(text: string): ContractError | ExecutionError {
  const refusal = refusalInText(text);
  if (refusal !== undefined) return new ContractError(refusal);
  const fault = FAULTS.find(({ signs }) => signs.test(text)) ?? OTHER_FAULT;
  const panic = panicText(text);
  const code = panic === undefined ? fault.code : "CONTRACT_PANICKED";
  return new ExecutionError({
    code,
    shortMessage:
      panic === undefined ? fault.sentence : "The contract panicked without one of its error codes.",
    metaMessages: [`Reported: ${JSON.stringify((panic ?? text).slice(0, MAX_SHOWN))}`, fault.hint],
    docsPath: clientDocsPath(code),
    retryable: false,
  });
}

const UNKNOWN_CODE: ErrorText = {
  meaning: "The contract refused for a reason that this SDK doesn't know.",
  remedy: "Check whether the contract is newer than the SDK.",
};

function textOf(code: string): ErrorText {
  return Object.hasOwn(ERROR_TEXTS, code) ? ERROR_TEXTS[code as ErrorCode] : UNKNOWN_CODE;
}

const MAX_SHOWN = 300;

interface Fault {
  readonly signs: RegExp;
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
}

const OTHER_FAULT: Fault = {
  signs: /^/,
  code: "EXECUTION_FAILED",
  sentence: "The contract's execution failed.",
  hint: "Check the contract id and that its version is the one this SDK was made for.",
};

// Texts of nearcore's FunctionCallError and of its RPC handlers.
const FAULTS: readonly Fault[] = [
  {
    signs: /MethodNotFound|MethodResolveError/,
    code: "METHOD_NOT_FOUND",
    sentence: "The contract on that account has no such method.",
    hint: OTHER_FAULT.hint,
  },
  {
    signs: /CodeDoesNotExist|ContractCode.*not.*exist/i,
    code: "CONTRACT_NOT_DEPLOYED",
    sentence: "There is no contract on that account.",
    hint: "Check the contract id and the network.",
  },
  {
    signs: /Exceeded the prepaid gas|GasExceeded|GasLimitExceeded|Exceeded the maximum amount of gas/,
    code: "OUT_OF_GAS",
    sentence: "The call ran out of gas.",
    hint: "The SDK attaches what the method needs; a contract of another version may need more.",
  },
];
