/**
 * The running state as the text that `state()` answers. Parts of it are found by the names before them: ids, keys and
 * URLs hold no quotes, so a quoted name occurs nowhere else.
 */
import { encodeKeyset } from "../interface/state-codec.ts";
import type { Base58Decode } from "../interface/text-formats.ts";
import type { AccountId } from "../protocol/brand.ts";
import type { DomainRegistry, Keyset, ParticipantEntry, ThresholdParameters } from "../protocol/state.ts";
import type { Tail } from "./head-codec.ts";

/** How a running text begins. */
export const OPEN = '{"Running":{';
const PARAMETERS = ',"parameters":';
const PARTICIPANTS = '{"participants":';
const THRESHOLD = ',"threshold":';
const NO_VOTES =
  ',"parameters_votes":{"proposal_by_account":{}},"add_domains_votes":{"proposal_by_account":{}}';

/** What comes before the parameters: domains and their keys. */
export function frontText(
  { domains, next_domain_id }: DomainRegistry,
  keyset: Keyset,
  base58Decode: Base58Decode,
): string {
  const registry = JSON.stringify({ domains, next_domain_id });
  const keys = JSON.stringify(encodeKeyset(keyset, base58Decode));
  return `"domains":${registry},"keyset":${keys}${PARAMETERS}`;
}

/** What a running text has before its parameters. */
export function storedFront(text: string): string {
  return text.slice(OPEN.length, parametersStart(text));
}

/** The same bytes as `JSON.stringify(encodeState(state))` of a Running without votes. */
export function writeRunning(front: string, parameters: ThresholdParameters, tail: Tail): string {
  return OPEN + front + (JSON.stringify(parameters) + answerEnd(tail, null, "}"));
}

/** Whether `writeRunning` wrote this with the same front and tail, whatever the parameters were. */
export function isWrittenWith(text: string, front: string, tail: Tail): boolean {
  return text.startsWith(OPEN + front) && text.endsWith(answerEnd(tail, null, "}"));
}

/** What comes behind the parameters, to the end of the running state, with what follows that. */
export function answerEnd([cancelled, revision]: Tail, votes: string | null, behind: string): string {
  const tail = `,"previously_cancelled_resharing_epoch_id":${cancelled},"participants_revision":${revision}}`;
  return (votes ?? NO_VOTES) + (tail + behind);
}

/**
 * The parameters of a running text, with these entries in place of the accounts' earlier ones, between what stands
 * before and behind them.
 */
export function parametersText(
  text: string,
  moved: readonly ParticipantEntry[],
  before: string,
  behind: string,
): string {
  const end = text.lastIndexOf(NO_VOTES);
  return [before, ...withEntries(text, parametersStart(text), end, moved), behind].join("");
}

/** The participants of parameters with one entry replaced. */
export function participantsWith(parameters: string, entry: ParticipantEntry): string {
  return withEntries(parameters, PARTICIPANTS.length, parameters.lastIndexOf(THRESHOLD), [entry]).join("");
}

/** The account's entry in the text of parameters. */
export function findEntry(parameters: string, account: AccountId): ParticipantEntry | undefined {
  const start = parameters.indexOf(entryStart(account));
  if (start < 0) return undefined;
  return JSON.parse(parameters.slice(start, entryEnd(parameters, start))) as ParticipantEntry;
}

function parametersStart(text: string): number {
  return text.indexOf(PARAMETERS) + PARAMETERS.length;
}

/** The pieces from `from` to `end`: all is copied once, however many entries are replaced. */
function withEntries(
  text: string,
  from: number,
  end: number,
  entries: readonly ParticipantEntry[],
): string[] {
  const places = entries.map((entry) => [text.indexOf(entryStart(entry[0]), from), entry] as const);
  places.sort((one, other) => one[0] - other[0]);
  const pieces: string[] = [];
  let next = from;
  for (const [place, entry] of places) {
    pieces.push(text.slice(next, place), JSON.stringify(entry));
    next = entryEnd(text, place);
  }
  pieces.push(text.slice(next, end));
  return pieces;
}

function entryStart(account: AccountId): string {
  return `["${account}",`;
}

/** Behind the entry that begins at `start`. */
function entryEnd(participants: string, start: number): number {
  return participants.indexOf('"}]', start) + 3;
}
