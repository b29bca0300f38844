import { state } from "../actions/views.ts";
import type { ReadContract } from "../client/read-contract.ts";
import { errorCode } from "../errors/base-error.ts";
import type { ParticipantsAt } from "./participant-changes.ts";
import { participantsOf } from "./participant-changes.ts";

/** Two states in turn between which the participants changed. */
export interface ParticipantsStep {
  readonly from: ParticipantsAt;
  readonly to: ParticipantsAt;
  /** False where more changed in between than these two show, and nothing could be learned about it. */
  readonly isComplete: boolean;
}

/**
 * Every change of the participants between two blocks, oldest first, each by itself where the endpoint still has
 * the blocks in between: `participants_revision` says how many there are, and where to look for them.
 *
 * Never throws: what can't be read makes a step that isn't complete.
 */
export async function stepsBetween(
  reader: ReadContract,
  from: ParticipantsAt,
  to: ParticipantsAt,
  signal: AbortSignal,
): Promise<readonly ParticipantsStep[]> {
  return split({ reader, signal, reads: 0 }, from, to);
}

interface Search {
  readonly reader: ReadContract;
  readonly signal: AbortSignal;
  reads: number;
}

/** Enough for some dozen changes within all that an ordinary endpoint keeps. */
const MAX_READS = 300;

async function split(
  search: Search,
  from: ParticipantsAt,
  to: ParticipantsAt,
): Promise<readonly ParticipantsStep[]> {
  const passed = from.revision === null || to.revision === null ? Number.NaN : to.revision - from.revision;
  if (passed === 0 && sameParticipants(from, to)) return [];
  if (passed === 1) return [{ from, to, isComplete: true }];
  // Initializing shows no revision; nothing changes participants there.
  if (Number.isNaN(passed) && sameParticipants(from, to)) return [];
  const between = passed > 1 ? await readBetween(search, from, to) : undefined;
  if (between === undefined) return [{ from, to, isComplete: false }];
  return [...(await split(search, from, between)), ...(await split(search, between, to))];
}

/** The participants about half-way; undefined where there is no such block or it can't be read. */
async function readBetween(
  search: Search,
  from: ParticipantsAt,
  to: ParticipantsAt,
): Promise<ParticipantsAt | undefined> {
  const middle = Math.floor((from.blockHeight + to.blockHeight) / 2);
  // Some heights have no block: the next ones do.
  for (let height = middle; height < Math.min(to.blockHeight, middle + MAX_SKIPPED); height += 1) {
    if (height <= from.blockHeight || search.reads >= MAX_READS || search.signal.aborted) return undefined;
    search.reads += 1;
    try {
      const { value, ...block } = await state(search.reader, {}, { at: { height }, signal: search.signal });
      const { revision, participants } = participantsOf(value);
      const isWithin =
        revision !== null && revision >= (from.revision ?? 0) && revision <= (to.revision ?? 0);
      return isWithin && block.blockHeight === height ? { ...block, revision, participants } : undefined;
    } catch (error) {
      if (errorCode(error) !== "UNKNOWN_BLOCK") return undefined;
    }
  }
  return undefined;
}

const MAX_SKIPPED = 4;

function sameParticipants(left: ParticipantsAt, right: ParticipantsAt): boolean {
  return JSON.stringify(left.participants) === JSON.stringify(right.participants);
}
