import { createHash } from "node:crypto";
import { base58 } from "@scure/base";
import { type ActionStep, accountOf } from "../apply-action.ts";

/** Replaces the account's code; its storage changes by the difference in bytes. */
export function deployContract({ draft }: ActionStep, code: Uint8Array): null {
  const account = accountOf(draft);
  const oldBytes = BigInt(account.code?.length ?? 0);
  const kept = account.storageUsageBytes > oldBytes ? account.storageUsageBytes - oldBytes : 0n;
  draft.account = {
    ...account,
    code,
    codeHash: codeHashOf(code),
    storageUsageBytes: kept + BigInt(code.length),
  };
  return null;
}

/** base58 of the code's sha256. */
export function codeHashOf(code: Uint8Array): string {
  return base58.encode(createHash("sha256").update(code).digest());
}
