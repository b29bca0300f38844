/** Which account holds which TLS key after a change, found from what the touched accounts held before and hold now. */
import type { AccountId, TlsPublicKey } from "../brand.ts";
import type { Context, Outcome } from "../context.ts";
import type { AccountRecord } from "../records.ts";
import type { ParticipantEntry, ProtocolState } from "../state.ts";
import { changedEntries, findParticipant, membersOf } from "./members.ts";
import { heldTlsKeys } from "./tls-keys.ts";

/** New holders by TLS key; null frees the key. */
export function changedTlsKeys(
  before: ProtocolState,
  after: ProtocolState,
  records: Outcome["records"],
  context: Context,
): readonly (readonly [TlsPublicKey, AccountId | null])[] {
  const freed: [TlsPublicKey, null][] = [];
  const taken: [TlsPublicKey, AccountId][] = [];
  const touched = touchedAccounts(before, after, records);
  const record = recordsAfter(records, touched.length);
  for (let at = 0; at < touched.length; at++) {
    const account = touched[at] as AccountId;
    const recordBefore = context.lookup.record(account);
    const heldBefore = heldTlsKeys(account, before, memberBefore(before, account, context), recordBefore);
    const changed = record(account);
    const recordAfter = changed === undefined ? recordBefore : changed;
    const heldAfter = heldTlsKeys(account, after, memberAfter(before, after, account, context), recordAfter);
    for (const key of heldBefore) if (!heldAfter.includes(key)) freed.push([key, null]);
    for (const key of heldAfter) if (!heldBefore.includes(key)) taken.push([key, account]);
  }
  if (freed.length === 0) return taken;
  // A key freed by one account and taken by another belongs to the latter.
  return [...new Map<TlsPublicKey, AccountId | null>([...freed, ...taken])];
}

type ChangedRecord = (account: AccountId) => AccountRecord | null | undefined;

/** Finds changed records; a list of few is searched at less gas than a map takes to make. */
function recordsAfter(records: Outcome["records"], questions: number): ChangedRecord {
  if (questions > FEW) {
    const byAccount = new Map(records);
    return (account) => byAccount.get(account);
  }
  return (account) => records.find((record) => record[0] === account)?.[1];
}

const FEW = 4;

function touchedAccounts(
  before: ProtocolState,
  after: ProtocolState,
  records: Outcome["records"],
): readonly AccountId[] {
  const accounts = records.map((record) => record[0]);
  if (before.kind === "Recovery") accounts.push(before.recovering.account_id);
  if (after.kind === "Recovery") accounts.push(after.recovering.account_id);
  accounts.push(...changedMembers(before, after));
  if (accounts.length > FEW) return [...new Set(accounts)];
  return accounts.filter((account, at) => accounts.indexOf(account) === at);
}

/** Accounts whose entry among the members is another than before. */
function changedMembers(before: ProtocolState, after: ProtocolState): AccountId[] {
  if (after.kind === "NotInitialized" || runningPart(before) === runningPart(after)) return [];
  const now = membersOf(after);
  const old = before.kind === "NotInitialized" ? null : membersOf(before);
  if (old === now) return [];
  const { joined, left } = changedEntries(old, now);
  const keys = new Map(left.map(([account, , info]) => [account, info.tls_public_key]));
  const changed: AccountId[] = [];
  for (const [account, , info] of joined) {
    if (keys.get(account) !== info.tls_public_key) changed.push(account);
    keys.delete(account);
  }
  return [...changed, ...keys.keys()];
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
