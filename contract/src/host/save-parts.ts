/// <reference path="../../engine/env.d.ts" />
/** Writes the parts of a state that lie under keys of their own and changed, and says what the head has to know. */

import type { AccountId, AttemptId } from "../protocol/brand.ts";
import type { Mutable } from "../protocol/copy-record.ts";
import { changedEntries, findParticipant, membersOf } from "../protocol/rules/members.ts";
import { withThresholds } from "../protocol/rules/parameters-proposal.ts";
import type {
  DomainRegistry,
  InitializedState,
  Keyset,
  ParticipantEntry,
  ProtocolState,
  ResharingState,
  RunningState,
  ThresholdParameters,
} from "../protocol/state.ts";
import { type Head, parametersHead, type Tail } from "./head-codec.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { answerEnd, frontText, isWrittenWith, OPEN, parametersText, writeRunning } from "./running-text.ts";
import {
  entriesOf,
  membersFront,
  proposedKey,
  proposedRunningText,
  runningOf,
  STORED_DOMAINS,
  STORED_KEYSET,
  STORED_PARAMETERS,
  STORED_PROPOSED,
  storedRunningText,
  storedVotes,
} from "./state-parts.ts";
import { FRONT_KEY, KEYS_KEY, writeOrRemove } from "./storage-layout.ts";
import { hasVotes, NOBODY_VOTED, type StoredVotes, saveVotes } from "./stored-votes.ts";

/** So many members may have moved before the running text is written anew. */
const MAX_MOVED = 8;

/** Brings the fields of `head` that follow from the parts up to date. `isStored` is false before the start. */
export function saveParts(
  before: ProtocolState,
  head: Mutable<Head>,
  isStored: boolean,
  after: InitializedState,
): void {
  const running = runningOf(after);
  if (running === null || running !== runningOf(before)) {
    head.has_votes = saveVotesOf(running, isStored ? storedVotes() : NOBODY_VOTED);
    const shown = shownPart(after);
    // While Initializing only the parameters of the running text count; the rest is written at its end.
    if (!isStored) writeAll(shown, head);
    else if (running !== null) saveShown(shown, head);
    head.tail = shown.tail;
  }
  saveProposed(before, head, after);
}

/** What `state()` shows of a running state besides votes. */
interface Shown {
  readonly domains: DomainRegistry;
  readonly keyset: Keyset;
  readonly parameters: ThresholdParameters;
  readonly tail: Tail;
}

function shownPart(state: InitializedState): Shown {
  const running = runningOf(state);
  if (running !== null) {
    const { domains, keyset, parameters } = running;
    return { domains, keyset, parameters, tail: tailOf(running) };
  }
  if (state.kind !== "Initializing")
    throw new Error(`expected a state with a running part or Initializing, found ${state.kind}`);
  const { domains, epoch_id, generated_keys, generating_key } = state;
  const keyset = { epoch_id, domains: generated_keys };
  return { domains, keyset, parameters: generating_key.parameters, tail: tailOf(state) };
}

function tailOf(
  state: Pick<RunningState, "previously_cancelled_resharing_epoch_id" | "participants_revision">,
): Tail {
  return [state.previously_cancelled_resharing_epoch_id, state.participants_revision];
}

function saveShown(shown: Shown, head: Mutable<Head>): void {
  if (shown.parameters === STORED_PROPOSED) {
    takeProposed(shown, head);
    return;
  }
  const moved = movedSince(head, shown);
  if (moved === undefined) {
    writeAll(shown, head);
    return;
  }
  if (moved !== null && moved.length > MAX_MOVED) {
    writeMoved(shown, head, moved);
    return;
  }
  head.moved = moved;
  if (isKeysMoved(shown)) writeKeys(shown, head, frontOf(shown));
}

function isKeysMoved({ domains, keyset }: Shown): boolean {
  return domains !== STORED_DOMAINS || keyset !== STORED_KEYSET;
}

/** The members whose entry is another than in the running text; undefined when others joined or left. */
function movedSince(head: Head, shown: Shown): Head["moved"] | undefined {
  const { moved, tail } = head;
  if (shown.parameters === STORED_PARAMETERS) {
    const isSame = !isKeysMoved(shown) && shown.tail[0] === tail[0] && shown.tail[1] === tail[1];
    return isSame ? moved : (moved ?? []);
  }
  const changes = shown.parameters.participants.stored?.changesSince(STORED_PARAMETERS.participants);
  const account = changes?.joined[0]?.[0];
  if (account === undefined) return undefined;
  if (moved?.includes(account)) return moved;
  return [...(moved ?? []), account];
}

