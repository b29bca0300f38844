/** What the contract keeps per account, under one storage key, and for the contract as a whole. */
import type {
  AccountId,
  BlockHeight,
  EpochId,
  RecoveryId,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
  UpdateId,
  Url,
  X25519PublicKey,
  YoctoText,
} from "./brand.ts";
import type { ParticipantInfo } from "./state.ts";

export type AttestationKind = "dev" | "dstack-tdx" | "sgx-dcap";

/** What a program says about its evidence. The quote itself is verified by programs, not here (contract.md §4.7). */
export interface AttestationEvidence {
  readonly kind: AttestationKind;
  /** SHA-256 of the evidence. */
  readonly sha256: Sha256Hex;
}

export interface Attestation extends AttestationEvidence {
  /** Height at which the evidence was submitted. */
  readonly height: BlockHeight;
}

export interface BackupServiceInfo {
  /** TLS key of the service. */
  readonly public_key: TlsPublicKey;
  /** The service key: access key with which the service confirms. */
  readonly signer_account_pk: SignerKey;
  readonly url: Url | null;
}

export interface BackupService extends BackupServiceInfo {
  readonly attestation: Attestation | null;
}

export interface BackupReceipt {
  readonly epoch_id: EpochId;
  readonly keyset_hash: Sha256Hex;
  /** SHA-256 of the sealed file, never of share plaintext. */
  readonly digest: Sha256Hex;
  readonly confirmed_in: BlockHeight;
}

/** The operator's word for one entry; consumed by the entry that it names, gone at `expires_on`. */
export interface RecoveryApproval {
  readonly tls_public_key: TlsPublicKey;
  readonly signer_account_pk: SignerKey;
  readonly expires_on: BlockHeight;
}

export type CooldownCause = "cancelled_by_account" | "cancelled_by_vote" | "expired";

export interface RecoveryCooldown {
  /** First height at which the account may enter again. */
  readonly ends_on: BlockHeight;
  /** An approval lifts the cool-down only after `cancelled_by_account`. */
  readonly cause: CooldownCause;
}

/** Who publishes a key: the account's node (in a Recovery the recovering one) or its backup service. */
export type TlsKeyRole = "node" | "backup_service";
export type EphemeralKeyPurpose = "backup" | "recovery";

/** A key for one exchange; at `expires_on` it no longer counts, but its session does. */
export interface EphemeralKey {
  readonly role: TlsKeyRole;
  readonly purpose: EphemeralKeyPurpose;
  readonly public_key: X25519PublicKey;
  /** Rises by one with every key of this role and purpose; the first is 1. */
  readonly session: number;
  readonly expires_on: BlockHeight;
}

export interface AccountRecord {
  /** Info of an account that asks to join; null for members. */
  readonly candidate_info: ParticipantInfo | null;
  readonly node_key: SignerKey | null;
  /** Keys that stopped being node, service or recovering key; at most `MAX_RETIRED_KEYS`, never evicted. */
  readonly retired_keys: readonly SignerKey[];
  /** Evidence of the node. */
  readonly attestation: Attestation | null;
  readonly backup_service: BackupService | null;
  readonly receipt: BackupReceipt | null;
  readonly approval: RecoveryApproval | null;
  /** Heights of the entries that still count for the limit, ascending. */
  readonly entries: readonly BlockHeight[];
  readonly cooldown: RecoveryCooldown | null;
  readonly last_concluded_recovery_id: RecoveryId | null;
  /** At most one per role and purpose. */
  readonly ephemeral_keys: readonly EphemeralKey[];
  /** What a candidate paid for its record; null for members, for whom the network pays. */
  readonly storage_deposit_yocto: YoctoText | null;
}

export const EMPTY_RECORD: AccountRecord = {
  candidate_info: null,
  node_key: null,
  retired_keys: [],
  attestation: null,
  backup_service: null,
  receipt: null,
  approval: null,
  entries: [],
  cooldown: null,
  last_concluded_recovery_id: null,
  ephemeral_keys: [],
  storage_deposit_yocto: null,
};

/** Settings of the contract. All `_blocks` are numbers of blocks. Source and order: contract.md §3. */
export interface Config {
  readonly network_id: string;
  readonly key_event_timeout_blocks: number;
  readonly recovery_timeout_blocks: number;
  readonly recovery_cooldown_blocks: number;
  readonly max_recoveries_per_window: number;
  readonly recovery_window_blocks: number;
  readonly ephemeral_key_timeout_blocks: number;
  readonly max_participants: number;
  readonly max_url_bytes: number;
  readonly require_recovery_approval: boolean;
  readonly require_attestation: boolean;
  readonly attestation_max_age_blocks: number;
  readonly allow_insecure_dev_attestation: boolean;
}

/** Counters that outlive every state. */
export interface Counters {
  readonly next_recovery_id: RecoveryId;
}

/** A new code, new settings or both, open for votes. The code itself is stored apart. */
export interface UpdateProposal {
  readonly id: UpdateId;
  readonly proposer: AccountId;
  readonly code_sha256: Sha256Hex | null;
  /** 0 without code. */
  readonly code_bytes: number;
  readonly config: Config | null;
  /** What the proposer paid for the storage; goes back with the proposal. */
  readonly deposit_yocto: YoctoText;
  readonly proposed_in: BlockHeight;
  /** An account votes for one proposal at a time. */
  readonly votes: readonly AccountId[];
}

export interface Updates {
  readonly next_id: UpdateId;
  /** Oldest first; at most `MAX_UPDATES`, one for each proposer. */
  readonly proposals: readonly UpdateProposal[];
}

export const NO_UPDATES: Updates = { next_id: 0 as UpdateId, proposals: [] };
