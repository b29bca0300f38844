/// <reference path="../../engine/env.d.ts" />
/** Reads the stored parts when they are asked for, each at most once per call, and writes back what changed. */
import type { AccountId, Sha256Hex } from "../protocol/brand.ts";
import type { Lookup, Outcome } from "../protocol/context.ts";
import { DEFAULT_CONFIG } from "../protocol/limits.ts";
import type { AccountRecord, Config, Counters } from "../protocol/records.ts";
import { currentKeyset, membersOf } from "../protocol/rules/members.ts";
import type { Keyset, ParticipantEntry, ProtocolState } from "../protocol/state.ts";
import { type Account, decodeAccount, encodeAccount, NO_ACCOUNT } from "./account-codec.ts";
import { decodeHead, encodeHead, type Head } from "./head-codec.ts";
import { keysetHashInHost } from "./host-functions.ts";
import { saveParts } from "./save-parts.ts";
import { assemble, headOf, runningOf, type StoredParts, storedParts } from "./state-parts.ts";
import {
  ACCOUNT_PREFIX,
  CONFIG_KEY,
  HEAD_KEY,
  LAYOUT,
  LAYOUT_KEY,
  readText,
  TLS_KEY_PREFIX,
  writeOrRemove,
} from "./storage-layout.ts";
import { readUpdates, saveUpdates } from "./stored-updates.ts";

export interface StoredContract {
  /** As stored; `normalize` says what it is at this height. */
  readonly state: ProtocolState;
  readonly counters: Counters;
  readonly lookup: Lookup;
  readonly parts: StoredParts;
  config(): Config;
  account(account: AccountId): Account;
  /** Hash of a keyset; that of the stored state is not computed again. */
  keysetHash(keyset: Keyset): Sha256Hex;
}

/** The contract before anyone initialised it. */
const NO_COUNTERS = { next_recovery_id: 0 } as Counters;

export function loadContract(): StoredContract {
  const headText = readText(HEAD_KEY);
  const head = headText === null ? null : decodeHead(headText);
  const parts = storedParts(head);
  const state: ProtocolState = head ? assemble(head.state, parts) : { kind: "NotInitialized" };
  return {
    state,
    counters: head?.counters ?? NO_COUNTERS,
    lookup: STORED,
    parts,
    config: head ? once(head.config) : () => DEFAULT_CONFIG,
    account,
    // Every state reached so far keeps the keyset it was stored with; a changed one is another object.
    keysetHash: (keyset) =>
      head && state.kind !== "NotInitialized" && keyset === currentKeyset(state)
        ? head.keysetHash
        : keysetHashInHost(keyset),
  };
}

/** Read in this call; made at build time, since a call runs in its own copy of the memory. */
const accounts = new Map<AccountId, Account>();

const STORED: Lookup = {
  member: (id) => account(id).member,
  record: (id) => account(id).record,
  updates: once(readUpdates),
  tlsKeyHolder: (key) => (readText(TLS_KEY_PREFIX + key) ?? undefined) as AccountId | undefined,
};

function account(id: AccountId): Account {
  let known = accounts.get(id);
  if (known === undefined) {
    known = readAccount(id);
    accounts.set(id, known);
  }
  return known;
}

/** Writes what the outcome changed and nothing else. */
export function saveOutcome(before: StoredContract, outcome: Outcome): void {
  if (before.state.kind === "NotInitialized") env.storage_write(LAYOUT_KEY, LAYOUT);
  saveState(before, outcome);
  if (outcome.config) env.storage_write(CONFIG_KEY, JSON.stringify(outcome.config));
  if (outcome.updates) saveUpdates(before.lookup.updates(), outcome.updates);
  saveAccounts(before, outcome);
  for (const [key, holder] of outcome.tlsKeys) writeOrRemove(TLS_KEY_PREFIX + key, holder);
}

function saveState(before: StoredContract, outcome: Outcome): void {
  const { state, config, counters } = outcome;
  if (state.kind === "NotInitialized" || (state === before.state && !counters && !config)) return;
  const saved = saveParts(before.state, before.parts, state);
  const head: Head = {
    state: headOf(state),
    offsets: saved.offsets,
    hasVotes: saved.hasVotes,
    keysetHash: saved.keepsKeyset ? before.parts.keysetHash : before.keysetHash(currentKeyset(state)),
    counters: counters ?? before.counters,
    config: config ? () => config : before.config,
  };
  env.storage_write(HEAD_KEY, encodeHead(head));
}

/** Writes the accounts whose entry as a member or whose record changed. */
function saveAccounts(before: StoredContract, outcome: Outcome): void {
  const members = changedMembers(before.state, outcome.state);
  const records = new Map<AccountId, AccountRecord | null>(outcome.records);
  for (const id of new Set([...records.keys(), ...members.keys()])) {
    const stored = before.account(id);
    const member = members.has(id) ? members.get(id) : stored.member;
    const record = records.has(id) ? (records.get(id) ?? undefined) : stored.record;
    writeOrRemove(ACCOUNT_PREFIX + id, encodeAccount({ member, record }));
  }
}

/** New entries of accounts that joined, changed or left (undefined). */
function changedMembers(
  before: ProtocolState,
  after: ProtocolState,
): ReadonlyMap<AccountId, ParticipantEntry | undefined> {
  const changed = new Map<AccountId, ParticipantEntry | undefined>();
  if (after.kind === "NotInitialized" || after === before) return changed;
  const running = runningOf(after);
  if (running !== null && running === runningOf(before)) return changed;
  const old = before.kind === "NotInitialized" ? [] : membersOf(before).participants;
  const now = membersOf(after).participants;
  if (old === now) return changed;
  // Nearly every entry stays in its place, so places are compared before accounts are looked up.
  for (let at = 0; at < old.length; at++) {
    const entry = old[at];
    if (entry !== undefined && entry !== now[at]) changed.set(entry[0], undefined);
  }
  for (let at = 0; at < now.length; at++) {
    const entry = now[at];
    if (entry !== undefined && entry !== old[at]) changed.set(entry[0], entry);
  }
  return changed;
}

function readAccount(id: AccountId): Account {
  const text = readText(ACCOUNT_PREFIX + id);
  return text === null ? NO_ACCOUNT : decodeAccount(id, text);
}

function once<Value>(read: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= read();
    return value;
  };
}
