/// <reference path="../../engine/env.d.ts" />
/** Writes the parts of a state that lie under keys of their own and changed, and says what the head has to know. */

import type { Mutable } from "../protocol/copy-record.ts";
import type {
  DomainRegistry,
  InitializedState,
  Keyset,
  ProtocolState,
  RunningState,
  ThresholdParameters,
} from "../protocol/state.ts";
import { type Head, type ParametersHead, parametersHead, type Tail } from "./head-codec.ts";
import { writeRunning } from "./running-text.ts";
import {
  membersText,
  proposedText,
  runningOf,
  STORED_DOMAINS,
  STORED_KEYSET,
  STORED_PARAMETERS,
  STORED_PROPOSED,
  storedVotes,
} from "./state-parts.ts";
import { KEYS_KEY, PROPOSED_KEY, RUNNING_KEY } from "./storage-layout.ts";
import { hasVotes, NOBODY_VOTED, type StoredVotes, saveVotes } from "./stored-votes.ts";

/** So many members may have moved before `R` is written anew. */
const MAX_MOVED = 8;

/** Brings the fields of `head` that follow from the parts up to date. `isStored` is false before the start. */
export function saveParts(
  before: ProtocolState,
  head: Mutable<Head>,
  isStored: boolean,
  after: InitializedState,
): void {
  saveProposed(before, head, after);
  const running = runningOf(after);
  if (running !== null && running === runningOf(before)) return;
  head.has_votes = saveVotesOf(running, isStored ? storedVotes() : NOBODY_VOTED);
  const shown = shownPart(after);
  // While Initializing only the parameters under `R` count; the rest is written at its end.
  const moved = !isStored ? undefined : running === null ? head.moved : movedSince(head, shown);
  if (moved === undefined) writeAll(shown, head);
  else head.moved = moved;
  head.tail = shown.tail;
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

/** The members whose entry is another than under `R`; undefined when `R` has to be written anew. */
function movedSince(head: Head, shown: Shown): Head["moved"] | undefined {
  if (shown.domains !== STORED_DOMAINS || shown.keyset !== STORED_KEYSET) return undefined;
  const { moved, tail } = head;
  if (shown.parameters === STORED_PARAMETERS) {
    const isSame = shown.tail[0] === tail[0] && shown.tail[1] === tail[1];
    return isSame ? moved : (moved ?? []);
  }
  const { stored } = shown.parameters.participants;
  const account = stored?.replacedIn(STORED_PARAMETERS.participants)?.[0];
  if (account === undefined) return undefined;
  if (moved?.includes(account)) return moved;
  return moved !== null && moved.length >= MAX_MOVED ? undefined : [...(moved ?? []), account];
}

/** Writes `R` and the keys. */
function writeAll(shown: Shown, head: Mutable<Head>): void {
  const { domains, keyset, parameters, tail } = shown;
  const text = writeRunning(domains, keyset, textOf(parameters), tail, (key) => env.base58_decode(key));
  env.storage_write(RUNNING_KEY, text);
  if (domains !== STORED_DOMAINS || keyset !== STORED_KEYSET) {
    env.storage_write(KEYS_KEY, JSON.stringify([domains.domains, keyset.domains]));
    head.domains = [domains.domains.length, domains.next_domain_id];
    head.epoch_id = keyset.epoch_id;
  }
  head.moved = null;
  head.members = headOf(parameters, head);
}

/** What lies in storage as text is not parsed. */
function textOf(parameters: ThresholdParameters): string {
  if (parameters === STORED_PARAMETERS) return membersText();
  return parameters === STORED_PROPOSED ? proposedText() : JSON.stringify(parameters);
}

function headOf(parameters: ThresholdParameters, head: Head): ParametersHead {
  if (parameters === STORED_PARAMETERS) return head.members;
  return (parameters === STORED_PROPOSED ? head.proposed : null) ?? parametersHead(parameters);
}

/** The parameters of a Resharing's key event; those of Initializing are the members' and lie under `R`. */
function saveProposed(before: ProtocolState, head: Mutable<Head>, after: InitializedState): void {
  if (after.kind === "Resharing") {
    const { parameters } = after.resharing_key;
    if (parameters === STORED_PROPOSED) return;
    env.storage_write(PROPOSED_KEY, JSON.stringify(parameters));
    head.proposed = parametersHead(parameters);
  } else if (before.kind === "Resharing") {
    env.storage_remove(PROPOSED_KEY);
  }
}

function saveVotesOf(running: RunningState | null, stored: StoredVotes): Head["has_votes"] {
  const votes = running
    ? { parameters: running.parameters_votes, domains: running.add_domains_votes }
    : NOBODY_VOTED;
  saveVotes(stored, votes);
  return hasVotes(votes) ? 1 : 0;
}
