/** What callers can ask of the contract, decoded: one variant per call method, named as on chain. */
import type {
  DomainId,
  Ed25519Signature,
  EpochId,
  RecoveryId,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
} from "./brand.ts";
import type { AttestationEvidence, BackupServiceInfo, Config } from "./records.ts";
import type { DomainConfig, Keyset, ParticipantInfo, ThresholdParameters } from "./state.ts";

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
  | ConfirmRecovery;

export type CommandType = Command["type"];
