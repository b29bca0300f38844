/**
 * The running state as the text that `state()` answers, and where in it which part begins, so that a part can be read
 * or replaced without parsing the rest. Votes and participants beyond the first page are stored apart and put in.
 */
import { encodeKeyset, type RunningJson } from "../interface/state-codec.ts";
import type { Base58Decode } from "../interface/text-formats.ts";
import type { AccountId } from "../protocol/brand.ts";
import type { ParticipantEntry, RunningState, ThresholdParameters } from "../protocol/state.ts";
import { PAGE_SIZE } from "./storage-layout.ts";

/** Positions in the text under `R`. */
export interface RunningOffsets {
  /** Number of pages besides the first. */
  readonly pages: number;
  /** Where `,"parameters":` begins. */
  readonly front: number;
  /** Where further pages of participants go. */
  readonly gap: number;
  /** Where the votes begin. */
  readonly back: number;
}

export interface RunningText {
  readonly offsets: RunningOffsets;
  readonly first: string;
  /** `R1`, `R2`, … */
  readonly pages: readonly string[];
}

export type VotelessRunning = Pick<
  RunningState,
  "domains" | "keyset" | "parameters" | "previously_cancelled_resharing_epoch_id" | "participants_revision"
>;

const OPEN = '{"Running":{';
const PARAMETERS = ',"parameters":';
const PARTICIPANTS = '{"participants":';
const THRESHOLD = ',"threshold":';
const NO_VOTES =
  ',"parameters_votes":{"proposal_by_account":{}},"add_domains_votes":{"proposal_by_account":{}}';

/** The same bytes as `JSON.stringify(encodeState(state))` of a Running without votes, once the pages are put in. */
export function writeRunning(running: VotelessRunning, base58Decode: Base58Decode): RunningText {
  const { domains, keyset, parameters } = running;
  const front =
    `${OPEN}"domains":${JSON.stringify(domains)}` +
    `,"keyset":${JSON.stringify(encodeKeyset(keyset, base58Decode))}`;
  const { before, pages, after } = writeParameters(parameters);
  const gap = front.length + PARAMETERS.length + before.length;
  const revision = running.participants_revision;
  const cancelled = running.previously_cancelled_resharing_epoch_id;
  const back = `${NO_VOTES},"previously_cancelled_resharing_epoch_id":${cancelled},"participants_revision":${revision}}}`;
  return {
    offsets: { pages: pages.length, front: front.length, gap, back: gap + after.length },
    first: front + PARAMETERS + before + after + back,
    pages,
  };
}

function writeParameters(parameters: ThresholdParameters): {
  before: string;
  pages: readonly string[];
  after: string;
} {
  const { participants, threshold } = parameters;
  const all = participants.participants;
  const before = `${PARTICIPANTS}{"next_id":${participants.next_id},"participants":[${entries(all, 0)}`;
  const pages: string[] = [];
  for (let from = PAGE_SIZE; from < all.length; from += PAGE_SIZE) pages.push(`,${entries(all, from)}`);
  return { before, pages, after: `]}${THRESHOLD}${threshold}}` };
}

function entries(all: readonly ParticipantEntry[], from: number): string {
  return JSON.stringify(all.slice(from, from + PAGE_SIZE)).slice(1, -1);
}

/** What `state()` answers while Running; `votes` is their text in the answer, null without any. */
export function runningAnswer(text: RunningText, votes: string | null): string {
  const { first, offsets, pages } = text;
  if (pages.length === 0 && votes === null) return first;
  const { gap, back } = offsets;
  const end = votes === null ? first.slice(back) : votes + first.slice(back + NO_VOTES.length);
  return first.slice(0, gap) + pages.join("") + first.slice(gap, back) + end;
}

/** The object inside `Running`, as it stands in the states that came from it. */
export function innerRunning(answer: string): string {
  return answer.slice(OPEN.length - 1, -1);
}

export function readFront({ first, offsets }: RunningText): Pick<RunningJson, "domains" | "keyset"> {
  return JSON.parse(`${first.slice(OPEN.length - 1, offsets.front)}}`);
}

export function readParameters(text: RunningText): ThresholdParameters {
  return JSON.parse(parametersText(text));
}

type Back = Pick<RunningJson, "previously_cancelled_resharing_epoch_id" | "participants_revision">;

export function readBack({ first, offsets }: RunningText): Back {
  return JSON.parse(`{${first.slice(offsets.back + NO_VOTES.length + 1, -1)}`);
}

/** The text of the participants with one entry replaced. Ids and URLs hold no quotes but may hold brackets, so what is looked for has a quote. */
export function participantsWith(text: RunningText, entry: ParticipantEntry): string {
  const all = parametersText(text);
  const participants = all.slice(PARTICIPANTS.length, all.lastIndexOf(THRESHOLD));
  const [start, end] = entrySpan(participants, entry[0]);
  return participants.slice(0, start) + JSON.stringify(entry) + participants.slice(end);
}

function entrySpan(participants: string, account: AccountId): readonly [number, number] {
  const start = participants.indexOf(`["${account}",`);
  return start < 0 ? [0, 0] : [start, participants.indexOf('"}]', start) + 3];
}

function parametersText({ first, offsets, pages }: RunningText): string {
  const { front, gap, back } = offsets;
  return first.slice(front + PARAMETERS.length, gap) + pages.join("") + first.slice(gap, back);
}
