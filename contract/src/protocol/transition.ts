/** The heart: what a command does to the state. Pure, the same under Node and in the wasm. */
import { approveRecovery } from "./accounts/approve-recovery.ts";
import { confirmBackup } from "./accounts/confirm-backup.ts";
import { confirmRecovery } from "./accounts/confirm-recovery.ts";
import { registerBackupService } from "./accounts/register-backup-service.ts";
import { storageDeposit, storageUnregister, storageWithdraw } from "./accounts/storage-balance.ts";
import { submitEphemeralKey } from "./accounts/submit-ephemeral-key.ts";
import { submitParticipantInfo } from "./accounts/submit-participant-info.ts";
import { submitParticipantRecoveryInfo } from "./accounts/submit-participant-recovery-info.ts";
import { updateParticipantUrl } from "./accounts/update-participant-url.ts";
import type { AccountId } from "./brand.ts";
import type { Change } from "./change.ts";
import type { Command, VoteAbortKeyEventInstance } from "./commands.ts";
import type { Context, Outcome } from "./context.ts";
import type { Mutable } from "./copy-record.ts";
import { attempt, type ProtocolError, type Result, refuse } from "./errors.ts";
import { migrate } from "./governance/migrate.ts";
import { proposeUpdate, removeUpdateVote, voteUpdate } from "./governance/updates.ts";
import { voteAddDomains } from "./governance/vote-add-domains.ts";
import { voteNewParameters } from "./governance/vote-new-parameters.ts";
import { type Settled, settle } from "./normalize.ts";
import type { AccountRecord } from "./records.ts";
import { respond } from "./requests/respond.ts";
import { sign } from "./requests/sign.ts";
import { failOnTimeout, timeOutRequest } from "./requests/time-out.ts";
import { changedTlsKeys } from "./rules/tls-key-index.ts";
import type { ProtocolState, RecoveryState, ResharingState, RunningState, StateKind } from "./state.ts";
import { startKeygenInstance, voteAbortKeygen, voteCancelKeygen, votePk } from "./states/initializing.ts";
import { init, initRunning } from "./states/not-initialized.ts";
import { cancelRecovery, concludeRecovery, voteCancelRecovery } from "./states/recovery.ts";
import {
  startReshareInstance,
  voteAbortReshare,
  voteCancelResharing,
  voteReshared,
} from "./states/resharing.ts";
import { applyTransparency } from "./transparency/apply.ts";
import type { TransparencyCommand } from "./transparency/commands.ts";

/**
 * Applies one command. Refusals come back as data and change nothing; a command without effect comes back with the
 * same state object and nothing to store. An expired Recovery is persisted with the next change.
 */
export function transition(
  state: ProtocolState,
  command: Command,
  context: Context,
): Result<Outcome, ProtocolError> {
  return attempt(() => applyCommand(state, command, context));
}

/** As `transition`, but throws the refusal: for use inside `attempt`. */
export function applyCommand(state: ProtocolState, command: Command, context: Context): Outcome {
  const settled = settle(state, context);
  const change = apply(settled.state, command, settled.context);
  if (change.events.length === 0) {
    return { ...answerOf(change), state, records: [], tlsKeys: [], events: [] };
  }
  return complete(state, settled, change, context);
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
      return concludeRecovery(requireKind(state, "Recovery"), command, context);
    case "cancel_recovery":
      return cancelRecovery(requireKind(state, "Recovery"), context);
    case "register_backup_service":
      return registerBackupService(state, command, context);
    case "confirm_backup":
      return confirmBackup(state, command, context);
    case "confirm_recovery":
      return confirmRecovery(state, command, context);
    case "vote_add_domains":
      return voteAddDomains(requireKind(state, "Running"), command, context);
    case "start_keygen_instance":
      return startKeygenInstance(requireKind(state, "Initializing"), command, context);
    case "vote_pk":
      return votePk(requireKind(state, "Initializing"), command, context);
    case "vote_abort_key_event_instance":
      return voteAbort(state, command, context);
    case "vote_cancel_keygen":
      return voteCancelKeygen(requireKind(state, "Initializing"), command, context);
    case "start_reshare_instance":
      return startReshareInstance(requireKind(state, "Resharing"), command, context);
    case "vote_reshared":
      return voteReshared(requireKind(state, "Resharing"), command, context);
    case "vote_cancel_resharing":
      return voteCancelResharing(requireKind(state, "Resharing"), context);
    default:
      return applyToMembers(state, command, context);
  }
}

