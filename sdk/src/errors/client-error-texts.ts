/** A sentence for people and what to do, for every code of the SDK's own. Read by the docs; no error carries it. */

import type { InspectCode } from "../inspect/inspect-error.ts";
import { type ClientErrorText, depends, retry, text } from "./error-text.ts";
import type { ProofCode } from "./proof-error.ts";
import type { RpcCode } from "./rpc-error.ts";
import type { SignatureCode } from "./signature-error.ts";
import { TRANSACTION_TEXTS } from "./transaction-texts.ts";

export type ExecutionCode =
  | "METHOD_NOT_FOUND"
  | "CONTRACT_NOT_DEPLOYED"
  | "OUT_OF_GAS"
  | "CONTRACT_PANICKED"
  | "EXECUTION_FAILED";

export type LocalCode =
  | "RESULT_INVALID"
  | "WATCH_BEHIND"
  | "WATCH_CURSOR_INVALID"
  | "BAD_KEY"
  | "WRONG_KEY_KIND"
  | "KEY_FILE_MISSING"
  | "KEY_FILE_UNREADABLE"
  | "KEY_FILE_BROKEN"
  | "KEY_FILE_EXISTS"
  | "KEY_FILE_NOT_WRITTEN";

export const RPC_TEXTS: Readonly<Record<RpcCode, ClientErrorText>> = {
  RPC_BAD_URL: text(
    "The endpoint isn't an http(s) URL, or has a user name in it.",
    "Correct it; API keys belong into path, query or a header.",
  ),
  RPC_UNREACHABLE: retry("No connection to the endpoint.", "Check the URL, the network and the endpoint."),
  RPC_TIMEOUT: retry("The endpoint didn't answer in time.", "Add endpoints, or raise `timeoutMillis`."),
  RPC_HTTP_STATUS: depends(
    "The endpoint answered with an HTTP error. A retry helps for 408, 425, 429 and 5xx.",
    "For 401 and 403 check the API key, for 429 ask less often.",
  ),
  RPC_ANSWER_TOO_LARGE: text(
    "The answer is larger than the limit.",
    "Raise `maxResponseBytes` if it is right.",
  ),
  RPC_ANSWER_INVALID: depends(
    "The answer isn't what a NEAR RPC sends.",
    "Check that the URL is an RPC's; if it is, the endpoint is broken or lies: use another.",
  ),
  RPC_ABORTED: text("The caller's signal ended the request.", "Nothing: it was wanted."),
  UNKNOWN_ACCOUNT: text("The endpoint knows no such account.", "Check the contract id and the network."),
  UNKNOWN_BLOCK: depends(
    "The endpoint doesn't have that block: not yet, or not any more.",
    "Retry for a new block; for an old one use an archival endpoint.",
  ),
  UNKNOWN_TRANSACTION: retry("The endpoint knows no such transaction.", "It may be on its way, or too old."),
  UNKNOWN_ACCESS_KEY: text("The account has no such access key.", "Add the key to the account first."),
  NO_CONTRACT_CODE: text("There is no contract on that account.", "Check the contract id and the network."),
  RPC_REFUSED: depends("The endpoint reports another error.", "Read what it reports."),
};

export const PROOF_TEXTS: Readonly<Record<ProofCode, ClientErrorText>> = {
  TOO_FEW_ENDPOINTS: text(
    "Fewer endpoints on different hosts than must agree, or fewer than two.",
    "Use endpoints of independent operators, or the operator's own NEAR node.",
  ),
  ENDPOINTS_DISAGREE: text(
    "Two endpoints contradict each other about the same block.",
    "One of them lies or is broken: find out which and remove it.",
  ),
  QUORUM_NOT_REACHED: retry("Too few endpoints answered about a common block.", "Add endpoints."),
  STATE_TOO_OLD: retry(
    "The newest block that the endpoints agree on is too far from this machine's clock.",
    "The endpoints lag, or the clock is wrong.",
  ),
  HISTORY_NOT_PROVEN: text(
    "A block other than the newest final one was asked for.",
    "Read older blocks from one endpoint, and believe it less.",
  ),
};

