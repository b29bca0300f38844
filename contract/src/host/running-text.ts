/**
 * The running state as the text that `state()` answers. Parts of it are found by the names before them: ids, keys and
 * URLs hold no quotes, so a quoted name occurs nowhere else.
 */
import { encodeKeyset } from "../interface/state-codec.ts";
import type { Base58Decode } from "../interface/text-formats.ts";
import type { AccountId } from "../protocol/brand.ts";
import { refuse } from "../protocol/errors.ts";
import type { DomainRegistry, Keyset, ParticipantEntry } from "../protocol/state.ts";
import type { Tail } from "./head-codec.ts";
import { ACCOUNT_PREFIX } from "./storage-layout.ts";
import { storedAccount } from "./stored-accounts.ts";

const OPEN = '{"Running":{';
const PARAMETERS = ',"parameters":';
const PARTICIPANTS = '{"participants":';
const THRESHOLD = ',"threshold":';
const NO_VOTES =
  ',"parameters_votes":{"proposal_by_account":{}},"add_domains_votes":{"proposal_by_account":{}}';

/** The same bytes as `JSON.stringify(encodeState(state))` of a Running without votes. */
export function writeRunning(
  { domains, next_domain_id }: DomainRegistry,
  keyset: Keyset,
  parameters: string,
  tail: Tail,
  base58Decode: Base58Decode,
): string {
  const registry = JSON.stringify({ domains, next_domain_id });
  const keys = JSON.stringify(encodeKeyset(keyset, base58Decode));
  return `${OPEN}"domains":${registry},"keyset":${keys}${PARAMETERS}${parameters}${NO_VOTES}${tailText(tail)}}}`;
}

/** What `state()` answers while Running. `moved` and `tail` take the place of what `text` has; `votes` is their text. */
export function runningAnswer(
  text: string,
  moved: readonly ParticipantEntry[],
  tail: Tail,
  votes: string | null,
): string {
  const start = parametersStart(text);
  const front = text.slice(0, start);
  return `${front}${parametersText(text, moved)}${votes ?? NO_VOTES}${tailText(tail)}}}`;
}

/** The object inside `Running`, as it stands in the states that came from it. */
export function innerRunning(answer: string): string {
  return answer.slice(OPEN.length - 1, -1);
}

/** The parameters, with these entries in place of the accounts' earlier ones. */
export function parametersText(text: string, moved: readonly ParticipantEntry[]): string {
  const parameters = text.slice(parametersStart(text), text.lastIndexOf(NO_VOTES));
  return moved.reduce(withEntry, parameters);
}

/** The participants of parameters with one entry replaced. */
export function participantsWith(parameters: string, entry: ParticipantEntry): string {
  return withEntry(parameters.slice(PARTICIPANTS.length, parameters.lastIndexOf(THRESHOLD)), entry);
}

/** The account's entry in the text of parameters. */
export function findEntry(parameters: string, account: AccountId): ParticipantEntry | undefined {
  const start = parameters.indexOf(entryStart(account));
  if (start < 0) return undefined;
  return JSON.parse(parameters.slice(start, entryEnd(parameters, start))) as ParticipantEntry;
}

/** The entries of these members. */
export function movedEntries(accounts: readonly AccountId[]): readonly ParticipantEntry[] {
  return accounts.map(
    (account) =>
      storedAccount(account).member ?? refuse("UNREADABLE_STATE", { part: ACCOUNT_PREFIX + account }),
  );
}

function parametersStart(text: string): number {
  return text.indexOf(PARAMETERS) + PARAMETERS.length;
}

function tailText([cancelled, revision]: Tail): string {
  return `,"previously_cancelled_resharing_epoch_id":${cancelled},"participants_revision":${revision}`;
}

function withEntry(participants: string, entry: ParticipantEntry): string {
  const start = participants.indexOf(entryStart(entry[0]));
  if (start < 0) return participants;
  return (
    participants.slice(0, start) + JSON.stringify(entry) + participants.slice(entryEnd(participants, start))
  );
}

function entryStart(account: AccountId): string {
  return `["${account}",`;
}

/** Behind the entry that begins at `start`. */
function entryEnd(participants: string, start: number): number {
  return participants.indexOf('"}]', start) + 3;
}
