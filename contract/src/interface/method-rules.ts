/** What the shell enforces before a call reaches the core, and the lists of methods per role. Source: contract.md §3. */
import type { AnyCallName, MethodName } from "./arguments.ts";

/**
 * - `none`: any deposit is refused.
 * - `one_yocto`: exactly 1 yocto, so that only a full-access key can sign.
 * - `any_amount`: the core says how much it needs; what is more goes back.
 * - `one_yocto_or_more`: as `one_yocto`; what is more goes back.
 * - `if_operator`: nothing, or at least 1 yocto where the core asks for the operator's full-access key.
 */
export type DepositRule = "none" | "one_yocto" | "one_yocto_or_more" | "any_amount" | "if_operator";

/**
 * `contract`: only the contract account itself; `direct`: the account that signed the transaction; `any`: other
 * contracts too. With `anyone` and `callback`, otherwise like `any` and `contract`, it doesn't matter which kind of key
 * signed the transaction.
 */
export type CallAccess = "contract" | "direct" | "any" | "anyone" | "callback";

export interface CallRule {
  readonly access: CallAccess;
  readonly deposit: DepositRule;
}

/** Rules that several methods share are one object each: a rule takes 60 bytes of the wasm. */
const OWN: CallRule = { access: "direct", deposit: "none" };
const CONTRACT: CallRule = { access: "contract", deposit: "none" };
const OPERATOR: CallRule = { access: "direct", deposit: "one_yocto" };
const NODE_OR_OPERATOR: CallRule = { access: "direct", deposit: "if_operator" };
const HOLDER: CallRule = { access: "any", deposit: "one_yocto" };
const PAID: CallRule = { access: "direct", deposit: "any_amount" };
const CALLBACK: CallRule = { access: "callback", deposit: "none" };

export const CALL_RULES: Readonly<Record<AnyCallName, CallRule>> = {
  init: CONTRACT,
  init_running: CONTRACT,
  submit_participant_info: NODE_OR_OPERATOR,
  submit_participant_recovery_info: OWN,
  approve_recovery: OPERATOR,
  conclude_recovery: OWN,
  cancel_recovery: OPERATOR,
  register_backup_service: NODE_OR_OPERATOR,
  confirm_backup: OWN,
  confirm_recovery: OWN,
  submit_ephemeral_key: OWN,
  update_participant_url: OPERATOR,
  vote_cancel_recovery: OWN,
  vote_add_domains: OWN,
  start_keygen_instance: OWN,
  vote_pk: OWN,
  vote_abort_key_event_instance: OWN,
  vote_cancel_keygen: OWN,
  vote_new_parameters: OWN,
  start_reshare_instance: OWN,
  vote_reshared: OWN,
  vote_cancel_resharing: OWN,
  propose_update: PAID,
  vote_update: OWN,
  remove_update_vote: OWN,
  migrate: CONTRACT,
  storage_deposit: { access: "any", deposit: "any_amount" },
  storage_withdraw: HOLDER,
  storage_unregister: HOLDER,
  sign: { access: "anyone", deposit: "one_yocto_or_more" },
  respond: OWN,
  return_signature_and_clean_state_on_success: CALLBACK,
  fail_on_timeout: CALLBACK,
  propose_code_hash: OWN,
  vote_code_hash: OWN,
  vote_revoke_code_hash: OWN,
  vote_rollout_policy: OWN,
  anchor: { access: "anyone", deposit: "none" },
  publish_share_key: OWN,
  publish_seed_backup: PAID,
  confirm_handover: { access: "anyone", deposit: "any_amount" },
};

/** What a node's function-call access key needs, and nothing more. */
export const NODE_METHODS: readonly MethodName[] = [
  "submit_participant_info",
  "submit_participant_recovery_info",
  "conclude_recovery",
  "submit_ephemeral_key",
  "start_keygen_instance",
  "vote_pk",
  "start_reshare_instance",
  "vote_reshared",
  "vote_abort_key_event_instance",
  "respond",
];

/** What a backup service's function-call access key needs, and nothing more. */
export const BACKUP_SERVICE_METHODS: readonly MethodName[] = [
  "register_backup_service",
  "confirm_backup",
  "confirm_recovery",
  "submit_ephemeral_key",
];
