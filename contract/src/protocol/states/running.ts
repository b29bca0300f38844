/** Running: the network signs; a member with a new TLS key may enter Recovery. Source: contract.md §2. */
import type { BlockHeight, RecoveryId } from "../brand.ts";
import type { Change } from "../change.ts";
import type { SubmitParticipantRecoveryInfo } from "../commands.ts";
import type { Context } from "../context.ts";
import { type Admission, entryEvent } from "../rules/recovery-entry.ts";
import type { ParticipantEntry, RecoveryState, RunningState } from "../state.ts";

/** Running → Recovery, for an entry that the rules admitted. */
export function startRecovery(
  state: RunningState,
  member: ParticipantEntry,
  command: SubmitParticipantRecoveryInfo,
  admission: Admission,
  context: Context,
): Change {
  const recoveryId = context.counters.next_recovery_id;
  const recovery: RecoveryState = {
    kind: "Recovery",
    previous_running_state: state,
    recovery_id: recoveryId,
    first_recovery_id: recoveryId,
    recovering: {
      account_id: context.caller,
      participant_id: member[1],
      prospective_info: command.participant_info,
      signer_account_pk: context.signerKey,
      started_in: context.height,
      expires_on: (context.height + 1 + context.config.recovery_timeout_blocks) as BlockHeight,
      backup_confirmed: false,
    },
    cancel_votes: [],
    attestation: admission.attestation,
  };
  return {
    state: recovery,
    records: [[context.caller, admission.record]],
    counters: { next_recovery_id: (recoveryId + 1) as RecoveryId },
    events: [{ event: "recovery_started", data: entryEvent(recovery) }],
  };
}