type MembersCommand =
  | TransparencyCommand
  | Extract<
      Command,
      {
        type:
          | "vote_new_parameters"
          | "vote_cancel_recovery"
          | "update_participant_url"
          | "submit_ephemeral_key"
          | "propose_update"
          | "vote_update"
          | "remove_update_vote"
          | "storage_deposit"
          | "storage_withdraw"
          | "storage_unregister"
          | "sign"
          | "respond"
          | "return_signature_and_clean_state_on_success"
          | "fail_on_timeout"
          | "migrate";
      }
    >;

function applyToMembers(state: ProtocolState, command: MembersCommand, context: Context): Change {
  switch (command.type) {
    case "vote_new_parameters":
      return voteNewParameters(requireVoting(state), command, context);
    case "vote_cancel_recovery":
      return voteCancelRecovery(requireKind(state, "Recovery"), command, context);
    case "update_participant_url":
      return updateParticipantUrl(requireKind(state, "Running"), command, context);
    case "submit_ephemeral_key":
      return submitEphemeralKey(state, command, context);
    case "propose_update":
      return proposeUpdate(state, command, context);
    case "vote_update":
      return voteUpdate(state, command, context);
    case "remove_update_vote":
      return removeUpdateVote(state, context);
    case "storage_deposit":
      return storageDeposit(state, command, context);
    case "storage_withdraw":
      return storageWithdraw(state, command, context);
    case "storage_unregister":
      return storageUnregister(state, context);
    case "sign":
      return sign(state, command, context);
    case "respond":
      return respond(state, command, context);
    case "return_signature_and_clean_state_on_success":
      return timeOutRequest(command, context);
    case "fail_on_timeout":
      return failOnTimeout(context);
    case "migrate":
      return migrate(state, context);
    default:
      return applyTransparency(state, command, context);
  }
}

function voteAbort(state: ProtocolState, command: VoteAbortKeyEventInstance, context: Context): Change {
  if (state.kind === "Initializing") return voteAbortKeygen(state, command, context);
  if (state.kind === "Resharing") return voteAbortReshare(state, command, context);
  return refuse("UNEXPECTED_STATE", { current: state.kind, expected: ["Initializing", "Resharing"] });
}

function requireVoting(state: ProtocolState): RunningState | ResharingState | RecoveryState {
  if (state.kind !== "NotInitialized" && state.kind !== "Initializing") return state;
  return refuse("UNEXPECTED_STATE", { current: state.kind, expected: ["Running", "Resharing", "Recovery"] });
}

type StateOf<Kind extends StateKind> = Extract<ProtocolState, { readonly kind: Kind }>;

function requireKind<Kind extends StateKind>(state: ProtocolState, expected: Kind): StateOf<Kind> {
  return state.kind === expected ? (state as StateOf<Kind>) : refuseState(state.kind, expected);
}

function requireNotInitialized(state: ProtocolState): void {
  if (state.kind !== "NotInitialized") refuseState(state.kind, "NotInitialized");
}

function refuseState(current: StateKind, expected: StateKind): never {
  return refuse("UNEXPECTED_STATE", { current, expected: [expected] });
}

/** What also leaves the contract when nothing is stored. */
function answerOf({
  returns,
  transfers,
  statements,
}: Change): Pick<Outcome, "returns" | "transfers" | "statements"> {
  return {
    ...(returns !== undefined && { returns }),
    ...(statements && { statements }),
    ...(transfers && transfers.length > 0 && { transfers }),
  };
}

function complete(before: ProtocolState, settled: Settled, change: Change, context: Context): Outcome {
  const records = changedRecords(settled.records, change.records ?? []);
  const state = change.state ?? settled.state;
  const tlsKeys = changedTlsKeys(before, state, records, context);
  const events = settled.events.length === 0 ? change.events : [...settled.events, ...change.events];
  const outcome: Mutable<Outcome> = { state, records, tlsKeys, events };
  const { counters, config, updates, requests, transparency, deploy, returns, transfers } = change;
  if (counters) outcome.counters = counters;
  if (config) outcome.config = config;
  if (updates) outcome.updates = updates;
  if (requests) outcome.requests = requests;
  if (transparency) outcome.transparency = transparency;
  if (deploy !== undefined) outcome.deploy = deploy;
  if (returns !== undefined) outcome.returns = returns;
  if (transfers && transfers.length > 0) outcome.transfers = transfers;
  return outcome;
}

/** One record for each account, the last one that is named. */
function changedRecords(first: Outcome["records"], then: Outcome["records"]): Outcome["records"] {
  if (first.length === 0 && then.length < 2) return then;
  return [...new Map<AccountId, AccountRecord | null>([...first, ...then])];
}
