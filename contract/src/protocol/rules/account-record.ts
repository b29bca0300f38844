/** Small steps on one account's record. Source: contract.md §4.2, §4.3. */
import type { BlockHeight, SignerKey } from "../brand.ts";
import type { Context } from "../context.ts";
import { copyOf, type Mutable } from "../copy-record.ts";
import { MAX_RETIRED_KEYS } from "../limits.ts";
import {
  type AccountRecord,
  type CooldownCause,
  EMPTY_RECORD,
  type EphemeralKey,
  type EphemeralKeyPurpose,
  type TlsKeyRole,
} from "../records.ts";
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
  const ended = afterSupersededRecovery(record, recovery);
  ended.cooldown = { ends_on: endsOn, cause };
  return ended;
}

/** The record after a Resharing took the place of its Recovery: no cool-down follows. */
export function afterSupersededRecovery(
  record: AccountRecord,
  recovery: RecoveryState,
): Mutable<AccountRecord> {
  const ended = copyOf(record);
  ended.retired_keys = retire(record, recovery.recovering.signer_account_pk);
  ended.ephemeral_keys = withoutPurpose(record, "recovery");
  return ended;
}

/** What stays of the record of an account that is no longer prospective: what a candidate submits and pays for. */
export function asCandidate(record: AccountRecord): AccountRecord {
  const { candidate_info, node_key, attestation, storage_deposit_yocto } = record;
  const retired_keys = retire(record, record.backup_service?.signer_account_pk ?? null);
  return { ...EMPTY_RECORD, candidate_info, node_key, retired_keys, attestation, storage_deposit_yocto };
}

export function withoutPurpose(record: AccountRecord, purpose: EphemeralKeyPurpose): readonly EphemeralKey[] {
  return record.ephemeral_keys.filter((key) => key.purpose !== purpose);
}

export function withoutRole(record: AccountRecord, role: TlsKeyRole): readonly EphemeralKey[] {
  return record.ephemeral_keys.filter((key) => key.role !== role);
}
