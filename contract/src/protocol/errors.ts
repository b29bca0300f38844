/**
 * Every refusal, once: its code and the values it carries. The sentences for people live in `error-texts.ts`, which
 * the wasm leaves out. Source: contract.md §5.
 */
import type {
  AccountId,
  AttemptId,
  BlockHeight,
  DomainId,
  EpochId,
  ParticipantId,
  RecoveryId,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
  UpdateId,
} from "./brand.ts";
import type { CooldownCause, EphemeralKeyPurpose, TlsKeyRole } from "./records.ts";
import type { RequestErrors } from "./requests/errors.ts";
import type { KeyEventId, ParticipantInfo, StateKind } from "./state.ts";
import type { TransparencyErrors } from "./transparency/errors.ts";

/** Arguments that can't be read. `path` is like `participant_info.url`; empty for the arguments as a whole. */
export interface InputErrors {
  readonly INVALID_UTF8: Record<never, never>;
  readonly INVALID_JSON: Record<never, never>;
  readonly INPUT_TOO_LONG: { readonly found_characters: number; readonly limit: number };
  readonly INPUT_TOO_DEEP: { readonly found_brackets: number; readonly limit: number };
  readonly INVALID_ARGUMENT: { readonly path: string; readonly expected: string; readonly found: string };
  readonly MISSING_FIELD: { readonly path: string };
  readonly UNKNOWN_FIELD: { readonly path: string };
  readonly DUPLICATE_FIELD: Record<never, never>;
  readonly WRONG_KEY_KIND: { readonly path: string; readonly expected: string; readonly found: string };
}

/** Who calls, with what money and in which state. */
export interface CallErrors {
  readonly NOT_DIRECT_CALL: { readonly signer: AccountId; readonly predecessor: AccountId };
  readonly PRIVATE_METHOD: { readonly caller: AccountId; readonly expected: AccountId };
  readonly UNSUPPORTED_KEY_TYPE: { readonly found: string; readonly expected: "ed25519" };
  readonly DEPOSIT_NOT_ACCEPTED: { readonly attached_yocto: string };
  /** `required_yocto` is exact for methods of 1 yocto, else a minimum. */
  readonly DEPOSIT_REQUIRED: {
    readonly attached_yocto: string;
    readonly required_yocto: string;
    readonly reason: DepositReason;
  };
  readonly UNEXPECTED_STATE: { readonly current: StateKind; readonly expected: readonly StateKind[] };
  readonly NOT_A_MEMBER: { readonly account_id: AccountId };
  readonly UNREADABLE_STATE: { readonly part: string };
}

export type DepositReason =
  | "operator_only"
  | "changes_node_key"
  | "replaces_service"
  | "signed_by_another_key"
  | "no_node_key"
  | "retired_key"
  | "storage"
  | "signature_request";

