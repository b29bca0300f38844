/**
 * The whole catalogue: for every method its arguments, answer, caller, states, deposit and gas. One place for the
 * client, the ABI, the docs and the snapshots; the wasm itself uses only the parts it enforces.
 */
import { INITIALIZED_KINDS, STATE_KINDS, type StateKind } from "../protocol/state.ts";
import { CALL_ARGUMENTS, type CallName, VIEW_ARGUMENTS, type ViewName } from "./arguments.ts";
import { CALL_RULES, type DepositRule } from "./method-rules.ts";
import * as results from "./results.ts";
import type { AnySchema, Decoded, Input } from "./schema.ts";

export { BACKUP_SERVICE_METHODS, NODE_METHODS } from "./method-rules.ts";

export type CallerRole =
  | "contract"
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
  readonly result: null;
}

export interface ViewSpec {
  readonly kind: "view";
  readonly states: readonly StateKind[];
  readonly args: AnySchema;
  readonly result: AnySchema;
}

const TGAS = 1_000_000_000_000n;
const CALL_GAS = 15n * TGAS;
const INIT_GAS = 100n * TGAS;

export const CALLS: Readonly<Record<CallName, CallSpec>> = {
  init: call("init", "contract", ["NotInitialized"], INIT_GAS),
  init_running: call("init_running", "contract", ["NotInitialized"], INIT_GAS),
  submit_participant_info: call("submit_participant_info", "member", INITIALIZED_KINDS, CALL_GAS),
  submit_participant_recovery_info: call(
    "submit_participant_recovery_info",
    "member",
    ["Running", "Recovery"],
    CALL_GAS,
  ),
  approve_recovery: call("approve_recovery", "member", ["Running", "Recovery"], CALL_GAS),
  conclude_recovery: call("conclude_recovery", "recovering_key", ["Recovery"], CALL_GAS),
  cancel_recovery: call("cancel_recovery", "recovering_account", ["Recovery"], CALL_GAS),
  register_backup_service: call(
    "register_backup_service",
    "member_or_prospective",
    INITIALIZED_KINDS,
    CALL_GAS,
  ),
  confirm_backup: call("confirm_backup", "service_key", INITIALIZED_KINDS, CALL_GAS),
  confirm_recovery: call("confirm_recovery", "service_key", INITIALIZED_KINDS, CALL_GAS),
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
  public_key: results.textResult,
  accepts_requests: results.booleanResult,
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
  public_key: view("public_key", INITIALIZED_KINDS),
  accepts_requests: view("accepts_requests", STATE_KINDS),
};

/** Every method of the contract. */
export const METHODS: Readonly<Record<CallName | ViewName, CallSpec | ViewSpec>> = { ...CALLS, ...VIEWS };

/** The arguments a caller writes for a method. */
export type CallInput<Name extends CallName> = Input<(typeof CALL_ARGUMENTS)[Name]>;
export type ViewInput<Name extends ViewName> = Input<(typeof VIEW_ARGUMENTS)[Name]>;
/** The answer of a view, decoded. */
export type ViewResult<Name extends ViewName> = Decoded<(typeof VIEW_RESULTS)[Name]>;

function call(name: CallName, caller: CallerRole, states: readonly StateKind[], gas: bigint): CallSpec {
  const args: AnySchema = CALL_ARGUMENTS[name];
  return { kind: "call", caller, states, deposit: CALL_RULES[name].deposit, gas, args, result: null };
}

function view(name: ViewName, states: readonly StateKind[]): ViewSpec {
  return { kind: "view", states, args: VIEW_ARGUMENTS[name], result: VIEW_RESULTS[name] };
}
