/**
 * The whole catalogue: for every method its arguments, answer, caller, states, deposit and gas. One place for the
 * client, the ABI, the docs and the snapshots; the wasm itself uses only the parts it enforces.
 */
import { SIGNING_KINDS } from "../protocol/requests/signing-domain.ts";
import { INITIALIZED_KINDS, STATE_KINDS, type StateKind } from "../protocol/state.ts";
import {
  CALL_ARGUMENTS,
  type CallName,
  type MethodName,
  PROPOSE_UPDATE_ARGUMENTS,
  VIEW_ARGUMENTS,
  type ViewName,
} from "./arguments.ts";
import { CALL_RULES, type DepositRule } from "./method-rules.ts";
import * as requests from "./request-shapes.ts";
import * as results from "./results.ts";
import type { AnySchema, Decoded, Input } from "./schema.ts";
import * as transparency from "./transparency-results.ts";

export { BACKUP_SERVICE_METHODS, NODE_METHODS } from "./method-rules.ts";

export type CallerRole =
  | "contract"
  | "anyone"
  | "member_or_candidate"
  | "member_or_proposed"
  | "leader_node_key"
  | "member_node_key"
  | "proposed_node_key"
  | "member_but_recovering"
  | "node_or_service_key"
  | "member"
  | "member_or_prospective"
  | "recovering_key"
  | "recovering_account"
  | "service_key";

export interface CallSpec {
  readonly kind: "call";
  readonly caller: CallerRole;
  readonly states: readonly StateKind[];
  readonly deposit: DepositRule;
  /** Gas that a client attaches, in gas units. */
  readonly gas: bigint;
  readonly args: AnySchema;
  /** JSON that the call answers; null for nothing. */
  readonly result: AnySchema | null;
  /** How the arguments are written. */
  readonly serialization: "json" | "borsh";
}

export interface ViewSpec {
  readonly kind: "view";
  readonly states: readonly StateKind[];
  readonly args: AnySchema;
  readonly result: AnySchema;
}

const TGAS = 1_000_000_000_000n;
const CALL_GAS = 15n * TGAS;
const BIG_CALL_GAS = 200n * TGAS;
const UPDATE_GAS = 300n * TGAS;
/** Of calls after which proposals that list the caller may have to go. */
const PROPOSALS_GAS = 60n * TGAS;
const INIT_GAS = 200n * TGAS;
/** Of an answer that wakes as many callers as may wait for it. */
const RESPOND_GAS = 60n * TGAS;
/** Of the longest path and payload in the fullest queue; short ones take half. */
const SIGN_GAS = 20n * TGAS;
const VOTING_KINDS: readonly StateKind[] = ["Running", "Resharing", "Recovery"];

const CALL_RESULTS: { readonly [Name in CallName]?: AnySchema } = {
  storage_deposit: results.storageBalanceResult,
  storage_withdraw: results.storageBalanceResult,
  storage_unregister: results.booleanResult,
  sign: requests.signatureResponse,
  return_signature_and_clean_state_on_success: requests.signatureResponse,
  anchor: transparency.digestResult,
};