/** Writes the running text with the moved members in it: under the other key, since replacing bytes costs as much again. */
function writeMoved(shown: Shown, head: Mutable<Head>, moved: readonly AccountId[]): void {
  const { participants } = shown.parameters;
  const entries = entriesOf(moved, (account) => findParticipant(participants, account));
  const [before, behind] = [OPEN + membersFront(), answerEnd(shown.tail, null, "}")];
  const text = parametersText(storedRunningText(), entries, before, behind);
  writeKeys(shown, head, null);
  env.storage_remove(head.running);
  head.running = proposedKey(head);
  env.storage_write(head.running, text);
  head.moved = null;
}

/** Writes the running text and, where they changed, the keys. */
function writeAll(shown: Shown, head: Mutable<Head>): void {
  const { parameters, tail } = shown;
  env.storage_write(head.running, writeRunning(frontOf(shown), parameters, tail));
  writeKeys(shown, head, null);
  head.moved = null;
  head.members = parametersHead(parameters);
}

/** `front` takes the place of the running text's; null where that is as it should be. */
function writeKeys(shown: Shown, head: Mutable<Head>, front: string | null): void {
  if (front !== null || head.keys_moved === 1) writeOrRemove(FRONT_KEY, front);
  head.keys_moved = front === null ? 0 : 1;
  if (!isKeysMoved(shown)) return;
  const { domains, keyset } = shown;
  env.storage_write(KEYS_KEY, JSON.stringify([domains.domains, keyset.domains]));
  head.domains = [domains.domains.length, domains.next_domain_id];
  head.epoch_id = keyset.epoch_id;
}

/** The parameters that the Resharing led to are in force: the text that it was to end with is the running one. */
function takeProposed(shown: Shown, head: Mutable<Head>): void {
  const front = frontOf(shown);
  const isAsExpected = isWrittenWith(proposedRunningText(), front, shown.tail);
  writeKeys(shown, head, isAsExpected ? null : front);
  env.storage_remove(head.running);
  head.running = proposedKey(head);
  head.moved = isAsExpected ? null : [];
  const { count, next_id, threshold, leader } = head.proposed ?? head.members;
  head.members = { count, next_id, threshold, leader };
}

/** The parameters of a Resharing's key event; those of Initializing are the members'. */
function saveProposed(before: ProtocolState, head: Mutable<Head>, after: InitializedState): void {
  if (after.kind === "Resharing") {
    const { parameters } = after.resharing_key;
    if (parameters === STORED_PROPOSED) return;
    const shown = expected(after);
    env.storage_write(proposedKey(head), writeRunning(frontOf(shown), parameters, shown.tail));
    const { joined, left } = changedEntries(STORED_PARAMETERS.participants, parameters.participants);
    head.proposed = { ...parametersHead(parameters), joined: accountsOf(joined), left: accountsOf(left) };
  } else if (before.kind === "Resharing" && membersOf(after) !== STORED_PROPOSED.participants) {
    env.storage_remove(proposedKey(head));
  }
}

/** What the Resharing ends with if the first attempt at every domain succeeds. */
function expected(state: ResharingState): Shown {
  const { domains, keyset, participants_revision } = state.previous_running_state;
  const { epoch_id, parameters } = state.resharing_key;
  const attempt = 0 as AttemptId;
  return {
    domains: {
      domains: withThresholds(domains.domains, state.per_domain_thresholds),
      next_domain_id: domains.next_domain_id,
    },
    keyset: {
      epoch_id,
      domains: keyset.domains.map(({ domain_id, key }) => ({ domain_id, key, attempt })),
    },
    parameters,
    tail: [null, participants_revision + 1],
  };
}

function frontOf({ domains, keyset }: Shown): string {
  return frontText(domains, keyset, base58DecodeInHost);
}

function accountsOf(entries: readonly ParticipantEntry[]): readonly AccountId[] {
  return entries.map(([account]) => account);
}

function saveVotesOf(running: RunningState | null, stored: StoredVotes): Head["has_votes"] {
  const votes = running
    ? { parameters: running.parameters_votes, domains: running.add_domains_votes }
    : NOBODY_VOTED;
  saveVotes(stored, votes);
  return hasVotes(votes) ? 1 : 0;
}
