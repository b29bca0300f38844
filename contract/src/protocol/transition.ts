/** The heart: what a command does to the state. Pure, the same under Node and in the wasm. */
import { approveRecovery } from "./accounts/approve-recovery.ts";
import { confirmBackup } from "./accounts/confirm-backup.ts";
import { confirmRecovery } from "./accounts/confirm-recovery.ts";
import { registerBackupService } from "./accounts/register-backup-service.ts";
import { submitParticipantInfo } from "./accounts/submit-participant-info.ts";
import { submitParticipantRecoveryInfo } from "./accounts/submit-participant-recovery-info.ts";
import type { AccountId, TlsPublicKey } from "./brand.ts";
import type { Change } from "./change.ts";
import type { Command } from "./commands.ts";
import type { Context, Outcome } from "./context.ts";
import { attempt, type ProtocolError, type Result, refuse, unreachable } from "./errors.ts";
import { type Settled, settle } from "./normalize.ts";
import type { AccountRecord } from "./records.ts";
import { findParticipant, membersOf } from "./rules/members.ts";
import { heldTlsKeys } from "./rules/tls-keys.ts";
import type { ParticipantEntry, ProtocolState, RecoveryState, StateKind } from "./state.ts";
import { init, initRunning } from "./states/not-initialized.ts";
import { cancelRecovery, concludeRecovery } from "./states/recovery.ts";

/**
 * Applies one command. Refusals come back as data and change nothing; a command without effect comes back with the
 * same state object and nothing to store. An expired Recovery is persisted with the next change.
 */
export function transition(
  state: ProtocolState,
  command: Command,
  context: Context,
): Result<Outcome, ProtocolError> {
  return attempt(() => {
    const settled = settle(state, context);
    const change = apply(settled.state, command, settled.context);
    if (change.events.length === 0) return { state, records: [], tlsKeys: [], events: [] };
    return complete(state, settled, change, context);
  });
}

function apply(state: ProtocolState, command: Command, context: Context): Change {
  switch (command.type) {
    case "init":
      requireNotInitialized(state);
      return init(command, context);
    case "init_running":
      requireNotInitialized(state);
      return initRunning(command, context);
    case "submit_participant_info":
      return submitParticipantInfo(state, command, context);
    case "submit_participant_recovery_info":
      return submitParticipantRecoveryInfo(state, command, context);
    case "approve_recovery":
      return approveRecovery(state, command, context);
    case "conclude_recovery":
      return concludeRecovery(requireRecovery(state), command, context);
    case "cancel_recovery":
      return cancelRecovery(requireRecovery(state), context);
    case "register_backup_service":
      return registerBackupService(state, command, context);
    case "confirm_backup":
      return confirmBackup(state, command, context);
    case "confirm_recovery":
      return confirmRecovery(state, command, context);
    default:
      return unreachable(command);
  }
}

function requireNotInitialized(state: ProtocolState): void {
  if (state.kind !== "NotInitialized") refuseState(state.kind, "NotInitialized");
}

function requireRecovery(state: ProtocolState): RecoveryState {
  return state.kind === "Recovery" ? state : refuseState(state.kind, "Recovery");
}

function refuseState(current: StateKind, expected: StateKind): never {
  return refuse("UNEXPECTED_STATE", { current, expected: [expected] });
}

function complete(before: ProtocolState, settled: Settled, change: Change, context: Context): Outcome {
  const records = new Map<AccountId, AccountRecord>([...settled.records, ...(change.records ?? [])]);
  const state = change.state ?? settled.state;
  return {
    state,
    records: [...records],
    tlsKeys: changedTlsKeys(before, state, records, context),
    ...(change.counters && { counters: change.counters }),
    ...(change.config && { config: change.config }),
    events: [...settled.events, ...change.events],
  };
}

/** New holders of TLS keys, from what the touched accounts held before and hold now. */
function changedTlsKeys(
  before: ProtocolState,
  after: ProtocolState,
  records: ReadonlyMap<AccountId, AccountRecord>,
  context: Context,
): [TlsPublicKey, AccountId | null][] {
  const holders = new Map<TlsPublicKey, AccountId | null>();
  const taken: [TlsPublicKey, AccountId][] = [];
  for (const account of touchedAccounts(before, after, records)) {
    const recordBefore = context.lookup.record(account);
    const heldBefore = heldTlsKeys(account, before, memberBefore(before, account, context), recordBefore);
    const recordAfter = records.get(account) ?? recordBefore;
    const heldAfter = heldTlsKeys(account, after, memberAfter(before, after, account, context), recordAfter);
    for (const key of heldBefore) if (!heldAfter.includes(key)) holders.set(key, null);
    for (const key of heldAfter) if (!heldBefore.includes(key)) taken.push([key, account]);
  }
  // A key freed by one account and taken by another belongs to the latter.
  for (const [key, account] of taken) holders.set(key, account);
  return [...holders];
}

function touchedAccounts(
  before: ProtocolState,
  after: ProtocolState,
  records: ReadonlyMap<AccountId, AccountRecord>,
): Set<AccountId> {
  const accounts = new Set(records.keys());
  if (before.kind === "Recovery") accounts.add(before.recovering.account_id);
  if (after.kind === "Recovery") accounts.add(after.recovering.account_id);
  if (before.kind === "NotInitialized" && after.kind !== "NotInitialized") {
    for (const [account] of membersOf(after).participants) accounts.add(account);
  }
  return accounts;
}

function memberBefore(
  before: ProtocolState,
  account: AccountId,
  context: Context,
): ParticipantEntry | undefined {
  return before.kind === "NotInitialized" ? undefined : context.lookup.member(account);
}

function memberAfter(
  before: ProtocolState,
  after: ProtocolState,
  account: AccountId,
  context: Context,
): ParticipantEntry | undefined {
  if (after.kind === "NotInitialized") return undefined;
  // Comparing states first keeps stored participants unread where nothing touched them.
  const untouched = after === before || runningPart(after) === runningPart(before);
  return untouched ? context.lookup.member(account) : findParticipant(membersOf(after), account);
}

function runningPart(state: ProtocolState): ProtocolState {
  return state.kind === "Recovery" || state.kind === "Resharing" ? state.previous_running_state : state;
}
