import { BaseError } from "./base-error.ts";
import { clientDocsPath } from "./docs-path.ts";

/**
 * - `ANSWER_INVALID` the signature that came back doesn't verify under the derived key
 * - `NO_DERIVED_KEY_HERE` no key can be derived from what an endpoint showed as the domain's key
 */
export type SignatureCode = "ANSWER_INVALID" | "NO_DERIVED_KEY_HERE";

/** An answer of the network, or a key, that an endpoint can only have made up: the contract checks both. */
export class SignatureError extends BaseError {
  declare readonly code: SignatureCode;

  constructor(code: SignatureCode, key: string, transactionHash: string) {
    super({
      code,
      shortMessage:
        code === "ANSWER_INVALID"
          ? `Expected a signature under ${key}, but that of transaction ${transactionHash} doesn't verify.`
          : `Expected a domain's key on secp256k1 or ed25519, but found ${key}.`,
      metaMessages: ["Use another endpoint: the contract lets no such answer pass."],
      docsPath: clientDocsPath(code),
      retryable: false,
    });
  }
}
