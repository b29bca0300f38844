/** Who belongs to the network in which state, and which keyset is current. Source: contract.md, Terms and §3. */
import type { AccountId } from "../brand.ts";
import type { Context } from "../context.ts";
import { refuse, unreachable } from "../errors.ts";
import type {
  ChangedEntries,
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
export function withReplaced(parameters: ThresholdParameters, entry: ParticipantEntry): ThresholdParameters {
  const { participants, threshold } = parameters;
  if (participants.stored) return { participants: participants.stored.put(entry), threshold };
  return { participants: replaceEntry(participants, entry), threshold };
}

/** As `withReplaced`, for a list that is read. */
export function replaceEntry({ next_id, participants }: Participants, entry: ParticipantEntry): Participants {
  return { next_id, participants: participants.map((old) => (old[0] === entry[0] ? entry : old)) };
}

/** How many participants there are. */
export function countOf(list: Participants): number {
  return list.stored ? list.stored.count : list.participants.length;
}

/** The participant with the lowest id; there must be one. */
export function leaderOf(list: Participants): ParticipantEntry {
  if (list.stored) return list.stored.leader();
  return list.participants.reduce((lowest, entry) => (entry[1] < lowest[1] ? entry : lowest));
}

/** What makes `now` another list than `old`. */
export function changedEntries(old: Participants | null, now: Participants): ChangedEntries {
  const known = old && now.stored?.changesSince(old);
  if (known) return known;
  const before = old?.participants ?? [];
  return { left: entriesNotIn(before, now.participants), joined: entriesNotIn(now.participants, before) };
}

/** Nearly every entry stays behind those that were before it, so it is looked for there first. */
function entriesNotIn(
  entries: readonly ParticipantEntry[],
  others: readonly ParticipantEntry[],
): ParticipantEntry[] {
  const found: ParticipantEntry[] = [];
  let next = 0;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as ParticipantEntry;
    if (others[next] === entry) {
      next++;
      continue;
    }
    let place = placeOf(entry[0], others, next, others.length);
    if (place < 0) place = placeOf(entry[0], others, 0, next);
    if (place >= 0) next = place + 1;
    if (!isSameEntry(entry, others[place])) found.push(entry);
  }
  return found;
}

function placeOf(
  account: AccountId,
  entries: readonly ParticipantEntry[],
  from: number,
  end: number,
): number {
  for (let at = from; at < end; at++) if (entries[at]?.[0] === account) return at;
  return -1;
}

function isSameEntry(one: ParticipantEntry, other: ParticipantEntry | undefined): boolean {
  if (one === other) return true;
  return (
    other !== undefined &&
    one[0] === other[0] &&
    one[1] === other[1] &&
    one[2].url === other[2].url &&
    one[2].tls_public_key === other[2].tls_public_key
  );
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

export function findParticipant(list: Participants, account: AccountId): ParticipantEntry | undefined {
  // Not destructured: reading the field `participants` reads a stored list.
  return list.stored ? list.stored.find(account) : list.participants.find((entry) => entry[0] === account);
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