/** Parameters, domains, keysets and settings that can't hold. */
export interface ParametersErrors {
  readonly TOO_MANY_PARTICIPANTS: { readonly provided: number; readonly maximum: number };
  readonly DUPLICATE_ACCOUNT: { readonly account_id: AccountId };
  readonly DUPLICATE_PARTICIPANT_ID: { readonly participant_id: ParticipantId };
  readonly DUPLICATE_TLS_KEY: { readonly tls_public_key: TlsPublicKey };
  readonly PARTICIPANT_ID_OUT_OF_RANGE: {
    readonly participant_id: ParticipantId;
    readonly next_id: ParticipantId;
  };
  readonly THRESHOLD_TOO_LOW: { readonly provided: number; readonly minimum: number };
  readonly THRESHOLD_TOO_HIGH: { readonly provided: number; readonly maximum: number };
  readonly RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE: {
    readonly domain_id: DomainId;
    readonly provided: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  readonly DUPLICATE_DOMAIN: { readonly domain_id: DomainId };
  readonly DOMAIN_ID_OUT_OF_RANGE: { readonly domain_id: DomainId; readonly next_domain_id: DomainId };
  readonly UNKNOWN_DOMAIN: { readonly domain_id: DomainId };
  readonly DOMAIN_KEY_MISMATCH: {
    readonly domain_id: DomainId;
    readonly expected: string;
    readonly found: string;
  };
  readonly INVALID_CONFIG: {
    readonly setting: string;
    readonly provided: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  readonly URL_TOO_LONG: { readonly found_bytes: number; readonly limit_bytes: number };
}

export type KeyRole = "node" | "recovering" | "service";

/** Keys: of the wrong role, taken, not proven. */
export interface KeyErrors {
  readonly USE_RECOVERY: { readonly registered: TlsPublicKey; readonly provided: TlsPublicKey };
  readonly USE_UPDATE_URL: { readonly registered: string; readonly provided: string };
  readonly TLS_KEY_TAKEN: { readonly tls_public_key: TlsPublicKey };
  readonly KEY_ROLE_CONFLICT: {
    readonly key: SignerKey | TlsPublicKey;
    readonly wanted_role: KeyRole;
    readonly current_role: KeyRole;
  };
  readonly INVALID_TLS_KEY_PROOF: { readonly tls_public_key: TlsPublicKey };
  readonly WRONG_SIGNER_KEY: {
    readonly role: KeyRole;
    readonly provided: SignerKey;
    readonly expected: SignerKey;
  };
}

/** Why an entry needs the operator's approval. */
export type ApprovalReason = "retired_key" | "retired_keys_full" | "no_node_key" | "required_by_config";

export interface RecoveryErrors {
  readonly APPROVAL_REQUIRED: {
    readonly reason: ApprovalReason;
    readonly tls_public_key: TlsPublicKey;
    readonly signer_account_pk: SignerKey;
  };
  readonly RECOVERY_LIMIT_REACHED: {
    readonly entries: number;
    readonly limit: number;
    readonly possible_on: BlockHeight;
  };
  readonly RECOVERY_COOLDOWN: {
    readonly cause: CooldownCause;
    readonly height: BlockHeight;
    readonly ends_on: BlockHeight;
  };
  readonly NOT_RECOVERING: { readonly account_id: AccountId; readonly recovering: AccountId };
  readonly RECOVERY_ID_REQUIRED: { readonly expected: RecoveryId };
  readonly RECOVERY_ID_MISMATCH: { readonly provided: RecoveryId; readonly expected: RecoveryId };
  readonly RECOVERING_ACCOUNT_CANNOT_VOTE: { readonly account_id: AccountId };
  readonly EPOCH_MISMATCH: { readonly provided: EpochId; readonly expected: EpochId };
  readonly KEYSET_MISMATCH: {
    readonly part: "missing_domain" | "extra_domain" | "key" | "attempt";
    readonly domain_id: DomainId;
  };
}

export interface AttestationErrors {
  readonly ATTESTATION_REQUIRED: Record<never, never>;
  readonly ATTESTATION_TOO_OLD: {
    readonly submitted_on: BlockHeight;
    readonly height: BlockHeight;
    readonly max_age_blocks: number;
  };
  readonly DEV_ATTESTATION_NOT_ALLOWED: Record<never, never>;
}

export interface BackupErrors {
  readonly NO_BACKUP_SERVICE: { readonly account_id: AccountId };
  readonly RECEIPT_NOT_CURRENT: {
    readonly provided_epoch_id: EpochId;
    readonly expected_epoch_id: EpochId;
    readonly provided_keyset_hash: Sha256Hex;
    readonly expected_keyset_hash: Sha256Hex;
  };
}

/** Key generation and resharing. */
export interface KeyEventErrors {
  readonly NO_NODE_KEY: { readonly account_id: AccountId };
  readonly NOT_LEADER: { readonly account_id: AccountId; readonly leader: AccountId };
  readonly ATTEMPT_RUNNING: { readonly attempt_id: AttemptId; readonly expires_on: BlockHeight };
  readonly NO_ATTEMPT_RUNNING: { readonly next_attempt_id: AttemptId };
  readonly KEY_EVENT_MISMATCH: { readonly provided: KeyEventId; readonly expected: KeyEventId };
  readonly ALREADY_VOTED: { readonly participant_id: ParticipantId };
  readonly NEXT_DOMAIN_ID_MISMATCH: { readonly provided: DomainId; readonly expected: DomainId };
  readonly NO_DOMAINS_PROPOSED: Record<never, never>;
  readonly DOMAIN_IDS_NOT_CONTIGUOUS: { readonly provided: DomainId; readonly expected: DomainId };
  readonly TOO_MANY_DOMAINS: { readonly provided: number; readonly maximum: number };
}

/** Proposals of new parameters, and who may vote for them. */
export interface ProposalErrors {
  readonly NOT_PROPOSED: { readonly account_id: AccountId };
  readonly NOT_YET_ADMITTED: {
    readonly account_id: AccountId;
    readonly member_votes: number;
    readonly required: number;
  };
  readonly PARTICIPANT_CHANGED: { readonly account_id: AccountId; readonly part: "id" | "info" };
  readonly PARTICIPANT_IDS_NOT_CONTIGUOUS: {
    readonly first_new_id: number;
    readonly expected_next_id: number;
    readonly provided_next_id: number;
  };
  readonly TOO_FEW_REMAINING: { readonly remaining: number; readonly required: number };
  readonly THRESHOLD_FOR_UNKNOWN_DOMAIN: { readonly domain_id: string };
  readonly CANDIDATE_INFO_MISMATCH: {
    readonly account_id: AccountId;
    readonly submitted: ParticipantInfo | null;
    readonly proposed: ParticipantInfo;
  };
}

/** Candidates and their deposits. */
export interface CandidateErrors {
  readonly STORAGE_DEPOSIT_REQUIRED: { readonly account_id: AccountId; readonly required_yocto: string };
  readonly STORAGE_NOT_NEEDED: { readonly account_id: AccountId };
  readonly STORAGE_NOT_REGISTERED: { readonly account_id: AccountId };
  readonly STORAGE_AMOUNT_TOO_HIGH: {
    readonly requested_yocto: string;
    readonly available_yocto: string;
  };
  readonly CANDIDATE_FROZEN: { readonly account_id: AccountId; readonly epoch_id: EpochId };
}

export interface EphemeralKeyErrors {
  readonly SIGNER_WITHOUT_ROLE: { readonly account_id: AccountId; readonly provided: SignerKey };
  readonly INVALID_EPHEMERAL_KEY_PROOF: {
    readonly role: TlsKeyRole;
    readonly purpose: EphemeralKeyPurpose;
    readonly session: number;
    readonly tls_public_key: TlsPublicKey;
  };
}

/** Proposals of code and settings. */
export interface UpdateErrors {
  readonly INVALID_BORSH: { readonly expected: string; readonly at_byte: number };
  readonly EMPTY_UPDATE: Record<never, never>;
  readonly CODE_TOO_LONG: { readonly found_bytes: number; readonly limit_bytes: number };
  readonly UNKNOWN_UPDATE: { readonly id: UpdateId };
}

export interface ErrorInfos
  extends InputErrors,
    CallErrors,
    ParametersErrors,
    KeyErrors,
    RecoveryErrors,
    AttestationErrors,
    BackupErrors,
    KeyEventErrors,
    ProposalErrors,
    CandidateErrors,
    EphemeralKeyErrors,
    UpdateErrors,
    RequestErrors,
    TransparencyErrors {}

export type ErrorCode = keyof ErrorInfos;

/** One refusal as data: the cause of the panic that a caller sees. */
export type ProtocolError = {
  [Code in ErrorCode]: { readonly name: Code; readonly info: ErrorInfos[Code] };
}[ErrorCode];

/** Outcome of something that may be refused. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

/** Carries a refusal from a rule to `transition` or to a decoder, which return it as data. */
export class Refusal extends Error {
  readonly error: ProtocolError;

  constructor(error: ProtocolError) {
    super(error.name);
    this.name = "Refusal";
    this.error = error;
  }
}

/** Refuses the command with this code; nothing it would have changed is kept. */
export function refuse<Code extends ErrorCode>(code: Code, info: ErrorInfos[Code]): never {
  throw new Refusal({ name: code, info } as ProtocolError);
}

/** Runs rules and returns a refusal as data; anything else thrown is a defect and passes through. */
export function attempt<Value>(rules: () => Value): Result<Value, ProtocolError> {
  try {
    return { ok: true, value: rules() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

/** For the `default` of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
