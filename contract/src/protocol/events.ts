/** What the contract tells the world after a change, past tense, one NEP-297 line each. Source: contract.md §5. */
import type {
  AccountId,
  BlockHeight,
  DomainId,
  DomainPublicKey,
  EpochId,
  ParticipantId,
  ProposalKey,
  RecoveryId,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
  UpdateId,
  Url,
  YoctoText,
} from "./brand.ts";
import type { Config, CooldownCause, EphemeralKey } from "./records.ts";
import type { RequestId, Ticket } from "./requests/signature-request.ts";
import type { KeyEventId, ParticipantInfo, StateKind } from "./state.ts";
import type { TransparencyEvents } from "./transparency/events.ts";

export interface RecoveryStarted {
  readonly recovery_id: RecoveryId;
  readonly account_id: AccountId;
  readonly participant_id: ParticipantId;
  readonly prospective_info: ParticipantInfo;
  readonly signer_account_pk: SignerKey;
  readonly expires_on: BlockHeight;
}

export interface KeyEventAborted extends KeyEventId {
  readonly account_id: AccountId;
  readonly cause: "voted" | "keys_differ";
}

export interface UpdateDropped {
  readonly id: UpdateId;
  readonly proposer: AccountId;
  /** `displaced`: a full list made room for a newer proposal. */
  readonly cause: "replaced" | "displaced" | "withdrawn" | "proposer_left";
}

/** Keys of new domains, one after another. */
export interface KeygenEvents {
  readonly add_domains_voted: {
    readonly account_id: AccountId;
    readonly proposal: ProposalKey;
    readonly votes: number;
    /** Participant ids whose votes went, since a list of proposals that was full made room. */
    readonly lost_votes: readonly string[];
  };
  readonly keygen_started: { readonly epoch_id: EpochId; readonly domain_ids: readonly DomainId[] };
  /** The leader started an attempt, of key generation or of resharing. */
  readonly key_event_started: KeyEventId & { readonly expires_on: BlockHeight };
  readonly key_event_voted: KeyEventId & { readonly account_id: AccountId };
  readonly key_event_aborted: KeyEventAborted;
  readonly key_generated: KeyEventId & { readonly public_key: DomainPublicKey };
  readonly keygen_cancel_voted: { readonly account_id: AccountId; readonly votes: number };
  readonly keygen_cancelled: {
    readonly epoch_id: EpochId;
    readonly dropped_domain_ids: readonly DomainId[];
  };
}

/** New participants and thresholds. */
export interface ParametersEvents {
  readonly parameters_voted: {
    readonly account_id: AccountId;
    readonly prospective_epoch_id: EpochId;
    readonly proposal: ProposalKey;
    readonly votes: number;
    /** Accounts whose votes went, since a full list made room or members withdrew their support. */
    readonly lost_votes: readonly string[];
  };
  readonly resharing_started: { readonly epoch_id: EpochId };
  readonly domain_reshared: KeyEventId;
  readonly resharing_cancel_voted: { readonly account_id: AccountId; readonly votes: number };
  readonly resharing_cancelled: { readonly epoch_id: EpochId };
  /** New parameters are in force; deposits of who joined went back, every record of who left is gone. */
  readonly parameters_changed: {
    readonly epoch_id: EpochId;
    readonly threshold: number;
    readonly joined: readonly AccountId[];
    readonly left: readonly AccountId[];
    readonly participants_revision: number;
  };
  readonly participant_url_changed: {
    readonly account_id: AccountId;
    readonly url: Url;
    readonly previous: Url;
    readonly participants_revision: number;
  };
}

/** Code and settings. */
export interface UpdateEvents {
  readonly update_proposed: {
    readonly id: UpdateId;
    readonly proposer: AccountId;
    readonly code_sha256: Sha256Hex | null;
    readonly code_bytes: number;
    readonly config: Config | null;
  };
  readonly update_voted: { readonly id: UpdateId; readonly account_id: AccountId; readonly votes: number };
  readonly update_vote_removed: { readonly account_id: AccountId };
  readonly update_dropped: UpdateDropped;
  /** The settings hold from now on; the code is on its way and says `code_updated` when it took over. */
  readonly update_accepted: {
    readonly id: UpdateId;
    readonly code_sha256: Sha256Hex | null;
    readonly config: Config | null;
  };
  readonly code_updated: { readonly version: string };
}

/** Candidates' deposits. */
export interface StorageEvents {
  readonly storage_deposited: { readonly account_id: AccountId; readonly amount_yocto: YoctoText };
  readonly storage_unregistered: { readonly account_id: AccountId; readonly amount_yocto: YoctoText };
}

export interface RequestEvents {
  /** `waiting`: callers of equal requests, this one included. */
  readonly signature_requested: {
    readonly request_id: RequestId;
    readonly domain_id: DomainId;
    readonly predecessor_id: AccountId;
    readonly path: string;
    readonly waiting: number;
  };
  readonly signature_responded: {
    readonly request_id: RequestId;
    readonly account_id: AccountId;
    readonly answered: number;
  };
  readonly signature_timed_out: {
    readonly request_id: RequestId;
    readonly ticket: Ticket;
    readonly waiting: number;
  };
}

export interface EventData
  extends KeygenEvents,
    ParametersEvents,
    UpdateEvents,
    StorageEvents,
    RequestEvents,
    TransparencyEvents {
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
  readonly recovery_cancel_voted: {
    readonly recovery_id: RecoveryId;
    readonly account_id: AccountId;
    readonly votes: number;
  };
  /** New parameters were agreed on while the Recovery was open. */
  readonly recovery_superseded: {
    readonly recovery_id: RecoveryId;
    readonly account_id: AccountId;
    readonly epoch_id: EpochId;
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
  /** Proposals that list the account with info that it no longer has, and whose votes went with them. */
  readonly proposal_dropped: {
    readonly listed_account_id: AccountId;
    readonly proposals: number;
    readonly voters: readonly AccountId[];
  };
  readonly backup_service_registered: {
    readonly account_id: AccountId;
    readonly public_key: TlsPublicKey;
    readonly signer_account_pk: SignerKey;
    readonly replaced: TlsPublicKey | null;
  };
  readonly ephemeral_key_submitted: EphemeralKey & { readonly account_id: AccountId };
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
