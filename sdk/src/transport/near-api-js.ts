/** The contract through near-api-js 7: `mpc-recovery/transport/near-api-js`. */
import { type Account, actions, type Provider } from "near-api-js";
import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import type { ReadContract } from "../client/read-contract.ts";
import { signerKey } from "../crypto/key-texts.ts";
import { TransactionError } from "../errors/transaction-error.ts";
import { libraryCaller, libraryReader } from "./library-transport.ts";
import type { Transport } from "./transport.ts";

export type { Transport } from "./transport.ts";

const LIBRARY = "near-api-js";

/** Views through a provider, without keys. */
export function nearApiJsReader(provider: Pick<Provider, "query">, contractId: string): ReadContract {
  // Views are the only requests made here.
  return libraryReader(LIBRARY, contractId, (_query, params) => provider.query(params as QueryParams));
}

/**
 * Views and calls through an account with its signer.
 *
 * Throws TransactionError `ACCESS_KEY_NOT_FOUND` when the account has no signer, KeyError when its key isn't ed25519.
 */
export async function nearApiJsTransport(account: Account, contractId: string): Promise<Transport> {
  const signer = account.getSigner();
  if (signer === undefined) throw new TransactionError("ACCESS_KEY_NOT_FOUND", "the account has no signer");
  const key = signerKey((await signer.getPublicKey()).toString());
  return {
    reader: nearApiJsReader(account.provider, contractId),
    caller: libraryCaller(
      { accountId: account.accountId as AccountId, signerKey: key },
      ({ method, args, gas, depositYocto }) =>
        account.signAndSendTransaction({
          receiverId: contractId,
          actions: [actions.functionCall(method, args, gas, depositYocto)],
          waitUntil: "FINAL",
          throwOnFailure: false,
        }),
    ),
  };
}

type QueryParams = Parameters<Provider["query"]>[0];
