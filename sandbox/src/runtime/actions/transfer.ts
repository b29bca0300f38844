import { base58 } from "@scure/base";
import { accountKind } from "../../transaction/account-id.ts";
import { type ActionStep, newAccount } from "../apply-action.ts";
import { NONCE_RANGE } from "../charge-transaction.ts";
import { SYSTEM_ACCOUNT } from "../receipts.ts";
import type { Account } from "../state.ts";
import { accessKeyStorageBytes } from "../storage-staking.ts";

/** Storage bytes of the global wallet contract's hash that an eth-implicit account refers to. */
const ETH_WALLET_REFERENCE_BYTES = 32n;

/** Adds money, creating an implicit account where needed; a gas refund also restores the key's allowance. */
export function transfer(step: ActionStep, depositYocto: bigint): null {
  const { draft, receipt } = step;
  if (draft.account === null) {
    draft.actorId = draft.accountId;
    draft.account = { ...implicitAccount(step), amountYocto: depositYocto };
    return null;
  }
  draft.account = { ...draft.account, amountYocto: draft.account.amountYocto + depositYocto };
  const isGasRefund = receipt.predecessorId === SYSTEM_ACCOUNT && receipt.signerId === draft.accountId;
  if (isGasRefund) {
    draft.account = restoreAllowance(draft.account, receipt.signerPublicKey, depositYocto);
  }
  return null;
}

function restoreAllowance(account: Account, publicKey: string, depositYocto: bigint): Account {
  const key = account.keys.get(publicKey);
  if (key?.permission.kind !== "FunctionCall" || key.permission.allowanceYocto === null) return account;
  const allowanceYocto = key.permission.allowanceYocto + depositYocto;
  const permission = { ...key.permission, allowanceYocto };
  return { ...account, keys: new Map(account.keys).set(publicKey, { ...key, permission }) };
}

function implicitAccount({ context, draft }: ActionStep): Account {
  const { parameters, height } = context;
  const account = newAccount(parameters.economics.storageNumBytesAccount);
  switch (accountKind(draft.accountId)) {
    case "near-implicit": {
      const publicKey = `ed25519:${base58.encode(Buffer.from(draft.accountId, "hex"))}`;
      const accessKey = { nonce: initialNonce(height), permission: { kind: "FullAccess" } } as const;
      const bytes = accessKeyStorageBytes(parameters, publicKey, accessKey);
      const storageUsageBytes = account.storageUsageBytes + bytes;
      return { ...account, storageUsageBytes, keys: new Map([[publicKey, accessKey]]) };
    }
    case "eth-implicit":
      return { ...account, storageUsageBytes: account.storageUsageBytes + ETH_WALLET_REFERENCE_BYTES };
    case "deterministic":
    case "named":
      return account;
  }
}

/** Nonce of a key added at `height`; it keeps transactions of a deleted key from being replayed. */
export function initialNonce(height: bigint): bigint {
  return (height - 1n) * NONCE_RANGE;
}
