import type { AccessKey } from "../transaction/actions.ts";
import { publicKeySize } from "../transaction/public-key.ts";
import type { RuntimeParameters } from "../vm/interface.ts";
import type { Account } from "./state.ts";

/** yoctoNEAR that `account` lacks to back its storage with `balanceYocto`; 0 when it's backed or tiny (NEP-448). */
export function storageShortfallYocto(
  parameters: RuntimeParameters,
  account: Pick<Account, "lockedYocto" | "storageUsageBytes">,
  balanceYocto: bigint,
): bigint {
  const { storageAmountPerByteYocto, zeroBalanceAccountStorageLimit } = parameters.economics;
  const required = account.storageUsageBytes * storageAmountPerByteYocto;
  const available = balanceYocto + account.lockedYocto;
  if (available >= required || account.storageUsageBytes <= zeroBalanceAccountStorageLimit) return 0n;
  return required - available;
}

/** Bytes that an access key adds to its account's storage: key and permission in Borsh, and the record's overhead. */
export function accessKeyStorageBytes(
  parameters: RuntimeParameters,
  publicKey: string,
  accessKey: AccessKey,
): bigint {
  const size = publicKeySize(publicKey) + accessKeySize(accessKey);
  return BigInt(size) + parameters.economics.storageNumExtraBytesRecord;
}

/** Borsh size of nonce (8), permission tag (1) and, for function-call keys, allowance, receiver and methods. */
function accessKeySize({ permission }: AccessKey): number {
  if (permission.kind === "FullAccess") return 9;
  const allowance = permission.allowanceYocto === null ? 1 : 17;
  const methods = permission.methodNames.reduce((sum, name) => sum + 4 + Buffer.byteLength(name), 4);
  return 9 + allowance + 4 + Buffer.byteLength(permission.receiverId) + methods;
}