export const CALLS: Readonly<Record<CallName, CallSpec>> = {
  init: call("init", "contract", ["NotInitialized"], INIT_GAS),
  init_running: call("init_running", "contract", ["NotInitialized"], INIT_GAS),
  submit_participant_info: call(
    "submit_participant_info",
    "member_or_candidate",
    INITIALIZED_KINDS,
    PROPOSALS_GAS,
  ),
  submit_participant_recovery_info: call(
    "submit_participant_recovery_info",
    "member",
    ["Running", "Recovery"],
    CALL_GAS,
  ),
  approve_recovery: call("approve_recovery", "member", ["Running", "Recovery"], CALL_GAS),
  conclude_recovery: call("conclude_recovery", "recovering_key", ["Recovery"], PROPOSALS_GAS),
  cancel_recovery: call("cancel_recovery", "recovering_account", ["Recovery"], CALL_GAS),
  register_backup_service: call(
    "register_backup_service",
    "member_or_prospective",
    INITIALIZED_KINDS,
    CALL_GAS,
  ),
  confirm_backup: call("confirm_backup", "service_key", INITIALIZED_KINDS, CALL_GAS),
  confirm_recovery: call("confirm_recovery", "service_key", INITIALIZED_KINDS, CALL_GAS),
  submit_ephemeral_key: call("submit_ephemeral_key", "node_or_service_key", INITIALIZED_KINDS, CALL_GAS),
  update_participant_url: call("update_participant_url", "member", ["Running"], PROPOSALS_GAS),
  vote_cancel_recovery: call("vote_cancel_recovery", "member_but_recovering", ["Recovery"], CALL_GAS),
  vote_add_domains: call("vote_add_domains", "member", ["Running"], CALL_GAS),
  start_keygen_instance: call("start_keygen_instance", "leader_node_key", ["Initializing"], CALL_GAS),
  vote_pk: call("vote_pk", "member_node_key", ["Initializing"], CALL_GAS),
  vote_abort_key_event_instance: call(
    "vote_abort_key_event_instance",
    "proposed_node_key",
    ["Initializing", "Resharing"],
    CALL_GAS,
  ),
  vote_cancel_keygen: call("vote_cancel_keygen", "member", ["Initializing"], CALL_GAS),
  vote_new_parameters: call("vote_new_parameters", "member_or_proposed", VOTING_KINDS, BIG_CALL_GAS),
  start_reshare_instance: call("start_reshare_instance", "leader_node_key", ["Resharing"], CALL_GAS),
  // The last vote puts the new parameters in force.
  vote_reshared: call("vote_reshared", "proposed_node_key", ["Resharing"], BIG_CALL_GAS),
  vote_cancel_resharing: call("vote_cancel_resharing", "member", ["Resharing"], BIG_CALL_GAS),
  // The last vote deploys the code and has it check the stored state.
  vote_update: call("vote_update", "member", INITIALIZED_KINDS, UPDATE_GAS),
  remove_update_vote: call("remove_update_vote", "member", INITIALIZED_KINDS, BIG_CALL_GAS),
  migrate: call("migrate", "contract", INITIALIZED_KINDS, BIG_CALL_GAS),
  storage_deposit: call("storage_deposit", "anyone", INITIALIZED_KINDS, CALL_GAS),
  storage_withdraw: call("storage_withdraw", "anyone", INITIALIZED_KINDS, CALL_GAS),
  storage_unregister: call("storage_unregister", "anyone", INITIALIZED_KINDS, PROPOSALS_GAS),
  sign: call("sign", "anyone", SIGNING_KINDS, SIGN_GAS),
  respond: call("respond", "member_node_key", SIGNING_KINDS, RESPOND_GAS),
  return_signature_and_clean_state_on_success: call(
    "return_signature_and_clean_state_on_success",
    "contract",
    INITIALIZED_KINDS,
    CALL_GAS,
  ),
  fail_on_timeout: call("fail_on_timeout", "contract", INITIALIZED_KINDS, CALL_GAS),
  propose_code_hash: call("propose_code_hash", "member", INITIALIZED_KINDS, CALL_GAS),
  vote_code_hash: call("vote_code_hash", "member", INITIALIZED_KINDS, CALL_GAS),
  vote_revoke_code_hash: call("vote_revoke_code_hash", "member", INITIALIZED_KINDS, CALL_GAS),
  vote_rollout_policy: call("vote_rollout_policy", "member", INITIALIZED_KINDS, CALL_GAS),
  anchor: call("anchor", "anyone", INITIALIZED_KINDS, CALL_GAS),
  publish_share_key: call("publish_share_key", "member", INITIALIZED_KINDS, CALL_GAS),
  publish_seed_backup: call("publish_seed_backup", "member", INITIALIZED_KINDS, BIG_CALL_GAS),
  confirm_handover: call("confirm_handover", "anyone", INITIALIZED_KINDS, CALL_GAS),
};

/** The call with Borsh arguments; `encodeProposeUpdate` writes them. */
export const PROPOSE_UPDATE: CallSpec = {
  kind: "call",
  caller: "member",
  states: INITIALIZED_KINDS,
  deposit: CALL_RULES.propose_update.deposit,
  gas: UPDATE_GAS,
  args: PROPOSE_UPDATE_ARGUMENTS,
  result: results.updateIdResult,
  serialization: "borsh",
};

