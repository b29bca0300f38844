/// <reference path="../../engine/env.d.ts" />
/** Reads the stored parts when they are asked for, each at most once per call, and writes back what changed. */
import type { AccountId, EpochId, ParticipantId, Sha256Hex } from "../protocol/brand.ts";
import type { Lookup, Outcome } from "../protocol/context.ts";
import type { Mutable } from "../protocol/copy-record.ts";
import type { AccountRecord, Counters } from "../protocol/records.ts";
import { changedEntries, currentKeyset, membersOf } from "../protocol/rules/members.ts";
import type { InitializedState, Keyset, ParticipantEntry, ProtocolState } from "../protocol/state.ts";
import { type Head, storedStateOf } from "./head-codec.ts";
import { keysetHashInHost } from "./host-functions.ts";
import { saveParts } from "./save-parts.ts";
import { assemble, runningOf, STORED_KEYSET, STORED_PARAMETERS } from "./state-parts.ts";
import {
  CONFIG_KEY,
  HEAD_KEY,
  LAYOUT,
  LAYOUT_KEY,
  readText,
  TLS_KEY_PREFIX,
  writeOrRemove,
} from "./storage-layout.ts";
import { saveAccount, storedAccount } from "./stored-accounts.ts";
import { settingsInForce, settingsOf, useSettings } from "./stored-config.ts";
import { findMember } from "./stored-parameters.ts";
import { readQueue, readRequest } from "./stored-requests.ts";
import { STORED_TRANSPARENCY, saveTransparency } from "./stored-transparency.ts";
import { readUpdates, saveUpdates } from "./stored-updates.ts";

export interface StoredContract {
  /** As stored; `normalize` says what it is at this height. */
  readonly state: ProtocolState;
  readonly counters: Counters;
  /** Null before the start. */
  readonly head: Head | null;
}

/** The contract before anyone initialised it. */
const NO_CONTRACT: StoredContract = {
  state: { kind: "NotInitialized" },
  counters: { next_recovery_id: 0 } as Counters,
  head: null,
};

/** Read in this call; a call runs in its own copy of the memory, so nothing outlives it. */
let loaded: StoredContract | null = null;
let keysetHash: Sha256Hex | null = null;

export function loadContract(): StoredContract {
  loaded ??= parseContract(readText(HEAD_KEY));
  return loaded;
}

/** The members; nobody before the start. */
export function storedMembers(): readonly ParticipantEntry[] {
  return loadContract().head === null ? [] : STORED_PARAMETERS.participants.participants;
}

/** The contract whose head this is. */
export function parseContract(text: string | null): StoredContract {
  if (text === null) return NO_CONTRACT;
  const head = JSON.parse(text) as Head;
  useSettings(head.settings);
  keysetHash = head.keyset_hash;
  return { state: assemble(head), counters: head.counters, head };
}

/** Hash of a keyset; that of the stored running state is not computed again. */
export function storedKeysetHash(keyset: Keyset): Sha256Hex {
  return (keyset === STORED_KEYSET ? keysetHash : null) ?? keysetHashInHost(keyset);
}

export const STORED: Lookup = {
  member: findMember,
  record: (id) => storedAccount(id).record ?? undefined,
  updates: once(readUpdates),
  requests: readQueue,
  request: readRequest,
  transparency: STORED_TRANSPARENCY,
  tlsKeyHolder: (key) => (readText(TLS_KEY_PREFIX + key) ?? undefined) as AccountId | undefined,
};

/** Writes what the outcome changed and nothing else. */
export function saveOutcome(before: StoredContract, outcome: Outcome): void {
  // Found before anything is written: what was stored is read where it is asked for.
  const members = changedMembers(before.state, outcome.state);
  if (before.head === null) env.storage_write(LAYOUT_KEY, LAYOUT);
  saveState(before, outcome);
  if (outcome.config) env.storage_write(CONFIG_KEY, JSON.stringify(outcome.config));
  if (outcome.updates) saveUpdates(STORED.updates(), outcome.updates);
  if (outcome.transparency) saveTransparency(outcome.transparency);
  saveAccounts(members, outcome);
  for (const [key, holder] of outcome.tlsKeys) writeOrRemove(TLS_KEY_PREFIX + key, holder);
}

/** Made at build time, with the fields in the order that the views look at. */
const FIRST_HEAD: Mutable<Head> = {
  kind: "Running",
  has_votes: 0,
  moved: null,
  running: "R",
  keys_moved: 0,
  keyset_hash: "" as Sha256Hex,
  epoch_id: 0 as EpochId,
  members: { count: 0, next_id: 0 as ParticipantId, threshold: 0, leader: "" as AccountId },
  domains: [0, 0],
  tail: [null, 0],
  counters: NO_CONTRACT.counters,
  settings: settingsInForce(),
  state: null,
  proposed: null,
};

/** Changes the head that was parsed for this call alone in place, and writes it. */
function saveState(before: StoredContract, { state, config, counters }: Outcome): void {
  if (state.kind === "NotInitialized" || (state === before.state && !counters && !config)) return;
  const head: Mutable<Head> = before.head ?? FIRST_HEAD;
  const hash = hashOf(state, before);
  const stored = storedStateOf(state);
  saveParts(before.state, head, before.head !== null, state);
  head.kind = state.kind;
  head.keyset_hash = hash;
  head.state = stored;
  if (state.kind !== "Resharing") head.proposed = null;
  if (counters) head.counters = counters;
  if (config) head.settings = settingsOf(config);
  env.storage_write(HEAD_KEY, JSON.stringify(head));
}

/** Hash of the current keyset; not computed again while keys are generated. */
function hashOf(state: InitializedState, { state: before, head }: StoredContract): Sha256Hex {
  const isSame =
    state.kind === "Initializing" &&
    before.kind === "Initializing" &&
    state.generated_keys === before.generated_keys;
  return isSame && head ? head.keyset_hash : storedKeysetHash(currentKeyset(state));
}

/** Writes the accounts whose entry as a member or whose record changed. */
function saveAccounts(members: ReadonlyMap<AccountId, ParticipantEntry | null>, outcome: Outcome): void {
  for (const [id, record] of outcome.records) {
    if (members === NOBODY || !members.has(id)) saveAccount(id, { member: storedAccount(id).member, record });
  }
  if (members === NOBODY) return;
  for (const [id, member] of members) {
    saveAccount(id, { member, record: recordAfter(id, outcome) });
  }
}

function recordAfter(id: AccountId, { records }: Outcome): AccountRecord | null {
  const changed = records.find(([account]) => account === id);
  return changed ? changed[1] : storedAccount(id).record;
}

const NOBODY: ReadonlyMap<AccountId, ParticipantEntry | null> = new Map();

/** New entries of accounts that joined, changed or left (null). */
function changedMembers(
  before: ProtocolState,
  after: ProtocolState,
): ReadonlyMap<AccountId, ParticipantEntry | null> {
  if (after.kind === "NotInitialized" || after === before) return NOBODY;
  const running = runningOf(after);
  if (running !== null && running === runningOf(before)) return NOBODY;
  const old = before.kind === "NotInitialized" ? null : membersOf(before);
  const now = membersOf(after);
  if (old === now) return NOBODY;
  const { left, joined } = changedEntries(old, now);
  const changed = new Map<AccountId, ParticipantEntry | null>();
  for (const [account] of left) changed.set(account, null);
  for (const entry of joined) changed.set(entry[0], entry);
  return changed;
}

function once<Value>(read: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= read();
    return value;
  };
}
