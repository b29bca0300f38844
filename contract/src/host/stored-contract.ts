/// <reference path="../../engine/env.d.ts" />
/** Reads the stored parts when they are asked for, each at most once per call, and writes back what changed. */
import type { AccountId, Sha256Hex } from "../protocol/brand.ts";
import type { Lookup, Outcome } from "../protocol/context.ts";
import { refuse } from "../protocol/errors.ts";
import { DEFAULT_CONFIG } from "../protocol/limits.ts";
import type { AccountRecord, Config, Counters } from "../protocol/records.ts";
import { currentKeyset, findParticipant, membersOf } from "../protocol/rules/members.ts";
import type { Keyset, ParticipantEntry, ProtocolState } from "../protocol/state.ts";
import { keysetHashInHost } from "./host-functions.ts";
import {
  assemble,
  CONFIG_KEY,
  findMember,
  HEAD_KEY,
  type Head,
  headOf,
  lazyRunning,
  RUNNING_KEY,
  recordKey,
  runningOf,
  runningText,
  tlsKeyKey,
} from "./storage-layout.ts";

export interface StoredContract {
  /** As stored; `normalize` says what it is at this height. */
  readonly state: ProtocolState;
  readonly counters: Counters;
  readonly lookup: Lookup;
  config(): Config;
  /** Stored text of the running state. */
  runningAnswer(): string;
  /** Hash of a keyset; that of the stored state is not computed again. */
  keysetHash(keyset: Keyset): Sha256Hex;
}

/** The contract before anyone initialised it. */
const NO_COUNTERS = { next_recovery_id: 0 } as Counters;

export function loadContract(): StoredContract {
  const headText = readText(HEAD_KEY);
  const head = headText === null ? null : (JSON.parse(headText) as Head);
  const runningAnswer = once(
    () => readText(RUNNING_KEY) ?? refuse("UNREADABLE_STATE", { part: RUNNING_KEY }),
  );
  const state: ProtocolState = head
    ? assemble(head.state, lazyRunning(runningAnswer))
    : { kind: "NotInitialized" };
  const records = new Map<AccountId, AccountRecord | undefined>();
  return {
    state,
    counters: head?.counters ?? NO_COUNTERS,
    lookup: {
      member: (account) => memberIn(state, runningAnswer, account),
      record: (account) => {
        if (!records.has(account)) records.set(account, readRecord(account));
        return records.get(account);
      },
      tlsKeyHolder: (key) => (readText(tlsKeyKey(key)) ?? undefined) as AccountId | undefined,
    },
    config: once(() => readConfig(head !== null)),
    runningAnswer,
    // Every state reached so far keeps the keyset it was stored with; a changed one is another object.
    keysetHash: (keyset) =>
      head && state.kind !== "NotInitialized" && keyset === currentKeyset(state)
        ? head.keyset_hash
        : keysetHashInHost(keyset),
  };
}

/** Writes what the outcome changed and nothing else. */
export function saveOutcome(before: StoredContract, outcome: Outcome): void {
  saveState(before, outcome);
  if (outcome.config) env.storage_write(CONFIG_KEY, JSON.stringify(outcome.config));
  for (const [account, record] of outcome.records) writeOrRemove(recordKey(account), encodeRecord(record));
  for (const [key, holder] of outcome.tlsKeys) writeOrRemove(tlsKeyKey(key), holder);
}

function saveState(before: StoredContract, outcome: Outcome): void {
  const { state } = outcome;
  if (state.kind === "NotInitialized" || (state === before.state && !outcome.counters)) return;
  const running = runningOf(state);
  const stored = before.state.kind === "NotInitialized" ? null : runningOf(before.state);
  if (running && running !== stored) {
    env.storage_write(
      RUNNING_KEY,
      runningText(running, (text) => env.base58_decode(text)),
    );
  }
  const head: Head = {
    state: headOf(state),
    counters: outcome.counters ?? before.counters,
    keyset_hash: before.keysetHash(currentKeyset(state)),
  };
  env.storage_write(HEAD_KEY, JSON.stringify(head));
}

function memberIn(
  state: ProtocolState,
  runningAnswer: () => string,
  account: AccountId,
): ParticipantEntry | undefined {
  if (state.kind === "NotInitialized") return undefined;
  if (state.kind === "Initializing") return findParticipant(membersOf(state), account);
  return findMember(runningAnswer(), account);
}

function readConfig(isInitialized: boolean): Config {
  if (!isInitialized) return DEFAULT_CONFIG;
  const text = readText(CONFIG_KEY) ?? refuse("UNREADABLE_STATE", { part: CONFIG_KEY });
  return JSON.parse(text) as Config;
}

function readRecord(account: AccountId): AccountRecord | undefined {
  const text = readText(recordKey(account));
  return text === null ? undefined : (JSON.parse(text) as AccountRecord);
}

function encodeRecord(record: AccountRecord | null): string | null {
  return record && JSON.stringify(record);
}

function readText(key: string): string | null {
  const text = env.storage_read_utf8(key);
  return text === undefined ? refuse("UNREADABLE_STATE", { part: key }) : text;
}

function writeOrRemove(key: string, value: string | null): void {
  if (value === null) env.storage_remove(key);
  else env.storage_write(key, value);
}

function once<Value>(read: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= read();
    return value;
  };
}
