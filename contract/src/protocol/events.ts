/** What the contract tells the world after a change, past tense, one NEP-297 line each. Source: contract.md §5. */
import type {
  AccountId,
  BlockHeight,
  EpochId,
  ParticipantId,
  RecoveryId,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
} from "./brand.ts";
import type { CooldownCause } from "./records.ts";
import type { ParticipantInfo, StateKind } from "./state.ts";

export interface RecoveryStarted {
  readonly recovery_id: RecoveryId;
  readonly account_id: AccountId;
  readonly participant_id: ParticipantId;
  readonly prospective_info: ParticipantInfo;
  readonly signer_account_pk: SignerKey;
  readonly expires_on: BlockHeight;
}

export interface EventData {
  readonly initialized: { readonly state: StateKind; readonly epoch_id: EpochId };
  readonly participant_info_submitted: {
    readonly account_id: AccountId;
    readonly tls_public_key: TlsPublicKey;
    readonly signer_account_pk: SignerKey;
  };
  readonly node_key_changed: {
    readonly account_id: AccountId;
    readonly previous: SignerKey | null;
    readonly current: SignerKey;
  };
  readonly recovery_approved: {
    readonly account_id: AccountId;
    readonly tls_public_key: TlsPublicKey;
    readonly signer_account_pk: SignerKey;
    readonly expires_on: BlockHeight;
  };
  readonly recovery_started: RecoveryStarted;
  readonly recovery_replaced: RecoveryStarted & { readonly previous_recovery_id: RecoveryId };
  readonly recovery_concluded: {
    readonly recovery_id: RecoveryId;
    readonly account_id: AccountId;
    readonly participant_id: ParticipantId;
    readonly participant_info: ParticipantInfo;
    readonly participants_revision: number;
  };
  readonly recovery_cancelled: {
    readonly recovery_id: RecoveryId;
    readonly account_id: AccountId;
    readonly cause: Exclude<CooldownCause, "expired">;
  };
  readonly recovery_expired: {
    readonly recovery_id: RecoveryId;
    readonly account_id: AccountId;
    readonly expired_on: BlockHeight;
  };
  /** The backup service sent the shares; `concluded` when the recovery it names was already over. */
  readonly recovery_backup_confirmed: {
    readonly recovery_id: RecoveryId;
    readonly account_id: AccountId;
    readonly concluded: boolean;
  };
  readonly proposal_dropped: { readonly account_id: AccountId; readonly listed_account_id: AccountId };
  readonly backup_service_registered: {
    readonly account_id: AccountId;
    readonly public_key: TlsPublicKey;
    readonly signer_account_pk: SignerKey;
    readonly replaced: TlsPublicKey | null;
  };
  readonly backup_confirmed: {
    readonly account_id: AccountId;
    readonly epoch_id: EpochId;
    readonly keyset_hash: Sha256Hex;
    readonly digest: Sha256Hex;
  };
}

export type EventName = keyof EventData;

export type ProtocolEvent = {
  [Name in EventName]: { readonly event: Name; readonly data: EventData[Name] };
}[EventName];

export const EVENT_STANDARD = "mpc-recovery";
export const EVENT_VERSION = "1.0.0";
