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

export const CALL_RULES: Readonly<Record<AnyCallName, CallRule>> = {
  init: { access: "contract", deposit: "none" },
  init_running: { access: "contract", deposit: "none" },
  submit_participant_info: { access: "direct", deposit: "if_operator" },
  submit_participant_recovery_info: { access: "direct", deposit: "none" },
  approve_recovery: { access: "direct", deposit: "one_yocto" },
  conclude_recovery: { access: "direct", deposit: "none" },
  cancel_recovery: { access: "direct", deposit: "one_yocto" },
  register_backup_service: { access: "direct", deposit: "if_operator" },
  confirm_backup: { access: "direct", deposit: "none" },
  confirm_recovery: { access: "direct", deposit: "none" },
  submit_ephemeral_key: { access: "direct", deposit: "none" },
  update_participant_url: { access: "direct", deposit: "one_yocto" },
  vote_cancel_recovery: { access: "direct", deposit: "none" },
  vote_add_domains: { access: "direct", deposit: "none" },
  start_keygen_instance: { access: "direct", deposit: "none" },
  vote_pk: { access: "direct", deposit: "none" },
  vote_abort_key_event_instance: { access: "direct", deposit: "none" },
  vote_cancel_keygen: { access: "direct", deposit: "none" },
  vote_new_parameters: { access: "direct", deposit: "none" },
  start_reshare_instance: { access: "direct", deposit: "none" },
  vote_reshared: { access: "direct", deposit: "none" },
  vote_cancel_resharing: { access: "direct", deposit: "none" },
  propose_update: { access: "direct", deposit: "any_amount" },
  vote_update: { access: "direct", deposit: "none" },
  remove_update_vote: { access: "direct", deposit: "none" },
  migrate: { access: "contract", deposit: "none" },
  storage_deposit: { access: "any", deposit: "any_amount" },
  storage_withdraw: { access: "any", deposit: "one_yocto" },
  storage_unregister: { access: "any", deposit: "one_yocto" },
  sign: { access: "anyone", deposit: "one_yocto_or_more" },
  respond: { access: "direct", deposit: "none" },
  return_signature_and_clean_state_on_success: { access: "callback", deposit: "none" },
  fail_on_timeout: { access: "callback", deposit: "none" },
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