export const EXECUTION_TEXTS: Readonly<Record<ExecutionCode, ClientErrorText>> = {
  METHOD_NOT_FOUND: text(
    "The contract on that account has no such method.",
    "Check the contract id and that its version is the one this SDK was made for.",
  ),
  CONTRACT_NOT_DEPLOYED: text(
    "There is no contract on that account.",
    "Check the contract id and the network.",
  ),
  OUT_OF_GAS: text(
    "The call ran out of gas.",
    "The SDK attaches what the method needs; a contract of another version may need more.",
  ),
  CONTRACT_PANICKED: text(
    "The contract panicked without one of its error codes.",
    "It may be another contract; if it is this one, it is a bug: report it.",
  ),
  EXECUTION_FAILED: text("The contract's execution failed.", "Check the contract id and its version."),
};

export const LOCAL_TEXTS: Readonly<Record<LocalCode, ClientErrorText>> = {
  RESULT_INVALID: text(
    "A method answered with JSON of another shape.",
    "Check the contract id; its version may be one that this SDK doesn't know.",
  ),
  WATCH_BEHIND: retry(
    "The endpoint stays behind a block that was seen before.",
    "Compare with another endpoint; if the earlier answer was false, watch again without the cursor.",
  ),
  WATCH_CURSOR_INVALID: text(
    "What was stored isn't a watch's cursor.",
    "Watch without one, and treat every TLS key from before as void.",
  ),
  BAD_KEY: text("A text isn't a key of NEAR's form.", "Write `<kind>:<base58>`."),
  WRONG_KEY_KIND: text("The key is of another kind than belongs here.", "Use a key of the right kind."),
  KEY_FILE_MISSING: text(
    "There is no key file at the path.",
    "Name an existing one, or make one with the program's init command.",
  ),
  KEY_FILE_UNREADABLE: text("The key file can't be read.", "The program's user must be able to read it."),
  KEY_FILE_BROKEN: text(
    "The file isn't a usable ed25519 key pair.",
    'Expected {"account_id"?, "public_key", "secret_key"}.',
  ),
  KEY_FILE_EXISTS: text(
    "There is something at the path already.",
    "Choose another path, or move it away yourself.",
  ),
  KEY_FILE_NOT_WRITTEN: text(
    "The key file couldn't be written.",
    "Its folder must exist, be writable and have space left.",
  ),
};

export const SIGNATURE_TEXTS: Readonly<Record<SignatureCode, ClientErrorText>> = {
  ANSWER_INVALID: text(
    "The signature that came back doesn't verify under the derived key.",
    "Use another endpoint: the contract lets no such answer pass.",
  ),
  NO_DERIVED_KEY_HERE: text(
    "No key can be derived from what an endpoint showed as the domain's key.",
    "Use another endpoint: the contract lets no such key pass.",
  ),
};

export const INSPECT_TEXTS: Readonly<Record<InspectCode, ClientErrorText>> = {
  BLOCK_NOT_KEPT: text(
    "No endpoint has the state of that block any more.",
    "Use an archival endpoint, or a newer block.",
  ),
  PROPOSAL_UNREADABLE: text(
    "A file isn't a proposal.",
    "Expected the JSON arguments of the proposing method, or the file that `propose_update` was made of.",
  ),
  TRANSACTION_NOT_FOUND: text(
    "No endpoint knows the transaction.",
    "Check hash and network; an old one needs an archival endpoint.",
  ),
};

/** Every code of the SDK's own. */
export const CLIENT_ERROR_TEXTS: Readonly<Record<string, ClientErrorText>> = {
  ...RPC_TEXTS,
  ...TRANSACTION_TEXTS,
  ...PROOF_TEXTS,
  ...EXECUTION_TEXTS,
  ...LOCAL_TEXTS,
  ...INSPECT_TEXTS,
  ...SIGNATURE_TEXTS,
};
