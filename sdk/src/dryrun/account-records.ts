import type {
  AccountId,
  BlockHeight,
  TlsPublicKey,
  X25519PublicKey,
} from "../../../contract/src/protocol/brand.ts";
import type { AccountRecord, EphemeralKey } from "../../../contract/src/protocol/records.ts";
import {
  backupReceipt,
  backupServiceInfo,
  ephemeralKey,
  participantInfo,
  storageBalanceOf,
} from "../actions/views.ts";
import type { ReadContract, ViewOptions } from "../client/read-contract.ts";

/**
 * The contract's record of an account, put together from the views that show its parts; undefined where it knows
 * nothing of the account. Throws what view actions throw.
 */
export async function readRecord(
  reader: ReadContract,
  account_id: AccountId,
  isMember: boolean,
  options: ViewOptions,
): Promise<AccountRecord | undefined> {
  const [info, service, receipt, balance, ...ephemeral] = await Promise.all([
    participantInfo(reader, { account_id }, options),
    backupServiceInfo(reader, { account_id }, options),
    backupReceipt(reader, { account_id }, options),
    storageBalanceOf(reader, { account_id }, options),
    ...SLOTS.map((slot) => readSlot(reader, account_id, slot, options)),
  ]);
  if (info.value === null) return undefined;
  const { account_id: _, participant_id: __, participant_info, ...known } = info.value;
  return {
    ...known,
    candidate_info: isMember ? null : participant_info,
    backup_service: service.value,
    receipt: receipt.value,
    ephemeral_keys: ephemeral.flat(),
    storage_deposit_yocto: balance.value?.total ?? null,
  };
}

/** TLS keys that the contract holds for an account: as participant or candidate, and of its backup service. */
export async function readRecordedTlsKeys(
  reader: ReadContract,
  account_id: AccountId,
  options: ViewOptions,
): Promise<TlsPublicKey[]> {
  const [info, service] = await Promise.all([
    participantInfo(reader, { account_id }, options),
    backupServiceInfo(reader, { account_id }, options),
  ]);
  const keys = [info.value?.participant_info?.tls_public_key, service.value?.public_key];
  return keys.filter((key) => key !== undefined);
}

type Slot = Pick<EphemeralKey, "role" | "purpose">;

const SLOTS: readonly Slot[] = [
  { role: "node", purpose: "backup" },
  { role: "node", purpose: "recovery" },
  { role: "backup_service", purpose: "backup" },
  { role: "backup_service", purpose: "recovery" },
];

/** Of an expired key only the session counts, and only that is shown. */
const EXPIRED = { public_key: "" as X25519PublicKey, expires_on: 0 as BlockHeight };

async function readSlot(
  reader: ReadContract,
  account_id: AccountId,
  slot: Slot,
  options: ViewOptions,
): Promise<EphemeralKey[]> {
  const { session, key } = (await ephemeralKey(reader, { account_id, ...slot }, options)).value;
  return session === 0 ? [] : [{ ...slot, session, ...(key ?? EXPIRED) }];
}
