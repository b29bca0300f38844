import { BaseError } from "../errors/base-error.ts";
import { clientDocsPath } from "../errors/docs-path.ts";

/**
 * Why the inspector can't show what was asked for.
 *
 * - `BLOCK_NOT_KEPT` no endpoint has the state of that block any more
 * - `PROPOSAL_UNREADABLE` a proposal file isn't one
 * - `TRANSACTION_NOT_FOUND` no endpoint knows the transaction
 */
export type InspectCode = "BLOCK_NOT_KEPT" | "PROPOSAL_UNREADABLE" | "TRANSACTION_NOT_FOUND";

/** What was expected, what was found, and what to do; never retryable. */
export class InspectError extends BaseError {
  declare readonly code: InspectCode;

  constructor(code: InspectCode, shortMessage: string, hint: string, cause?: unknown) {
    super({
      code,
      shortMessage,
      metaMessages: [hint],
      docsPath: clientDocsPath(code),
      retryable: false,
      cause,
    });
  }
}
