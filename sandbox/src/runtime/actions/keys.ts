import type { AccessKey } from "../../transaction/actions.ts";
import { type ActionStep, accountOf } from "../apply-action.ts";
import type { ActionErrorKind } from "../errors.ts";
import { accessKeyStorageBytes } from "../storage-staking.ts";
import { initialNonce } from "./transfer.ts";

/** Adds a key; the nonce that the action names is replaced by the block's. */
export function addKey(
  { context, draft }: ActionStep,
  publicKey: string,
  { permission }: AccessKey,
): ActionErrorKind | null {
  const account = accountOf(draft);
  if (account.keys.has(publicKey)) {
    return { AddKeyAlreadyExists: { account_id: draft.accountId, public_key: publicKey } };
  }
  const accessKey = { nonce: initialNonce(context.height), permission };
  const bytes = accessKeyStorageBytes(context.parameters, publicKey, accessKey);
  const keys = new Map(account.keys).set(publicKey, accessKey);
  draft.account = { ...account, keys, storageUsageBytes: account.storageUsageBytes + bytes };
  return null;
}

export function deleteKey({ context, draft }: ActionStep, publicKey: string): ActionErrorKind | null {
  const account = accountOf(draft);
  const accessKey = account.keys.get(publicKey);
  if (accessKey === undefined) {
    return { DeleteKeyDoesNotExist: { account_id: draft.accountId, public_key: publicKey } };
  }
  const keys = new Map(account.keys);
  keys.delete(publicKey);
  const bytes = accessKeyStorageBytes(context.parameters, publicKey, accessKey);
  const storageUsageBytes = account.storageUsageBytes > bytes ? account.storageUsageBytes - bytes : 0n;
  draft.account = { ...account, keys, storageUsageBytes };
  return null;
}
