/** What callers can ask of the contract, decoded: one variant per call method, named as on chain. */
import type {
  AccountId,
  DomainId,
  DomainPublicKey,
  Ed25519Signature,
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
import type { AttestationEvidence, BackupServiceInfo, Config, EphemeralKeyPurpose } from "./records.ts";
import type {
  RequestId,
  SignatureRequest,
  SignatureResponse,
  SignRequestArgs,
  Ticket,
} from "./requests/signature-request.ts";
import type {
  DomainConfig,
  KeyEventId,
  Keyset,
  ParametersProposal,
  ParticipantInfo,
  ThresholdParameters,
} from "./state.ts";
import type { TransparencyCommand } from "./transparency/commands.ts";

/** Settings given at start; a missing one takes its default. */
export type InitConfig = { readonly [Setting in keyof Config]: Config[Setting] | null };

export interface Init {
  readonly type: "init";
  readonly parameters: ThresholdParameters;
  readonly init_config: InitConfig | null;
}

export interface InitRunning {
  readonly type: "init_running";
  readonly domains: readonly DomainConfig[];
  readonly next_domain_id: DomainId;
  readonly keyset: Keyset;
  readonly parameters: ThresholdParameters;
  readonly init_config: InitConfig | null;
}

export interface SubmitParticipantInfo {
  readonly type: "submit_participant_info";
  readonly participant_info: ParticipantInfo;
  readonly tls_key_proof: Ed25519Signature;
  readonly attestation: AttestationEvidence | null;
}

export interface SubmitParticipantRecoveryInfo {
  readonly type: "submit_participant_recovery_info";
  readonly participant_info: ParticipantInfo;
  readonly tls_key_proof: Ed25519Signature;
  readonly attestation: AttestationEvidence | null;
}

export interface ApproveRecovery {
  readonly type: "approve_recovery";
  readonly tls_public_key: TlsPublicKey;
  readonly signer_account_pk: SignerKey;
}

export interface ConcludeRecovery {
  readonly type: "conclude_recovery";
  readonly keyset: Keyset | null;
  readonly recovery_id: RecoveryId | null;
}

export interface CancelRecovery {
  readonly type: "cancel_recovery";
}

export interface RegisterBackupService {
  readonly type: "register_backup_service";
  readonly backup_service_info: BackupServiceInfo;
  readonly tls_key_proof: Ed25519Signature;
  readonly attestation: AttestationEvidence | null;
}

export interface ConfirmBackup {
  readonly type: "confirm_backup";
  readonly epoch_id: EpochId;
  readonly keyset_hash: Sha256Hex;
  readonly digest: Sha256Hex;
}

export interface ConfirmRecovery {
  readonly type: "confirm_recovery";
  readonly recovery_id: RecoveryId;
}

export interface VoteAddDomains {
  readonly type: "vote_add_domains";
  readonly domains: readonly DomainConfig[];
}

export interface StartKeygenInstance {
  readonly type: "start_keygen_instance";
  readonly key_event_id: KeyEventId;
}

export interface VotePk {
  readonly type: "vote_pk";
  readonly key_event_id: KeyEventId;
  readonly public_key: DomainPublicKey;
}

export interface VoteAbortKeyEventInstance {
  readonly type: "vote_abort_key_event_instance";
  readonly key_event_id: KeyEventId;
}

export interface VoteCancelKeygen {
  readonly type: "vote_cancel_keygen";
  readonly next_domain_id: DomainId;
}

export interface VoteNewParameters {
  readonly type: "vote_new_parameters";
  readonly prospective_epoch_id: EpochId;
  readonly proposal: ParametersProposal;
}

export interface StartReshareInstance {
  readonly type: "start_reshare_instance";
  readonly key_event_id: KeyEventId;
}

export interface VoteReshared {
  readonly type: "vote_reshared";
  readonly key_event_id: KeyEventId;
}

export interface VoteCancelResharing {
  readonly type: "vote_cancel_resharing";
}

export interface VoteCancelRecovery {
  readonly type: "vote_cancel_recovery";
  readonly recovery_id: RecoveryId;
}

export interface UpdateParticipantUrl {
  readonly type: "update_participant_url";
  readonly url: Url;
}

export interface SubmitEphemeralKey {
  readonly type: "submit_ephemeral_key";
  readonly purpose: EphemeralKeyPurpose;
  readonly public_key: X25519PublicKey;
  readonly proof: Ed25519Signature;
}

/** The code itself stays with the shell, which stores it under the update's id. */
export interface ProposeUpdate {
  readonly type: "propose_update";
  readonly code_sha256: Sha256Hex | null;
  readonly code_bytes: number;
  readonly config: Config | null;
}

export interface VoteUpdate {
  readonly type: "vote_update";
  readonly id: UpdateId;
}

export interface RemoveUpdateVote {
  readonly type: "remove_update_vote";
}

export interface StorageDeposit {
  readonly type: "storage_deposit";
  /** Null for the caller. */
  readonly account_id: AccountId | null;
  /** Deposits have one size, so this changes nothing. */
  readonly registration_only: boolean | null;
}

export interface StorageWithdraw {
  readonly type: "storage_withdraw";
  readonly amount: YoctoText | null;
}

export interface StorageUnregister {
  readonly type: "storage_unregister";
  /** There is no balance beyond the deposit that would need force. */
  readonly force: boolean | null;
}

/** Anybody asks for a signature. */
export interface Sign {
  readonly type: "sign";
  readonly request: SignRequestArgs;
}

/** A participant's node answers. */
export interface Respond {
  readonly type: "respond";
  readonly request: SignatureRequest;
  readonly response: SignatureResponse;
}

/** The contract is called back when a request was answered, which the shell deals with, or waited too long. */
export interface ReturnSignature {
  readonly type: "return_signature_and_clean_state_on_success";
  readonly request_id: RequestId;
  readonly ticket: Ticket;
}

/** The contract calls itself to have the one who waited fail. */
export interface FailOnTimeout {
  readonly type: "fail_on_timeout";
}

/** The contract calls itself after new code was deployed. */
export interface Migrate {
  readonly type: "migrate";
}

export type Command =
  | Init
  | InitRunning
  | SubmitParticipantInfo
  | SubmitParticipantRecoveryInfo
  | ApproveRecovery
  | ConcludeRecovery
  | CancelRecovery
  | RegisterBackupService
  | ConfirmBackup
  | ConfirmRecovery
  | VoteAddDomains
  | StartKeygenInstance
  | VotePk
  | VoteAbortKeyEventInstance
  | VoteCancelKeygen
  | VoteNewParameters
  | StartReshareInstance
  | VoteReshared
  | VoteCancelResharing
  | VoteCancelRecovery
  | UpdateParticipantUrl
  | SubmitEphemeralKey
  | ProposeUpdate
  | VoteUpdate
  | RemoveUpdateVote
  | StorageDeposit
  | StorageWithdraw
  | StorageUnregister
  | Sign
  | Respond
  | ReturnSignature
  | FailOnTimeout
  | Migrate
  | TransparencyCommand;

export type CommandType = Command["type"];
