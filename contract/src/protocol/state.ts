/**
 * The protocol state: five variants of plain data. Field names are those of the wire, so that the JSON codec is
 * nearly the identity. Source: contract.md §1.
 */
import type {
  AccountId,
  AttemptId,
  BlockHeight,
  DomainId,
  DomainPublicKey,
  EpochId,
  ParticipantId,
  ProposalKey,
  RecoveryId,
  SignerKey,
  TlsPublicKey,
  Url,
} from "./brand.ts";
import type { Attestation } from "./records.ts";

export interface ParticipantInfo {
  readonly url: Url;
  readonly tls_public_key: TlsPublicKey;
}

export type ParticipantEntry = readonly [AccountId, ParticipantId, ParticipantInfo];

export interface Participants {
  readonly next_id: ParticipantId;
  readonly participants: readonly ParticipantEntry[];
  /** Not on the wire: answers that a list in storage gives without being read as a whole, see `rules/members.ts`. */
  readonly stored?: StoredParticipants;
}

export interface StoredParticipants {
  readonly count: number;
  find(account: AccountId): ParticipantEntry | undefined;
  /** The participant with the lowest id. */
  leader(): ParticipantEntry;
  /** The list with this entry in place of the account's earlier one. */
  put(entry: ParticipantEntry): Participants;
  /** What makes this list another one than `earlier`; null when only reading both could tell. */
  changesSince(earlier: Participants): ChangedEntries | null;
}

export interface ChangedEntries {
  /** Entries of the earlier list that are not in the later one as they are. */
  readonly left: readonly ParticipantEntry[];
  /** Entries of the later list that are not in the earlier one as they are. */
  readonly joined: readonly ParticipantEntry[];
}

export interface ThresholdParameters {
  readonly participants: Participants;
  readonly threshold: number;
}

export type SignatureProtocol = "CaitSith" | "Frost" | "ConfidentialKeyDerivation" | "DamgardEtAl";
export type DomainPurpose = "Sign" | "ForeignTx" | "CKD";

export interface DomainConfig {
  readonly id: DomainId;
  readonly protocol: SignatureProtocol;
  readonly reconstruction_threshold: number;
  readonly purpose: DomainPurpose;
}

export interface DomainRegistry {
  readonly domains: readonly DomainConfig[];
  readonly next_domain_id: DomainId;
  /** Not on the wire: how many there are, where a list in storage knows it without being read. */
  readonly count?: number;
}

/** One domain's key and the attempt that made it; the wire shows `key` as an object, see `interface/domain-key.ts`. */
export interface KeyForDomain {
  readonly domain_id: DomainId;
  readonly key: DomainPublicKey;
  readonly attempt: AttemptId;
}

export interface Keyset {
  readonly epoch_id: EpochId;
  readonly domains: readonly KeyForDomain[];
}

/** Overrides of reconstruction thresholds, keyed by domain id in decimal. */
export type PerDomainThresholds = Readonly<Record<string, number>>;

export interface ParametersProposal {
  readonly parameters: ThresholdParameters;
  readonly per_domain_thresholds: PerDomainThresholds;
}

/**
 * One vote for every voter; each proposal that has votes is kept once, however many voters it has. The wire shows the
 * whole proposal for every voter (`proposal_by_account`).
 */
export interface Votes<Proposal> {
  readonly key_by_voter: Readonly<Record<string, ProposalKey>>;
  readonly proposals: Readonly<Record<string, Proposal>>;
  /** Not on the wire: what votes in storage do without being read one by one. */
  readonly stored?: StoredVotes<Proposal>;
}

export interface StoredVotes<Proposal> {
  /** How many votes there are for this proposal. */
  count(key: ProposalKey): number;
  /** The votes with the first one of this voter, for a proposal that has votes; null for any other. */
  add(voter: string, key: ProposalKey): Votes<Proposal> | null;
}

/** Voters are accounts. */
export type ParametersVotes = Votes<ParametersProposal>;
/** Voters are participant ids in decimal. */
export type AddDomainsVotes = Votes<readonly DomainConfig[]>;

