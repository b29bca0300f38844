/** Confirmations come from the access key recorded for the account's backup service. */
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { AccountRecord } from "../records.ts";
import { recordOfCaller } from "../rules/account-record.ts";

/** The caller's record; refuses with NO_BACKUP_SERVICE or WRONG_SIGNER_KEY. */
export function requireServiceKey(context: Context): AccountRecord {
  const record = recordOfCaller(context);
  if (record.backup_service === null) {
    return refuse("NO_BACKUP_SERVICE", { account_id: context.caller });
  }
  const expected = record.backup_service.signer_account_pk;
  if (context.signerKey !== expected) {
    refuse("WRONG_SIGNER_KEY", { role: "service", provided: context.signerKey, expected });
  }
  return record;
}
