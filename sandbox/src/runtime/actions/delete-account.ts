import { deleteDraftAccount } from "../account-draft.ts";
import { type ActionStep, accountOf } from "../apply-action.ts";
import type { ActionErrorKind } from "../errors.ts";
import { depositRefund } from "../refunds.ts";

/** Accounts with more state than this (without their code) can't be deleted in one receipt. */
const MAX_DELETABLE_STORAGE_BYTES = 10_000n;

/** Deletes the account; what it held goes to the beneficiary as a refund receipt. */
export function deleteAccount(step: ActionStep, beneficiaryId: string): ActionErrorKind | null {
  const { draft, result, receipt } = step;
  const account = accountOf(draft);
  if (account.lockedYocto > 0n) return { DeleteAccountStaking: { account_id: draft.accountId } };
  const codeBytes = BigInt(account.code?.length ?? 0);
  if (account.storageUsageBytes - codeBytes > MAX_DELETABLE_STORAGE_BYTES) {
    return { DeleteAccountWithLargeState: { account_id: draft.accountId } };
  }
  if (account.amountYocto > 0n) result.newReceipts.push(depositRefund(beneficiaryId, account.amountYocto));
  deleteDraftAccount(draft);
  draft.actorId = receipt.predecessorId;
  return null;
}
