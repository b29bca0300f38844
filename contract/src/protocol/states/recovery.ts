/** Recovery: one member comes back with a new identity; the others keep running. Source: contract.md §2, §4. */
import type { BlockHeight, RecoveryId } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type { ConcludeRecovery, SubmitParticipantRecoveryInfo, VoteCancelRecovery } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { type AccountRecord, EMPTY_RECORD } from "../records.ts";
import {
  afterFailedRecovery,
  recordOfCaller,
  retire,
  withoutPurpose,
  withoutRole,
} from "../rules/account-record.ts";
import { requireValidAttestation } from "../rules/attestation.ts";
import { requireEqualKeyset } from "../rules/keyset-equality.ts";
import { countOf, requireMember } from "../rules/members.ts";
import { withEntry } from "../rules/proposals.ts";
import { type Admission, entryEvent } from "../rules/recovery-entry.ts";
import type { RecoveryState } from "../state.ts";

/** Recovery → Recovery: the same account puts a new record in place of its own; time and cancel votes go on. */
export function replaceRecovery(
  state: RecoveryState,
  command: SubmitParticipantRecoveryInfo,
  admission: Admission,
  context: Context,
): Change {
  const { recovering } = state;
  const recoveryId = context.counters.next_recovery_id;
  const replaced: RecoveryState = {
    ...state,
    recovery_id: recoveryId,
    recovering: {
      ...recovering,
      prospective_info: command.participant_info,
      signer_account_pk: context.signerKey,
      backup_confirmed: false,
    },
    attestation: admission.attestation,
  };
  const dismissed = recovering.signer_account_pk === context.signerKey ? null : recovering.signer_account_pk;
  const record = {
    ...admission.record,
    retired_keys: retire(admission.record, dismissed),
    ephemeral_keys: withoutPurpose(admission.record, "recovery"),
  };
  const data = { ...entryEvent(replaced), previous_recovery_id: state.recovery_id };
  return {
    state: replaced,
    records: [[context.caller, record]],
    counters: { next_recovery_id: (recoveryId + 1) as RecoveryId },
    events: [{ event: "recovery_replaced", data }],
  };
}

/** Recovery → Running: the recovering node takes its place; account, id, keyset, epoch and threshold stay. */
export function concludeRecovery(state: RecoveryState, command: ConcludeRecovery, context: Context): Change {
  requireRecoveringKey(state, context);
  requireCurrentId(state, command.recovery_id);
  const running = state.previous_running_state;
  if (command.keyset !== null) requireEqualKeyset(command.keyset, running.keyset, context);
  requireValidAttestation(state.attestation, context);
  const { account_id, participant_id, prospective_info } = state.recovering;
  const { state: concluded, events } = withEntry(running, [account_id, participant_id, prospective_info]);
  const { recovery_id } = state;
  const { participants_revision } = concluded;
  const data = {
    recovery_id,
    account_id,
    participant_id,
    participant_info: prospective_info,
    participants_revision,
  };
  return {
    state: concluded,
    records: [[account_id, concludedRecord(state, context)]],
    events: [{ event: "recovery_concluded", data }, ...events],
  };
}

/** Recovery → Running with the old info, on the word of the recovering account's operator. */
export function cancelRecovery(state: RecoveryState, context: Context): Change {
  requireRecoveringAccount(state, context);
  return endUnconcluded(state, "cancelled_by_account", context);
}

/** Recovery → Running with the old info, once enough of the other members voted so. */
export function voteCancelRecovery(
  state: RecoveryState,
  { recovery_id }: VoteCancelRecovery,
  context: Context,
): Change {
  const [account_id, participant_id] = requireMember(context);
  if (account_id === state.recovering.account_id) {
    refuse("RECOVERING_ACCOUNT_CANNOT_VOTE", { account_id });
  }
  // Ids of records replaced since still name this Recovery: the account can't shake votes off by replacing.
  if (recovery_id < state.first_recovery_id || recovery_id > state.recovery_id) {
    refuse("RECOVERY_ID_MISMATCH", { provided: recovery_id, expected: state.recovery_id });
  }
  if (state.cancel_votes.includes(participant_id)) return NO_CHANGE;
  const cancel_votes = [...state.cancel_votes, participant_id];
  const votes = cancel_votes.length;
  const voted: ProtocolEvent = {
    event: "recovery_cancel_voted",
    data: { recovery_id: state.recovery_id, account_id, votes },
  };
  const { participants, threshold } = state.previous_running_state.parameters;
  const needed = Math.min(threshold, countOf(participants) - 1);
  if (votes < needed) return { state: { ...state, cancel_votes }, events: [voted] };
  const ended = endUnconcluded(state, "cancelled_by_vote", context);
  return { ...ended, events: [voted, ...ended.events] };
}

function endUnconcluded(
  state: RecoveryState,
  cause: "cancelled_by_account" | "cancelled_by_vote",
  context: Context,
): Change {
  const { account_id } = state.recovering;
  const record = context.lookup.record(account_id) ?? EMPTY_RECORD;
  const endsOn = (context.height + context.config.recovery_cooldown_blocks) as BlockHeight;
  return {
    state: state.previous_running_state,
    records: [[account_id, afterFailedRecovery(record, state, cause, endsOn)]],
    events: [{ event: "recovery_cancelled", data: { recovery_id: state.recovery_id, account_id, cause } }],
  };
}

function requireRecoveringAccount(state: RecoveryState, context: Context): void {
  const { account_id } = state.recovering;
  if (context.caller !== account_id) {
    refuse("NOT_RECOVERING", { account_id: context.caller, recovering: account_id });
  }
}

function requireRecoveringKey(state: RecoveryState, context: Context): void {
  requireRecoveringAccount(state, context);
  const expected = state.recovering.signer_account_pk;
  if (context.signerKey !== expected) {
    refuse("WRONG_SIGNER_KEY", { role: "recovering", provided: context.signerKey, expected });
  }
}

function requireCurrentId(state: RecoveryState, provided: RecoveryId | null): void {
  const expected = state.recovery_id;
  if (provided === null) {
    // A delayed call of an earlier record must not conclude a later one.
    if (expected !== state.first_recovery_id) refuse("RECOVERY_ID_REQUIRED", { expected });
  } else if (provided !== expected) {
    refuse("RECOVERY_ID_MISMATCH", { provided, expected });
  }
}

function concludedRecord(state: RecoveryState, context: Context): AccountRecord {
  const before = recordOfCaller(context);
  const record = copyOf(before);
  record.node_key = state.recovering.signer_account_pk;
  record.retired_keys = retire(before, before.node_key);
  // The TLS key that proved the node's key is no longer the node's.
  record.ephemeral_keys = withoutRole(before, "node").filter((key) => key.purpose !== "recovery");
  record.attestation = state.attestation;
  record.cooldown = null;
  record.last_concluded_recovery_id = state.recovery_id;
  return record;
}
