import { BaseError } from "./base-error.ts";
import { clientDocsPath } from "./docs-path.ts";

/**
 * The contract's state couldn't be proven, so nothing that depends on it may leave.
 *
 * - `TOO_FEW_ENDPOINTS` the set-up can't prove anything: fewer endpoints than must agree, or the same one twice
 * - `ENDPOINTS_DISAGREE` two endpoints contradict each other about the same block: at least one lies or is broken
 * - `QUORUM_NOT_REACHED` too few endpoints answered about a common block
 * - `STATE_TOO_OLD` the newest common final block is older than the limit
 * - `HISTORY_NOT_PROVEN` a block other than the newest final one was asked for
 */
export type ProofCode =
  | "TOO_FEW_ENDPOINTS"
  | "ENDPOINTS_DISAGREE"
  | "QUORUM_NOT_REACHED"
  | "STATE_TOO_OLD"
  | "HISTORY_NOT_PROVEN";

/** A refusal to believe what the endpoints say. `causes` holds what each failing endpoint threw. */
export class ProofError extends BaseError {
  declare readonly code: ProofCode;
  readonly causes: readonly unknown[];

  constructor(code: ProofCode, shortMessage: string, hint: string, causes: readonly unknown[] = []) {
    const reported = causes.map((cause) => (cause instanceof BaseError ? cause.shortMessage : String(cause)));
    super({
      code,
      shortMessage,
      metaMessages: [...reported, hint],
      docsPath: clientDocsPath(code),
      cause: causes[0],
      retryable: code === "QUORUM_NOT_REACHED" || code === "STATE_TOO_OLD",
    });
    this.causes = causes;
  }
}
