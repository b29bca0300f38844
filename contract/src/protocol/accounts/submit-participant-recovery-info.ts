/** A node asks to come back under a new TLS key. Source: contract.md §2, §4.1-4. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { SubmitParticipantRecoveryInfo } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { isSameEvidence } from "../rules/attestation.ts";
import { ownRecovery, requireInitialized, requireMember } from "../rules/members.ts";
import { admitEntry } from "../rules/recovery-entry.ts";
import { requireNotTaken } from "../rules/tls-keys.ts";
import type { InitializedState, ParticipantEntry, ProtocolState, RecoveryState } from "../state.ts";
import { replaceRecovery } from "../states/recovery.ts";
import { startRecovery } from "../states/running.ts";

/** The registered TLS key is harmless in every initialized state; another one starts or replaces a Recovery. */
export function submitParticipantRecoveryInfo(
  before: ProtocolState,
  command: SubmitParticipantRecoveryInfo,
  context: Context,
): Change {
  const state = requireInitialized(before, ["Running", "Recovery"]);
  const member = requireMember(context);
  const { participant_info } = command;
  if (participant_info.tls_public_key === member[2].tls_public_key) {
    if (participant_info.url === member[2].url) return NO_CHANGE;
    return refuse("USE_UPDATE_URL", { registered: member[2].url, provided: participant_info.url });
  }
  requireNotTaken(participant_info.tls_public_key, context);
  return enter(state, member, command, context);
}

function enter(
  state: InitializedState,
  member: ParticipantEntry,
  command: SubmitParticipantRecoveryInfo,
  context: Context,
): Change {
  if (state.kind === "Running") {
    return startRecovery(state, member, command, admitEntry(command, member, null, context), context);
  }
  const open = ownRecovery(state, context.caller);
  if (open === null) return refuse("UNEXPECTED_STATE", { current: state.kind, expected: ["Running"] });
  if (isSameRecord(open, command, context)) return NO_CHANGE;
  return replaceRecovery(open, command, admitEntry(command, member, open, context), context);
}

function isSameRecord(
  open: RecoveryState,
  command: SubmitParticipantRecoveryInfo,
  context: Context,
): boolean {
  const { prospective_info, signer_account_pk } = open.recovering;
  const { participant_info, attestation } = command;
  return (
    prospective_info.tls_public_key === participant_info.tls_public_key &&
    prospective_info.url === participant_info.url &&
    signer_account_pk === context.signerKey &&
    (attestation === null || isSameEvidence(open.attestation, attestation))
  );
}
