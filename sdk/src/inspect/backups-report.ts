import type {
  AccountId,
  BlockHeight,
  EpochId,
  Sha256Hex,
  Url,
} from "../../../contract/src/protocol/brand.ts";
import { currentKeyset } from "../../../contract/src/protocol/rules/members.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { keysetHash } from "../crypto/keyset-hash.ts";
import type { AccountView } from "./account-views.ts";

/**
 * What the chain knows of a participant's backup.
 *
 * `fresh`: a receipt for the current keyset. `stale`: one for an earlier keyset. `none`: a service, but no receipt.
 * `no_service`: nobody would keep one. A receipt says that the service stored the shares, not that it still has them.
 */
export type BackupStatus = "fresh" | "stale" | "none" | "no_service";

/** One participant's backup. */
export interface AccountBackup {
  readonly accountId: AccountId;
  readonly participantId: number;
  readonly isNewcomer: boolean;
  readonly status: BackupStatus;
  readonly serviceUrl: Url | null;
  readonly receiptEpoch: EpochId | null;
  readonly confirmedIn: BlockHeight | null;
  /** SHA-256 of the sealed file. */
  readonly digest: Sha256Hex | null;
}

/** The backups of all participants, for one keyset. */
export interface BackupsReport {
  /** Null before the contract is started. */
  readonly epoch: EpochId | null;
  readonly keysetHash: Sha256Hex | null;
  readonly accounts: readonly AccountBackup[];
}

/** Compares every receipt with the keyset that holds. Pure. */
export function backupsReport(state: ProtocolState, accounts: readonly AccountView[]): BackupsReport {
  if (state.kind === "NotInitialized") return { epoch: null, keysetHash: null, accounts: [] };
  const keyset = currentKeyset(state);
  const current = keysetHash(keyset);
  return {
    epoch: keyset.epoch_id,
    keysetHash: current,
    accounts: accounts.map((account) => accountBackup(account, current)),
  };
}

function accountBackup(account: AccountView, current: Sha256Hex): AccountBackup {
  const { accountId, participantId, isNewcomer, receipt, service } = account;
  return {
    accountId,
    participantId,
    isNewcomer,
    status: statusOf(account, current),
    serviceUrl: service?.url ?? null,
    receiptEpoch: receipt?.epoch_id ?? null,
    confirmedIn: receipt?.confirmed_in ?? null,
    digest: receipt?.digest ?? null,
  };
}

function statusOf({ receipt, service }: AccountView, current: Sha256Hex): BackupStatus {
  if (service === null) return "no_service";
  if (receipt === null) return "none";
  return receipt.keyset_hash === current ? "fresh" : "stale";
}
