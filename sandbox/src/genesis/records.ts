import { codeHashOf } from "../runtime/actions/deploy-contract.ts";
import type { ChunkTrie } from "../runtime/chunk-trie.ts";
import { type Account, NO_CODE_HASH, type WorldState } from "../runtime/state.ts";
import { accessKeyStorageBytes } from "../runtime/storage-staking.ts";
import { isValidAccountId } from "../transaction/account-id.ts";
import type { AccessKey } from "../transaction/actions.ts";
import { formatPublicKey, parsePublicKey } from "../transaction/public-key.ts";
import type { RuntimeParameters } from "../vm/interface.ts";

/** nearcore's `StateRecord` as it stands in genesis files and `sandbox_patch_state`; bytes are base64. */
export type StateRecord =
  | {
      readonly Account: {
        readonly account_id: string;
        readonly account: {
          readonly amount: string;
          readonly locked: string;
          readonly code_hash: string;
          readonly storage_usage: number;
        };
      };
    }
  | {
      readonly AccessKey: {
        readonly account_id: string;
        readonly public_key: string;
        readonly access_key: { readonly nonce: number; readonly permission: PermissionJson };
      };
    }
  | { readonly Contract: { readonly account_id: string; readonly code: string } }
  | {
      readonly Data: { readonly account_id: string; readonly data_key: string; readonly value: string };
    };

type PermissionJson =
  | "FullAccess"
  | {
      readonly FunctionCall: {
        readonly allowance: string | null;
        readonly receiver_id: string;
        readonly method_names: readonly string[];
      };
    };

/** A record that can't be applied: the account is missing, a code hash doesn't fit, or the shape is unknown. */
export class StateRecordError extends Error {
  override readonly name = "StateRecordError";
}

/** Applies genesis records and then computes every account's storage usage, as nearcore's genesis does. */
export function applyGenesisRecords(
  state: WorldState,
  trie: ChunkTrie,
  parameters: RuntimeParameters,
  records: readonly StateRecord[],
): void {
  for (const record of records) applyRecord(state, trie, record);
  for (const [accountId, account] of state.accounts) {
    const storageUsageBytes = storageUsage(state, parameters, accountId, account);
    state.accounts.set(accountId, { ...account, storageUsageBytes });
  }
}

/**
 * Writes one record over what is there; storage usage is what the account record says. Throws StateRecordError, and
 * then nothing of the record is written.
 */
export function applyRecord(state: WorldState, trie: ChunkTrie, record: StateRecord): void {
  try {
    dispatchRecord(state, trie, record);
  } catch (error) {
    if (error instanceof StateRecordError) throw error;
    throw new StateRecordError(`${JSON.stringify(record)?.slice(0, 200)}: ${(error as Error).message}`);
  }
}

function dispatchRecord(state: WorldState, trie: ChunkTrie, record: StateRecord): void {
  if ("Account" in record) applyAccount(state, trie, record.Account);
  else if ("AccessKey" in record) applyAccessKey(state, trie, record.AccessKey);
  else if ("Contract" in record) applyContract(state, trie, record.Contract);
  else if ("Data" in record) applyData(state, trie, record.Data);
  else {
    const found = Object.keys(record).join(", ");
    throw new StateRecordError(`expected a record Account, AccessKey, Contract or Data, found '${found}'`);
  }
}

type Fields<Name extends string> = Extract<StateRecord, Record<Name, unknown>>[Name];

function applyAccount(state: WorldState, trie: ChunkTrie, record: Fields<"Account">): void {
  const { account, account_id: accountId } = record;
  if (!isValidAccountId(accountId))
    throw new StateRecordError(`expected an account id, found '${accountId}'`);
  const existing = state.accounts.get(accountId);
  const code = existing?.code ?? null;
  const patched: Account = {
    amountYocto: unsigned(account.amount, "amount", 128),
    lockedYocto: unsigned(account.locked, "locked", 128),
    codeHash: account.code_hash,
    code: account.code_hash === NO_CODE_HASH ? null : code,
    storageUsageBytes: unsigned(account.storage_usage, "storage_usage", 64),
    keys: existing?.keys ?? new Map(),
  };
  state.accounts.set(accountId, patched);
  trie.setAccount(accountId, true);
}

