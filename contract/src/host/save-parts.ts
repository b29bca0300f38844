/// <reference path="../../engine/env.d.ts" />
/** Writes the parts of a state that lie under keys of their own and changed. */
import type { InitializedState, ProtocolState, RunningState } from "../protocol/state.ts";
import { type RunningOffsets, type RunningText, writeRunning } from "./running-text.ts";
import { runningOf, type StoredParts, votelessRunning } from "./state-parts.ts";
import { PROPOSED_KEY, RUNNING_KEY } from "./storage-layout.ts";
import { hasVotes, NOBODY_VOTED, saveVotes } from "./stored-votes.ts";

/** What the head has to know of the parts. */
export interface SavedParts {
  readonly offsets: RunningOffsets;
  readonly hasVotes: boolean;
  /** False when the keyset, and with it its hash, may be another one. */
  readonly keepsKeyset: boolean;
}

export function saveParts(before: ProtocolState, stored: StoredParts, after: InitializedState): SavedParts {
  saveProposed(before, after);
  const running = runningOf(after);
  const earlier = runningOf(before);
  if (running !== null && running === earlier) {
    return { offsets: stored.offsets, hasVotes: stored.hasVotes, keepsKeyset: true };
  }
  const isStored = running
    ? earlier !== null && isUnchanged(running, earlier)
    : keepsParameters(before, after);
  return {
    offsets: isStored ? stored.offsets : saveRunning(before, stored, after),
    hasVotes: saveVotesOf(running, stored),
    keepsKeyset: running !== null && running.keyset === earlier?.keyset,
  };
}

/** The parameters of a Resharing's key event; those of Initializing are the members' and lie under `R`. */
function saveProposed(before: ProtocolState, after: InitializedState): void {
  const proposed = after.kind === "Resharing" ? after.resharing_key.parameters : null;
  const earlier = before.kind === "Resharing" ? before.resharing_key.parameters : null;
  if (proposed === earlier) return;
  if (proposed === null) env.storage_remove(PROPOSED_KEY);
  else env.storage_write(PROPOSED_KEY, JSON.stringify(proposed));
}

function saveVotesOf(running: RunningState | null, stored: StoredParts): boolean {
  const votes = running
    ? { parameters: running.parameters_votes, domains: running.add_domains_votes }
    : NOBODY_VOTED;
  saveVotes(stored.votes(), votes);
  return hasVotes(votes);
}

function isUnchanged(one: RunningState, other: RunningState): boolean {
  return (
    one.domains === other.domains &&
    one.keyset === other.keyset &&
    one.parameters === other.parameters &&
    one.previously_cancelled_resharing_epoch_id === other.previously_cancelled_resharing_epoch_id &&
    one.participants_revision === other.participants_revision
  );
}

/** While Initializing only the parameters under `R` count; the rest is written anew at its end. */
function keepsParameters(before: ProtocolState, after: InitializedState): boolean {
  if (before.kind === "NotInitialized") return false;
  return votelessRunning(before).parameters === votelessRunning(after).parameters;
}

function saveRunning(before: ProtocolState, stored: StoredParts, after: InitializedState): RunningOffsets {
  const text = writeRunning(votelessRunning(after), (key) => env.base58_decode(key));
  const earlier = before.kind === "NotInitialized" ? [] : stored.runningText().pages;
  env.storage_write(RUNNING_KEY, text.first);
  savePages(earlier, text);
  return text.offsets;
}

function savePages(earlier: readonly string[], { pages }: RunningText): void {
  for (let at = 0; at < Math.max(pages.length, earlier.length); at++) {
    const page = pages[at];
    const key = `${RUNNING_KEY}${at + 1}`;
    if (page === undefined) env.storage_remove(key);
    else if (page !== earlier[at]) env.storage_write(key, page);
  }
}
