import { BaseError } from "./base-error.ts";
import { clientDocsPath } from "./docs-path.ts";

/** `RESULT_INVALID`: a method answered with JSON of another shape, so this isn't a contract that the SDK knows. */
export class ResultError extends BaseError {
  constructor(method: string, path: string, expected: string, found: string) {
    const where = path === "" ? "" : ` at ${path}`;
    super({
      code: "RESULT_INVALID",
      shortMessage: `The method ${method} should answer ${expected}${where}, but it answered ${found}.`,
      metaMessages: ["Check the contract id; the contract's version may be one that this SDK doesn't know."],
      docsPath: clientDocsPath("RESULT_INVALID"),
      retryable: false,
    });
  }
}
