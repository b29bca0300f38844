/** What one accepted call may do to the network: which edges it takes, what only rises and what stays. */
import assert from "node:assert/strict";
import type { AccountId, BlockHeight, SignerKey } from "../../src/protocol/brand.ts";
import type { Outcome } from "../../src/protocol/context.ts";
import { EDGES } from "../../src/protocol/edges.ts";
import { MAX_RETIRED_KEYS } from "../../src/protocol/limits.ts";
import { normalize } from "../../src/protocol/normalize.ts";
import { currentKeyset, membersOf } from "../../src/protocol/rules/members.ts";
import type { ProtocolState } from "../../src/protocol/state.ts";
import type { World } from "../support/world.ts";
import { runningPart, type SimCall } from "./scene.ts";

const KNOWN_EDGES = new Set(EDGES.map((edge) => edge.join(" ")));

/** The edges that this call took, as `from trigger to`; fails on one that is not in `EDGES`. */
export function edgesOf(before: World, call: SimCall, { state, events }: Outcome, height: number): string[] {
  const edges: string[] = [];
  if (events[0]?.event === "recovery_expired") edges.push("Recovery expiry Running");
  const from = normalize(before.state, height as BlockHeight).kind;
  edges.push(`${from} ${call.command.type} ${state.kind}`);
  for (const edge of edges) assert.ok(KNOWN_EDGES.has(edge), `${edge} is not in EDGES`);
  return edges;
}

/** What has been used and must not be used again. */
export interface History {
  readonly highestEpoch: number;
  readonly accountOfId: ReadonlyMap<number, string>;
}

export const HISTORY_BEGINS: History = { highestEpoch: -1, accountOfId: new Map() };

const RAISES_REVISION = ["recovery_concluded", "participant_url_changed", "parameters_changed"];

/** Fails when something that only rises falls, or when something that stays does not. */
export function checkStep(before: World, after: World, outcome: Outcome, history: History): History {
  const names = outcome.events.map(({ event }) => event as string);
  checkCounters(before, after);
  checkRetired(before, after);
  const [old, now] = [before.state, after.state];
  if (now.kind === "NotInitialized") return history;
  if (old.kind !== "NotInitialized") {
    checkRevision(old, now, names);
    checkKeys(old, now, names);
    if (!names.includes("parameters_changed")) checkSameMembers(old, now);
    checkDomains(old, now);
  }
  return { highestEpoch: checkEpoch(now, names, history), accountOfId: checkIds(now, history) };
}

function checkCounters(before: World, after: World): void {
  assert.ok(after.counters.next_recovery_id >= before.counters.next_recovery_id);
  assert.ok(after.updates.next_id >= before.updates.next_id);
}

/** A key that stops being an account's node, service or recovering key is remembered, while there is room. */
function checkRetired(before: World, after: World): void {
  for (const [account, record] of after.records) {
    if (record === before.records.get(account) && before.state === after.state) continue;
    const still = keysOf(account, after);
    for (const key of keysOf(account, before)) {
      const isRemembered =
        record.retired_keys.includes(key) || record.retired_keys.length === MAX_RETIRED_KEYS;
      assert.ok(still.includes(key) || isRemembered, `${account} has no memory of ${key}`);
    }
  }
}

function keysOf(account: AccountId, { state, records }: World): SignerKey[] {
  const record = records.get(account);
  const isRecovering = state.kind === "Recovery" && state.recovering.account_id === account;
  const recovering = isRecovering ? state.recovering.signer_account_pk : null;
  return [record?.node_key, record?.backup_service?.signer_account_pk, recovering].filter(
    (key) => key != null,
  );
}

type Started = Exclude<ProtocolState, { kind: "NotInitialized" }>;

function checkRevision(old: Started, now: Started, names: readonly string[]): void {
  const rises = names.some((name) => RAISES_REVISION.includes(name)) ? 1 : 0;
  assert.equal(
    revisionOf(now),
    revisionOf(old) + rises,
    "the revision rises when participants change, and only then",
  );
}

function revisionOf(state: Started): number {
  return state.kind === "Initializing"
    ? state.participants_revision
    : (runningPart(state)?.participants_revision ?? -1);
}

/** A domain's key never changes; its attempt does by resharing alone. */
function checkKeys(old: Started, now: Started, names: readonly string[]): void {
  const [before, after] = [currentKeyset(old), currentKeyset(now)];
  if (before === after) return;
  assert.ok(after.epoch_id >= before.epoch_id, "epochs only rise");
  const isReshared = names.includes("parameters_changed");
  if (!isReshared)
    assert.equal(after.epoch_id, before.epoch_id, "the epoch stays until new parameters are in force");
  for (const key of before.domains) {
    const kept = after.domains.find(({ domain_id }) => domain_id === key.domain_id);
    assert.ok(kept, "no domain loses its key");
    assert.equal(kept.key, key.key, "a domain's key never changes");
    if (!isReshared) assert.equal(kept.attempt, key.attempt);
  }
}

function checkSameMembers(old: Started, now: Started): void {
  const [before, after] = [membersOf(old), membersOf(now)];
  if (before === after) return;
  const ids = (participants: typeof before): string =>
    participants.participants.map(([account, id]) => `${account} ${id}`).join();
  assert.equal(ids(after), ids(before), "accounts and ids stay");
  assert.equal(after.next_id, before.next_id);
}

function checkDomains(old: Started, now: Started): void {
  const next = (state: Started): number =>
    state.kind === "Initializing"
      ? state.domains.next_domain_id
      : (runningPart(state)?.domains.next_domain_id ?? -1);
  assert.ok(next(now) >= next(old), "ids of domains are never used again");
}

/** A Resharing is for an epoch that none was for before, cancelled or not. */
function checkEpoch(now: Started, names: readonly string[], { highestEpoch }: History): number {
  if (names.includes("resharing_started")) {
    const epoch = now.kind === "Resharing" ? now.resharing_key.epoch_id : currentKeyset(now).epoch_id;
    assert.ok(epoch > highestEpoch, `epoch ${epoch} was used before`);
  }
  const proposed = now.kind === "Resharing" ? now.resharing_key.epoch_id : -1;
  return Math.max(highestEpoch, proposed, currentKeyset(now).epoch_id);
}

/** An account keeps its id while it stays, and an id never goes to another account. */
function checkIds(now: Started, { accountOfId }: History): History["accountOfId"] {
  const { participants } = membersOf(now);
  if (participants.every(([account, id]) => accountOfId.get(id) === account)) return accountOfId;
  const known = new Map(accountOfId);
  for (const [account, id] of participants) {
    const holder = known.get(id) ?? account;
    assert.equal(holder, account, `id ${id} went to another account`);
    known.set(id, account);
  }
  return known;
}