export const VIEW_RESULTS = {
  state: results.stateResult,
  config: results.configResult,
  version: results.textResult,
  node_methods: results.methodListResult,
  backup_service_methods: results.methodListResult,
  recovery_info: results.recoveryInfoResult,
  participant_info: results.participantInfoResult,
  backup_service_info: results.backupServiceInfoResult,
  backup_receipt: results.backupReceiptResult,
  ephemeral_key: results.ephemeralKeyResult,
  proposed_updates: results.proposedUpdatesResult,
  storage_balance_of: results.storageBalanceResult,
  storage_balance_bounds: results.storageBoundsResult,
  contract_source_metadata: results.sourceMetadataResult,
  public_key: results.textResult,
  derived_public_key: results.textResult,
  accepts_requests: results.booleanResult,
  get_pending_request: results.pendingRequestResult,
  pending_requests: results.pendingRequestsResult,
  allowed_code_hashes: transparency.allowedCodeHashesResult,
  proposed_code_hashes: transparency.proposedCodeHashesResult,
  rollout_policy: transparency.rolloutPolicyResult,
  share_keys: transparency.shareKeysResult,
  seed_backup: transparency.seedBackupResult,
  handover: transparency.handoverResult,
} as const satisfies Record<ViewName, AnySchema>;

export const VIEWS: Readonly<Record<ViewName, ViewSpec>> = {
  state: view("state", STATE_KINDS),
  config: view("config", INITIALIZED_KINDS),
  version: view("version", STATE_KINDS),
  node_methods: view("node_methods", STATE_KINDS),
  backup_service_methods: view("backup_service_methods", STATE_KINDS),
  recovery_info: view("recovery_info", STATE_KINDS),
  participant_info: view("participant_info", STATE_KINDS),
  backup_service_info: view("backup_service_info", STATE_KINDS),
  backup_receipt: view("backup_receipt", STATE_KINDS),
  ephemeral_key: view("ephemeral_key", STATE_KINDS),
  proposed_updates: view("proposed_updates", STATE_KINDS),
  storage_balance_of: view("storage_balance_of", STATE_KINDS),
  storage_balance_bounds: view("storage_balance_bounds", STATE_KINDS),
  contract_source_metadata: view("contract_source_metadata", STATE_KINDS),
  public_key: view("public_key", INITIALIZED_KINDS),
  derived_public_key: view("derived_public_key", INITIALIZED_KINDS),
  accepts_requests: view("accepts_requests", STATE_KINDS),
  get_pending_request: view("get_pending_request", STATE_KINDS),
  pending_requests: view("pending_requests", STATE_KINDS),
  allowed_code_hashes: view("allowed_code_hashes", STATE_KINDS),
  proposed_code_hashes: view("proposed_code_hashes", STATE_KINDS),
  rollout_policy: view("rollout_policy", STATE_KINDS),
  share_keys: view("share_keys", STATE_KINDS),
  seed_backup: view("seed_backup", STATE_KINDS),
  handover: view("handover", STATE_KINDS),
};

/** Every method of the contract. */
export const METHODS: Readonly<Record<MethodName, CallSpec | ViewSpec>> = {
  ...CALLS,
  propose_update: PROPOSE_UPDATE,
  ...VIEWS,
};

/** The arguments a caller writes for a method. */
export type CallInput<Name extends CallName> = Input<(typeof CALL_ARGUMENTS)[Name]>;
export type ViewInput<Name extends ViewName> = Input<(typeof VIEW_ARGUMENTS)[Name]>;
/** The answer of a view, decoded. */
export type ViewResult<Name extends ViewName> = Decoded<(typeof VIEW_RESULTS)[Name]>;

function call(name: CallName, caller: CallerRole, states: readonly StateKind[], gas: bigint): CallSpec {
  const args: AnySchema = CALL_ARGUMENTS[name];
  const result = CALL_RESULTS[name] ?? null;
  return {
    kind: "call",
    caller,
    states,
    deposit: CALL_RULES[name].deposit,
    gas,
    args,
    result,
    serialization: "json",
  };
}

function view(name: ViewName, states: readonly StateKind[]): ViewSpec {
  return { kind: "view", states, args: VIEW_ARGUMENTS[name], result: VIEW_RESULTS[name] };
}
