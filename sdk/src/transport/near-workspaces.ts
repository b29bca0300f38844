/**
 * The contract through near-workspaces 5, for tests: `mpc-recovery/transport/near-workspaces`. Imports nothing of it:
 * it takes the caller's worker and account.
 */
import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import type { ReadContract } from "../client/read-contract.ts";
import { signerKey } from "../crypto/key-texts.ts";
import { TransactionError } from "../errors/transaction-error.ts";
import { libraryCaller, libraryReader } from "./library-transport.ts";
import type { Transport } from "./transport.ts";

export type { Transport } from "./transport.ts";

/** What is used of near-workspaces' `Worker`. */
export interface WorkspacesWorker {
  readonly provider: {
    viewCallRaw(
      contractId: string,
      method: string,
      argsBase64: string,
      at: { finality: "final" | "optimistic" } | { block_id: number | string },
    ): Promise<unknown>;
  };
}

/** What is used of near-workspaces' `NearAccount`. */
export interface WorkspacesAccount {
  readonly accountId: string;
  getKey(): Promise<{ getPublicKey(): { toString(): string } } | null>;
  callRaw(
    contractId: string,
    method: string,
    args: Uint8Array,
    options: { readonly gas: bigint; readonly attachedDeposit: bigint },
  ): Promise<{ readonly result: unknown }>;
}

const LIBRARY = "near-workspaces";

/** Views, without keys. */
export function nearWorkspacesReader(worker: WorkspacesWorker, contractId: string): ReadContract {
  return libraryReader(LIBRARY, contractId, (_query, params) => {
    const { account_id, method_name, args_base64, request_type: _, ...at } = params as CallFunction;
    return worker.provider.viewCallRaw(account_id, method_name, args_base64, at as BlockQuery);
  });
}

/**
 * Views and calls by an account with the key that its worker holds for it.
 *
 * Throws TransactionError `ACCESS_KEY_NOT_FOUND` when it holds none, KeyError when it isn't ed25519.
 */
export async function nearWorkspacesTransport(
  worker: WorkspacesWorker,
  contractId: string,
  account: WorkspacesAccount,
): Promise<Transport> {
  const key = await account.getKey();
  if (key === null) throw new TransactionError("ACCESS_KEY_NOT_FOUND", account.accountId);
  return {
    reader: nearWorkspacesReader(worker, contractId),
    caller: libraryCaller(
      { accountId: account.accountId as AccountId, signerKey: signerKey(key.getPublicKey().toString()) },
      async ({ method, args, gas, depositYocto }) => {
        const options = { gas, attachedDeposit: depositYocto };
        return (await account.callRaw(contractId, method, args, options)).result;
      },
    ),
  };
}

interface CallFunction {
  readonly request_type: string;
  readonly account_id: string;
  readonly method_name: string;
  readonly args_base64: string;
}

type BlockQuery = Parameters<WorkspacesWorker["provider"]["viewCallRaw"]>[3];
