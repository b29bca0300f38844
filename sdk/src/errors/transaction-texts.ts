import { type ClientErrorText, retry, text } from "./error-text.ts";
import type { TransactionCode } from "./transaction-error.ts";

/** The sentences of TransactionError. */
export const TRANSACTION_TEXTS: Readonly<Record<TransactionCode, ClientErrorText>> = {
  ACCESS_KEY_NOT_FOUND: text(
    "The account has no such access key.",
    "Add the key with the account's full-access key (the SDK's roles name its methods).",
  ),
  ACCESS_KEY_WRONG_RECEIVER: text(
    "The access key is limited to another contract.",
    "Check the contract id, or add a key for this contract.",
  ),
  ACCESS_KEY_WRONG_METHOD: text(
    "The access key doesn't allow this method.",
    "Node and backup service have keys with different methods; other calls need the full-access key.",
  ),
  ACCESS_KEY_NO_DEPOSIT: text(
    "A function-call access key can't attach a deposit.",
    "Make this call with the account's full-access key.",
  ),
  ACCESS_KEY_ALLOWANCE_SPENT: text(
    "The access key's gas allowance is used up.",
    "Replace the access key by one with a new allowance.",
  ),
  SIGNER_MISSING: text("The account doesn't exist on this network.", "Check the account id and the network."),
  BALANCE_TOO_LOW: text("The account can't pay for the call.", "Send NEAR to the account."),
  NONCE_TAKEN: retry("Another transaction of this access key came first.", "Run one program per access key."),
  TRANSACTION_EXPIRED: retry(
    "The transaction was too old when it arrived.",
    "The endpoint may lag behind the network.",
  ),
  CALL_OUTCOME_UNKNOWN: retry(
    "The call was sent, but its outcome couldn't be learned.",
    "Read the contract before calling again: it may have happened.",
  ),
  TRANSACTION_INVALID: text(
    "The network refused the transaction.",
    "Check the account, its key and the contract id.",
  ),
};