function applyAccessKey(state: WorldState, trie: ChunkTrie, record: Fields<"AccessKey">): void {
  const { access_key: key, account_id: accountId } = record;
  const account = accountOfRecord(state, accountId, "AccessKey");
  const publicKey = formatPublicKey(parsePublicKey(record.public_key));
  const accessKey = { nonce: unsigned(key.nonce, "nonce", 64), permission: parsePermission(key.permission) };
  trie.setAccessKey(accountId, publicKey, true);
  state.accounts.set(accountId, { ...account, keys: new Map(account.keys).set(publicKey, accessKey) });
}

function parsePermission(permission: PermissionJson): AccessKey["permission"] {
  if (permission === "FullAccess") return { kind: "FullAccess" };
  const { allowance, method_names: methodNames, receiver_id: receiverId } = permission.FunctionCall;
  const allowanceYocto =
    allowance === null || allowance === undefined ? null : unsigned(allowance, "allowance", 128);
  return { kind: "FunctionCall", allowanceYocto, receiverId, methodNames };
}

function applyContract(state: WorldState, trie: ChunkTrie, record: Fields<"Contract">): void {
  const account = accountOfRecord(state, record.account_id, "Contract");
  const code = Buffer.from(record.code, "base64");
  const hash = codeHashOf(code);
  if (hash !== account.codeHash) {
    throw new StateRecordError(
      `Contract record of ${record.account_id}: the account's code_hash is ${account.codeHash}, the code's is ${hash}`,
    );
  }
  trie.setCode(record.account_id, true);
  state.accounts.set(record.account_id, { ...account, code });
}

function applyData(state: WorldState, trie: ChunkTrie, record: Fields<"Data">): void {
  checkAccountId(record.account_id);
  const key = Buffer.from(record.data_key, "base64").toString("latin1");
  const value = new Uint8Array(Buffer.from(record.value, "base64"));
  const data = state.contractData.get(record.account_id) ?? new Map<string, Uint8Array>();
  state.contractData.set(record.account_id, data);
  data.set(key, value);
  trie.setData(record.account_id, key, true);
}

function unsigned(value: string | number, field: string, bits: number): bigint {
  const isInteger = typeof value === "number" ? Number.isSafeInteger(value) : /^\d+$/.test(value);
  const number = isInteger ? BigInt(value) : -1n;
  if (number >= 0n && number >> BigInt(bits) === 0n) return number;
  throw new StateRecordError(`expected an unsigned number of ${bits} bits in '${field}', found '${value}'`);
}

function checkAccountId(accountId: string): void {
  if (!isValidAccountId(accountId))
    throw new StateRecordError(`expected an account id, found '${accountId}'`);
}

function accountOfRecord(state: WorldState, accountId: string, recordKind: string): Account {
  const account = state.accounts.get(accountId);
  if (account !== undefined) return account;
  throw new StateRecordError(
    `${recordKind} record of ${accountId}: there is no such account; put one before it`,
  );
}

function storageUsage(
  state: WorldState,
  parameters: RuntimeParameters,
  accountId: string,
  account: Account,
): bigint {
  const { storageNumBytesAccount, storageNumExtraBytesRecord } = parameters.economics;
  let bytes = storageNumBytesAccount + BigInt(account.code?.length ?? 0);
  for (const [publicKey, key] of account.keys) bytes += accessKeyStorageBytes(parameters, publicKey, key);
  for (const [key, value] of state.contractData.get(accountId) ?? []) {
    bytes += BigInt(key.length + value.length) + storageNumExtraBytesRecord;
  }
  return bytes;
}
