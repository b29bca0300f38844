/** The contract: one class whose decorated methods are the wasm's exports. Each hands over to the shell. */
import { call, NearBindgen, view } from "near-sdk-js";
import { runCall } from "./host/run-call.ts";
import { runView } from "./host/run-view.ts";

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
}
