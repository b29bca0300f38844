/** The backup service says that it sent the shares; gates nothing. Source: contract.md §3. */
import type { RecoveryId } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type { ConfirmRecovery } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { ownRecovery, requireInitialized } from "../rules/members.ts";
import type { ProtocolState, RecoveryState } from "../state.ts";
import { requireServiceKey } from "./service-key.ts";

/** Marks the open Recovery; for the account's last concluded one it is an event only. */
export function confirmRecovery(before: ProtocolState, command: ConfirmRecovery, context: Context): Change {
  const state = requireInitialized(before);
  const record = requireServiceKey(context);
  const { recovery_id } = command;
  const open = ownRecovery(state, context.caller);
  if (open?.recovery_id === recovery_id) return markConfirmed(open, context);
  if (record.last_concluded_recovery_id === recovery_id) {
    return { events: [confirmed(recovery_id, true, context)] };
  }
  if (open !== null) {
    return refuse("RECOVERY_ID_MISMATCH", { provided: recovery_id, expected: open.recovery_id });
  }
  if (state.kind === "Recovery") {
    return refuse("NOT_RECOVERING", { account_id: context.caller, recovering: state.recovering.account_id });
  }
  return refuse("UNEXPECTED_STATE", { current: state.kind, expected: ["Recovery"] });
}

function markConfirmed(open: RecoveryState, context: Context): Change {
  if (open.recovering.backup_confirmed) return NO_CHANGE;
  return {
    state: { ...open, recovering: { ...open.recovering, backup_confirmed: true } },
    events: [confirmed(open.recovery_id, false, context)],
  };
}

function confirmed(recovery_id: RecoveryId, concluded: boolean, context: Context): ProtocolEvent {
  return {
    event: "recovery_backup_confirmed",
    data: { recovery_id, account_id: context.caller, concluded },
  };
}
