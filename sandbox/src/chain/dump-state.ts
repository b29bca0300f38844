import type { StateRecord } from "../genesis/records.ts";
import type { Account } from "../runtime/state.ts";
import type { AccessKey } from "../transaction/actions.ts";
import type { Chain } from "./chain.ts";

type Permission = Extract<StateRecord, { AccessKey: unknown }>["AccessKey"]["access_key"]["permission"];

/**
 * The state as records, in an order in which they can be applied: accounts with their keys, code and data. Receipts
 * on their way and open yields are left out.
 */
export function dumpState({ state }: Chain): StateRecord[] {
  return [...state.accounts].flatMap(([accountId, account]) => [
    ...accountRecords(accountId, account),
    ...dataRecords(accountId, state.contractData.get(accountId) ?? new Map<string, Uint8Array>()),
  ]);
}

function accountRecords(accountId: string, account: Account): StateRecord[] {
  const record = {
    amount: String(account.amountYocto),
    locked: String(account.lockedYocto),
    code_hash: account.codeHash,
    storage_usage: Number(account.storageUsageBytes),
  };
  const keys = [...account.keys].map(([publicKey, key]) => ({
    AccessKey: {
      account_id: accountId,
      public_key: publicKey,
      access_key: { nonce: Number(key.nonce), permission: permissionJson(key) },
    },
  }));
  const code =
    account.code === null
      ? []
      : [{ Contract: { account_id: accountId, code: Buffer.from(account.code).toString("base64") } }];
  return [{ Account: { account_id: accountId, account: record } }, ...keys, ...code];
}

function permissionJson({ permission }: AccessKey): Permission {
  if (permission.kind === "FullAccess") return "FullAccess";
  const { allowanceYocto, methodNames, receiverId } = permission;
  const allowance = allowanceYocto === null ? null : String(allowanceYocto);
  return { FunctionCall: { allowance, receiver_id: receiverId, method_names: methodNames } };
}

function dataRecords(accountId: string, data: ReadonlyMap<string, Uint8Array>): StateRecord[] {
  return [...data].map(([key, value]) => ({
    Data: {
      account_id: accountId,
      data_key: Buffer.from(key, "latin1").toString("base64"),
      value: Buffer.from(value).toString("base64"),
    },
  }));
}
