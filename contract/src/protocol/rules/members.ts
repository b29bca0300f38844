/** Who belongs to the network in which state, and which keyset is current. Source: contract.md, Terms and §3. */
import type { AccountId } from "../brand.ts";
import type { Context } from "../context.ts";
import { refuse, unreachable } from "../errors.ts";
import type {
  InitializedState,
  Keyset,
  ParticipantEntry,
  Participants,
  ProtocolState,
  RecoveryState,
  StateKind,
  ThresholdParameters,
} from "../state.ts";
import { INITIALIZED_KINDS } from "../state.ts";

/** The participants that decide: those of Running, or of the state that Resharing and Recovery came from. */
export function membersOf(state: InitializedState): Participants {
  switch (state.kind) {
    case "Initializing":
      return state.generating_key.parameters.participants;
    case "Running":
      return state.parameters.participants;
    case "Resharing":
    case "Recovery":
      return state.previous_running_state.parameters.participants;
    default:
      return unreachable(state);
  }
}

/** Votes of members that decide. */
export function thresholdOf(state: InitializedState): number {
  switch (state.kind) {
    case "Initializing":
      return state.generating_key.parameters.threshold;
    case "Running":
      return state.parameters.threshold;
    case "Resharing":
    case "Recovery":
      return state.previous_running_state.parameters.threshold;
    default:
      return unreachable(state);
  }
}

/** The parameters with this entry in place of the account's earlier one. */
export function withEntry(parameters: ThresholdParameters, entry: ParticipantEntry): ThresholdParameters {
  const { participants } = parameters;
  const replaced = participants.participants.map((old) => (old[0] === entry[0] ? entry : old));
  return { ...parameters, participants: { ...participants, participants: replaced } };
}

/** The keyset that the network uses now, and that backups are made of. */
export function currentKeyset(state: InitializedState): Keyset {
  switch (state.kind) {
    case "Initializing":
      return { epoch_id: state.epoch_id, domains: state.generated_keys };
    case "Running":
      return state.keyset;
    case "Resharing":
    case "Recovery":
      return state.previous_running_state.keyset;
    default:
      return unreachable(state);
  }
}

export function findParticipant(
  participants: Participants,
  account: AccountId,
): ParticipantEntry | undefined {
  return participants.participants.find((entry) => entry[0] === account);
}

/** Narrows to an initialized state or refuses with UNEXPECTED_STATE. */
export function requireInitialized(
  state: ProtocolState,
  expected: readonly StateKind[] = INITIALIZED_KINDS,
): InitializedState {
  if (state.kind === "NotInitialized") return refuse("UNEXPECTED_STATE", { current: state.kind, expected });
  return state;
}

/** The caller's entry among the members; refuses outsiders with NOT_A_MEMBER. */
export function requireMember(context: Context): ParticipantEntry {
  return context.lookup.member(context.caller) ?? refuse("NOT_A_MEMBER", { account_id: context.caller });
}

/** True for an account that is proposed in an ongoing Resharing. */
export function isProspective(state: InitializedState, account: AccountId): boolean {
  return (
    state.kind === "Resharing" &&
    findParticipant(state.resharing_key.parameters.participants, account) !== undefined
  );
}

/** The open Recovery of this account, if there is one. */
export function ownRecovery(state: ProtocolState, account: AccountId): RecoveryState | null {
  return state.kind === "Recovery" && state.recovering.account_id === account ? state : null;
}
