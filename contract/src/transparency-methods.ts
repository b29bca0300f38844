/** The methods of upgrade transparency and seed backups; see `index.ts`. */
import { call, NearBindgen, view } from "near-sdk-js";
import { runCall } from "./host/run-call.ts";
import { runView } from "./host/run-view.ts";

@NearBindgen({})
export class Transparency {
  @call({})
  propose_code_hash(): void {
    runCall("propose_code_hash");
  }

  @call({})
  vote_code_hash(): void {
    runCall("vote_code_hash");
  }

  @call({})
  vote_revoke_code_hash(): void {
    runCall("vote_revoke_code_hash");
  }

  @call({})
  vote_rollout_policy(): void {
    runCall("vote_rollout_policy");
  }

  @call({})
  anchor(): void {
    runCall("anchor");
  }

  @call({})
  publish_share_key(): void {
    runCall("publish_share_key");
  }

  @call({ payableFunction: true })
  publish_seed_backup(): void {
    runCall("publish_seed_backup");
  }

  @call({ payableFunction: true })
  confirm_handover(): void {
    runCall("confirm_handover");
  }

  @view({})
  allowed_code_hashes(): void {
    runView("allowed_code_hashes");
  }

  @view({})
  proposed_code_hashes(): void {
    runView("proposed_code_hashes");
  }

  @view({})
  rollout_policy(): void {
    runView("rollout_policy");
  }

  @view({})
  share_keys(): void {
    runView("share_keys");
  }

  @view({})
  seed_backup(): void {
    runView("seed_backup");
  }

  @view({})
  handover(): void {
    runView("handover");
  }
}
