/** Which account holds which TLS key after a change, found from what the touched accounts held before and hold now. */
import type { AccountId, TlsPublicKey } from "../brand.ts";
import type { Context } from "../context.ts";
import type { AccountRecord } from "../records.ts";
import type { ParticipantEntry, ProtocolState } from "../state.ts";
import { changedEntries, findParticipant, membersOf } from "./members.ts";
import { heldTlsKeys } from "./tls-keys.ts";

/** New holders by TLS key; null frees the key. */
export function changedTlsKeys(
  before: ProtocolState,
  after: ProtocolState,
  records: ReadonlyMap<AccountId, AccountRecord | null>,
  context: Context,
): [TlsPublicKey, AccountId | null][] {
  const holders = new Map<TlsPublicKey, AccountId | null>();
  const taken: [TlsPublicKey, AccountId][] = [];
  for (const account of touchedAccounts(before, after, records)) {
    const recordBefore = context.lookup.record(account);
    const heldBefore = heldTlsKeys(account, before, memberBefore(before, account, context), recordBefore);
    const recordAfter = records.has(account) ? records.get(account) : recordBefore;
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
  records: ReadonlyMap<AccountId, AccountRecord | null>,
): Set<AccountId> {
  const accounts = new Set(records.keys());
  if (before.kind === "Recovery") accounts.add(before.recovering.account_id);
  if (after.kind === "Recovery") accounts.add(after.recovering.account_id);
  for (const account of changedMembers(before, after)) accounts.add(account);
  return accounts;
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
