/**
 * Every way the kind of state can change or stay while something happens: one table for the diagram, the docs, the
 * inspector, the error texts and the model test. Source: contract.md §2.
 */
import type { CommandType } from "./commands.ts";
import type { StateKind } from "./state.ts";

/** A command, or the passing of blocks. */
export type EdgeTrigger = CommandType | "expiry";
export type Edge = readonly [from: StateKind, trigger: EdgeTrigger, to: StateKind];

export const EDGES: readonly Edge[] = [
  ["NotInitialized", "init", "Running"],
  ["NotInitialized", "init_running", "Running"],

  ["Running", "vote_add_domains", "Running"],
  ["Running", "vote_add_domains", "Initializing"],
  ["Initializing", "start_keygen_instance", "Initializing"],
  ["Initializing", "vote_pk", "Initializing"],
  ["Initializing", "vote_pk", "Running"],
  ["Initializing", "vote_abort_key_event_instance", "Initializing"],
  ["Initializing", "vote_cancel_keygen", "Initializing"],
  ["Initializing", "vote_cancel_keygen", "Running"],

  ["Running", "vote_new_parameters", "Running"],
  ["Running", "vote_new_parameters", "Resharing"],
  ["Resharing", "vote_new_parameters", "Resharing"],
  ["Resharing", "start_reshare_instance", "Resharing"],
  ["Resharing", "vote_reshared", "Resharing"],
  ["Resharing", "vote_reshared", "Running"],
  ["Resharing", "vote_abort_key_event_instance", "Resharing"],
  ["Resharing", "vote_cancel_resharing", "Resharing"],
  ["Resharing", "vote_cancel_resharing", "Running"],

  ["Running", "submit_participant_recovery_info", "Recovery"],
  ["Recovery", "submit_participant_recovery_info", "Recovery"],
  ["Recovery", "conclude_recovery", "Running"],
  ["Recovery", "cancel_recovery", "Running"],
  ["Recovery", "vote_cancel_recovery", "Recovery"],
  ["Recovery", "vote_cancel_recovery", "Running"],
  ["Recovery", "expiry", "Running"],
  ["Recovery", "vote_new_parameters", "Recovery"],
  ["Recovery", "vote_new_parameters", "Resharing"],
  ["Recovery", "vote_new_parameters", "Running"],

  ["Running", "update_participant_url", "Running"],
  ["Running", "approve_recovery", "Running"],
  ["Recovery", "approve_recovery", "Recovery"],
  ...anyInitialized("submit_participant_info"),
  ...anyInitialized("register_backup_service"),
  ...anyInitialized("confirm_backup"),
  ...anyInitialized("submit_ephemeral_key"),
  ...anyInitialized("propose_update"),
  ...anyInitialized("vote_update"),
  ...anyInitialized("remove_update_vote"),
  ...anyInitialized("migrate"),
  ...anyInitialized("storage_deposit"),
  ...anyInitialized("storage_unregister"),
  ...whereSigning("sign"),
  ...whereSigning("respond"),
  ...anyInitialized("return_signature_and_clean_state_on_success"),
  ...anyInitialized("propose_code_hash"),
  ...anyInitialized("vote_code_hash"),
  ...anyInitialized("vote_revoke_code_hash"),
  ...anyInitialized("vote_rollout_policy"),
  ...anyInitialized("publish_share_key"),
  ...anyInitialized("publish_seed_backup"),
  ...anyInitialized("confirm_handover"),
  // Outside its Recovery a confirmation is late: an event about the one that was concluded.
  ...anyInitialized("confirm_recovery"),
];

function anyInitialized(trigger: EdgeTrigger): Edge[] {
  return [
    ["Initializing", trigger, "Initializing"],
    ["Running", trigger, "Running"],
    ["Resharing", trigger, "Resharing"],
    ["Recovery", trigger, "Recovery"],
  ];
}

/** States whose keys are in use. */
function whereSigning(trigger: EdgeTrigger): Edge[] {
  return [
    ["Running", trigger, "Running"],
    ["Resharing", trigger, "Resharing"],
    ["Recovery", trigger, "Recovery"],
  ];
}
