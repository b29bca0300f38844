/**
 * The contract: decorated methods are the wasm's exports; those of upgrade transparency are in a class of their own. Each
 * hands over to the shell.
 */
import { call, NearBindgen, view } from "near-sdk-js";
import { runCallback } from "./host/request-effects.ts";
import { runCall } from "./host/run-call.ts";
import { runView } from "./host/run-view.ts";

export * from "./transparency-methods.ts";

@NearBindgen({})
export class MpcRecovery {
  @call({ privateFunction: true })
  init(): void {
    runCall("init");
  }

  @call({ privateFunction: true })
  init_running(): void {
    runCall("init_running");
  }

  @call({ payableFunction: true })
  submit_participant_info(): void {
    runCall("submit_participant_info");
  }

  @call({})
  submit_participant_recovery_info(): void {
    runCall("submit_participant_recovery_info");
  }

  @call({ payableFunction: true })
  approve_recovery(): void {
    runCall("approve_recovery");
  }

  @call({})
  conclude_recovery(): void {
    runCall("conclude_recovery");
  }

  @call({ payableFunction: true })
  cancel_recovery(): void {
    runCall("cancel_recovery");
  }

  @call({ payableFunction: true })
  register_backup_service(): void {
    runCall("register_backup_service");
  }

  @call({})
  confirm_backup(): void {
    runCall("confirm_backup");
  }

  @call({})
  confirm_recovery(): void {
    runCall("confirm_recovery");
  }

  @call({})
  submit_ephemeral_key(): void {
    runCall("submit_ephemeral_key");
  }

  @call({ payableFunction: true })
  update_participant_url(): void {
    runCall("update_participant_url");
  }

  @call({})
  vote_cancel_recovery(): void {
    runCall("vote_cancel_recovery");
  }

  @call({})
  vote_add_domains(): void {
    runCall("vote_add_domains");
  }

  @call({})
  start_keygen_instance(): void {
    runCall("start_keygen_instance");
  }

  @call({})
  vote_pk(): void {
    runCall("vote_pk");
  }

  @call({})
  vote_abort_key_event_instance(): void {
    runCall("vote_abort_key_event_instance");
  }

  @call({})
  vote_cancel_keygen(): void {
    runCall("vote_cancel_keygen");
  }

  @call({})
  vote_new_parameters(): void {
    runCall("vote_new_parameters");
  }

  @call({})
  start_reshare_instance(): void {
    runCall("start_reshare_instance");
  }

  @call({})
  vote_reshared(): void {
    runCall("vote_reshared");
  }

  @call({})
  vote_cancel_resharing(): void {
    runCall("vote_cancel_resharing");
  }

  @call({ payableFunction: true })
  propose_update(): void {
    runCall("propose_update");
  }

  @call({})
  vote_update(): void {
    runCall("vote_update");
  }

  @call({})
  remove_update_vote(): void {
    runCall("remove_update_vote");
  }

  @call({ privateFunction: true })
  migrate(): void {
    runCall("migrate");
  }

  @call({ payableFunction: true })
  storage_deposit(): void {
    runCall("storage_deposit");
  }

  @call({ payableFunction: true })
  storage_withdraw(): void {
    runCall("storage_withdraw");
  }

  @call({ payableFunction: true })
  storage_unregister(): void {
    runCall("storage_unregister");
  }

  @call({ payableFunction: true })
  sign(): void {
    runCall("sign");
  }

  @call({})
  respond(): void {
    runCall("respond");
  }

  @call({ privateFunction: true })
  return_signature_and_clean_state_on_success(): void {
    runCallback("return_signature_and_clean_state_on_success");
  }

  @call({ privateFunction: true })
  fail_on_timeout(): void {
    runCall("fail_on_timeout");
  }

  @view({})
  state(): void {
    runView("state");
  }

  @view({})
  config(): void {
    runView("config");
  }

  @view({})
  version(): void {
    runView("version");
  }

  @view({})
  node_methods(): void {
    runView("node_methods");
  }

  @view({})
  backup_service_methods(): void {
    runView("backup_service_methods");
  }

  @view({})
  recovery_info(): void {
    runView("recovery_info");
  }

  @view({})
  participant_info(): void {
    runView("participant_info");
  }

  @view({})
  backup_service_info(): void {
    runView("backup_service_info");
  }

  @view({})
  backup_receipt(): void {
    runView("backup_receipt");
  }

  @view({})
  public_key(): void {
    runView("public_key");
  }

  @view({})
  accepts_requests(): void {
    runView("accepts_requests");
  }

  @view({})
  derived_public_key(): void {
    runView("derived_public_key");
  }

  @view({})
  get_pending_request(): void {
    runView("get_pending_request");
  }

  @view({})
  pending_requests(): void {
    runView("pending_requests");
  }

  @view({})
  ephemeral_key(): void {
    runView("ephemeral_key");
  }

  @view({})
  proposed_updates(): void {
    runView("proposed_updates");
  }

  @view({})
  storage_balance_of(): void {
    runView("storage_balance_of");
  }

  @view({})
  storage_balance_bounds(): void {
    runView("storage_balance_bounds");
  }

  @view({})
  contract_source_metadata(): void {
    runView("contract_source_metadata");
  }
}