export const NO_VOTES: Votes<never> = { key_by_voter: {}, proposals: {} };

/** Names one attempt at one domain's key event. */
export interface KeyEventId {
  readonly epoch_id: EpochId;
  readonly domain_id: DomainId;
  readonly attempt_id: AttemptId;
}

/** A running attempt at a key event; at `expires_on` it no longer exists. */
export interface KeyEventInstance {
  readonly attempt_id: AttemptId;
  readonly started_in: BlockHeight;
  readonly expires_on: BlockHeight;
  readonly completed: readonly ParticipantId[];
  readonly public_key: DomainPublicKey | null;
}

export interface KeyEvent {
  readonly epoch_id: EpochId;
  readonly domain: DomainConfig;
  readonly parameters: ThresholdParameters;
  readonly instance: KeyEventInstance | null;
  readonly next_attempt_id: AttemptId;
}

export interface NotInitializedState {
  readonly kind: "NotInitialized";
}

export interface InitializingState {
  readonly kind: "Initializing";
  readonly domains: DomainRegistry;
  readonly epoch_id: EpochId;
  readonly generated_keys: readonly KeyForDomain[];
  readonly generating_key: KeyEvent;
  readonly cancel_votes: readonly ParticipantId[];
  /** Not on the wire: what Running goes on with, so that a cancelled epoch is not forgotten. */
  readonly previously_cancelled_resharing_epoch_id: EpochId | null;
  /** Not on the wire, likewise. */
  readonly participants_revision: number;
}

export interface RunningState {
  readonly kind: "Running";
  readonly domains: DomainRegistry;
  readonly keyset: Keyset;
  readonly parameters: ThresholdParameters;
  readonly parameters_votes: ParametersVotes;
  readonly add_domains_votes: AddDomainsVotes;
  readonly previously_cancelled_resharing_epoch_id: EpochId | null;
  /** Rises on a concluded recovery, a changed URL and new parameters only. */
  readonly participants_revision: number;
}

export interface ResharingState {
  readonly kind: "Resharing";
  readonly previous_running_state: RunningState;
  readonly reshared_keys: readonly KeyForDomain[];
  readonly resharing_key: KeyEvent;
  readonly cancellation_requests: readonly AccountId[];
  readonly per_domain_thresholds: PerDomainThresholds;
}

/** Who recovers, and under which new identity. */
export interface RecoveringParticipant {
  readonly account_id: AccountId;
  readonly participant_id: ParticipantId;
  readonly prospective_info: ParticipantInfo;
  /** The recovering key: the one that may conclude. */
  readonly signer_account_pk: SignerKey;
  readonly started_in: BlockHeight;
  /** `started_in` + 1 + timeout; at this height the Recovery is its `previous_running_state`. */
  readonly expires_on: BlockHeight;
  readonly backup_confirmed: boolean;
}

/** `prospective_participants` of the wire is derived from `previous_running_state` and `recovering`. */
export interface RecoveryState {
  readonly kind: "Recovery";
  readonly previous_running_state: RunningState;
  readonly recovery_id: RecoveryId;
  readonly recovering: RecoveringParticipant;
  readonly cancel_votes: readonly ParticipantId[];
  /** Not on the wire: the id this uninterrupted Recovery began with; differs once the record was replaced. */
  readonly first_recovery_id: RecoveryId;
  /** Not in `state()`: evidence given at entry; becomes the account's on conclusion. */
  readonly attestation: Attestation | null;
}

export type ProtocolState =
  | NotInitializedState
  | InitializingState
  | RunningState
  | ResharingState
  | RecoveryState;

export type StateKind = ProtocolState["kind"];
export type InitializedState = Exclude<ProtocolState, NotInitializedState>;

export const STATE_KINDS: readonly StateKind[] = [
  "NotInitialized",
  "Initializing",
  "Running",
  "Resharing",
  "Recovery",
];

/** Every state but `NotInitialized`. */
export const INITIALIZED_KINDS: readonly StateKind[] = ["Initializing", "Running", "Resharing", "Recovery"];
