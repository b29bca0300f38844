/** What changes for accounts when the set of members does: who leaves takes every record along. Source: contract.md §4.8. */
import type { AccountId } from "../brand.ts";
import type { Change } from "../change.ts";
import type { Context, Transfer } from "../context.ts";
import type { ProtocolEvent } from "../events.ts";
import type { AccountRecord } from "../records.ts";
import type { ResharingState, RunningState, ThresholdParameters } from "../state.ts";
import { transparencyWithoutMembers } from "../transparency/ballots.ts";
import { asCandidate } from "./account-record.ts";
import { changedEntries, findParticipant } from "./members.ts";
import { updatesWithoutMembers } from "./updates.ts";

/** `after` comes into force in place of `before`. */
export function takeOver(
  before: RunningState,
  after: RunningState,
  events: readonly ProtocolEvent[],
  context: Context,
): Change {
  const { left, joined } = changedAccounts(before.parameters, after.parameters);
  const updates = updatesWithoutMembers(context.lookup.updates(), left);
  // Not even looked at where nobody leaves.
  const transparency = left.length > 0 ? transparencyWithoutMembers(context.lookup.transparency, left) : null;
  return {
    state: after,
    records: [
      ...left.map((account) => [account, null] as const),
      ...joined.map((account) => [account, memberRecord(account, context)] as const),
    ],
    ...(updates.changed && { updates: updates.changed }),
    ...(transparency && { transparency: transparency.change }),
    transfers: [...joined.flatMap((account) => depositOf(account, context)), ...updates.transfers],
    events: [
      ...events,
      parametersChanged(after, joined, left),
      ...updates.events,
      ...(transparency?.events ?? []),
    ],
  };
}

/** Candidates that were prospective and are no more keep what they paid for; what the network carried goes. */
export function recordsWithoutProspective(
  state: ResharingState,
  next: ThresholdParameters,
  context: Context,
): [AccountId, AccountRecord][] {
  const records: [AccountId, AccountRecord][] = [];
  const { parameters } = state.previous_running_state;
  for (const account of changedAccounts(parameters, state.resharing_key.parameters).joined) {
    const record = context.lookup.record(account);
    const isStillProposed = findParticipant(next.participants, account) !== undefined;
    if (record && !isStillProposed) records.push([account, asCandidate(record)]);
  }
  return records;
}

interface ChangedAccounts {
  readonly left: readonly AccountId[];
  readonly joined: readonly AccountId[];
}

/** Accounts of one of the two only: one whose entry is another is in both lists of changes. */
function changedAccounts(before: ThresholdParameters, after: ThresholdParameters): ChangedAccounts {
  const changed = changedEntries(before.participants, after.participants);
  const left = changed.left.map(([account]) => account);
  const joined = changed.joined.map(([account]) => account);
  return {
    left: left.filter((account) => !joined.includes(account)),
    joined: joined.filter((account) => !left.includes(account)),
  };
}

/** The network pays for its members: the info moves to the parameters, the deposit goes back. */
function memberRecord(account: AccountId, context: Context): AccountRecord | null {
  const record = context.lookup.record(account);
  return record ? { ...record, candidate_info: null, storage_deposit_yocto: null } : null;
}

function depositOf(account: AccountId, context: Context): Transfer[] {
  const deposit = context.lookup.record(account)?.storage_deposit_yocto ?? null;
  return deposit === null ? [] : [{ account_id: account, amountYocto: BigInt(deposit) }];
}

function parametersChanged(
  { keyset, parameters, participants_revision }: RunningState,
  joined: readonly AccountId[],
  left: readonly AccountId[],
): ProtocolEvent {
  const { epoch_id } = keyset;
  const { threshold } = parameters;
  return { event: "parameters_changed", data: { epoch_id, threshold, joined, left, participants_revision } };
}
