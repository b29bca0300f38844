/** Small steps on one account's record. Source: contract.md §4.2, §4.3. */
import type { BlockHeight, SignerKey } from "../brand.ts";
import type { Context } from "../context.ts";
import { MAX_RETIRED_KEYS } from "../limits.ts";
import { type AccountRecord, type CooldownCause, EMPTY_RECORD } from "../records.ts";
import type { RecoveryState } from "../state.ts";

export function recordOfCaller(context: Context): AccountRecord {
  return context.lookup.record(context.caller) ?? EMPTY_RECORD;
}

/** The retired keys with one more; a full list stays as it is, and entries then need an approval. */
export function retire(record: AccountRecord, key: SignerKey | null): readonly SignerKey[] {
  const { retired_keys } = record;
  if (key === null || retired_keys.length >= MAX_RETIRED_KEYS || retired_keys.includes(key)) {
    return retired_keys;
  }
  return [...retired_keys, key];
}

export function hasFullRetiredList(record: AccountRecord): boolean {
  return record.retired_keys.length >= MAX_RETIRED_KEYS;
}

/** The record after its Recovery ended without conclusion: the recovering key is retired, a cool-down begins. */
export function afterFailedRecovery(
  record: AccountRecord,
  recovery: RecoveryState,
  cause: CooldownCause,
  endsOn: BlockHeight,
): AccountRecord {
  return {
    ...record,
    retired_keys: retire(record, recovery.recovering.signer_account_pk),
    cooldown: { ends_on: endsOn, cause },
  };
}
