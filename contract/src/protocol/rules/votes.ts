/** Votes for whole proposals: one per voter, each proposal kept once. Source: contract.md §2, Votes. */
import type { ProposalKey } from "../brand.ts";
import { MAX_VOTED_PROPOSALS } from "../limits.ts";
import type { ParametersVotes, ParticipantEntry, Votes } from "../state.ts";

/**
 * The votes with this one, in place of the voter's earlier one; the same object when nothing changes. One proposal too
 * many makes the least supported one give way, among equals the one whose voter is stored first: no few voters can keep others from proposing.
 */
export function castVote<Proposal>(
  votes: Votes<Proposal>,
  voter: string,
  key: ProposalKey,
  proposal: Proposal,
): Votes<Proposal> {
  const added = votes.stored?.add(voter, key);
  if (added) return added;
  const earlier = votedFor(votes, voter);
  if (earlier === key) return votes;
  const key_by_voter: Record<string, ProposalKey> = {};
  const earlierVoters = Object.keys(votes.key_by_voter);
  for (let at = 0; at < earlierVoters.length; at++) {
    const other = earlierVoters[at] as string;
    key_by_voter[other] = votes.key_by_voter[other] as ProposalKey;
  }
  key_by_voter[voter] = key;
  const isKnown = isOwnProperty.call(votes.proposals, key);
  const proposals = isKnown ? votes.proposals : withProposal(votes.proposals, key, proposal);
  const cast = withoutUnvoted({ key_by_voter, proposals }, earlier === undefined ? [] : [earlier]);
  return isKnown ? cast : withinLimit(cast, key);
}

/** Everyone whose vote is in `before` but not in `after`. */
export function lostVotes(before: Votes<unknown>, after: Votes<unknown>): string[] {
  return Object.keys(before.key_by_voter).filter((voter) => typeof after.key_by_voter[voter] !== "string");
}

/** The votes of those voters that `keep` holds for; the same object when all stay. */
export function keepVotes<Proposal>(
  votes: Votes<Proposal>,
  keep: (voter: string, key: ProposalKey) => boolean,
): Votes<Proposal> {
  const cast = Object.entries(votes.key_by_voter);
  const kept = cast.filter(([voter, key]) => keep(voter, key));
  if (kept.length === cast.length) return votes;
  const dropped = cast.filter(([voter, key]) => !keep(voter, key)).map(([, key]) => key);
  return withoutUnvoted({ key_by_voter: Object.fromEntries(kept), proposals: votes.proposals }, dropped);
}

/** As `lostVotes`, where none is lost unless the proposal that it was for is. */
export function lostWithProposals(before: Votes<unknown>, after: Votes<unknown>): string[] {
  const isKept = (key: string): boolean => isOwnProperty.call(after.proposals, key);
  return Object.keys(before.proposals).every(isKept) ? [] : lostVotes(before, after);
}

/** How many votes there are for this proposal. */
export function countVotes(votes: Votes<unknown>, key: ProposalKey): number {
  if (votes.stored) return votes.stored.count(key);
  const { key_by_voter } = votes;
  const voters = Object.keys(key_by_voter);
  let count = 0;
  for (let at = 0; at < voters.length; at++) if (key_by_voter[voters[at] as string] === key) count++;
  return count;
}

/** How many of these participants voted for this proposal. */
export function votesAmong(
  participants: readonly ParticipantEntry[],
  { key_by_voter }: ParametersVotes,
  key: ProposalKey,
): number {
  let count = 0;
  for (let at = 0; at < participants.length; at++) {
    if (key_by_voter[participants[at]?.[0] ?? ""] === key) count++;
  }
  return count;
}

/** How many of these participants voted. */
export function votersAmong(participants: readonly ParticipantEntry[], votes: ParametersVotes): number {
  let count = 0;
  for (let at = 0; at < participants.length; at++) {
    if (typeof votes.key_by_voter[participants[at]?.[0] ?? ""] === "string") count++;
  }
  return count;
}

// An account may be called `constructor`; ES2020 has no Object.hasOwn.
const { hasOwnProperty: isOwnProperty } = Object.prototype;

function votedFor(votes: Votes<unknown>, voter: string): ProposalKey | undefined {
  const isVoter = isOwnProperty.call(votes.key_by_voter, voter);
  return isVoter ? votes.key_by_voter[voter] : undefined;
}

function withoutUnvoted<Proposal>(votes: Votes<Proposal>, left: readonly ProposalKey[]): Votes<Proposal> {
  const unvoted = left.filter((key) => countVotes(votes, key) === 0);
  if (unvoted.length === 0) return votes;
  const proposals = copyOf(votes.proposals);
  for (const key of unvoted) delete proposals[key];
  return { ...votes, proposals };
}

function withinLimit<Proposal>(votes: Votes<Proposal>, newest: ProposalKey): Votes<Proposal> {
  if (Object.keys(votes.proposals).length <= MAX_VOTED_PROPOSALS) return votes;
  const others = [...new Set(Object.values(votes.key_by_voter))].filter((key) => key !== newest);
  const [first] = others;
  if (first === undefined || others.length < MAX_VOTED_PROPOSALS) return votes;
  const support = (key: ProposalKey): number => countVotes(votes, key);
  const least = others.reduce((weakest, key) => (support(key) < support(weakest) ? key : weakest), first);
  return keepVotes(votes, (_, key) => key !== least);
}

function withProposal<Proposal>(
  proposals: Readonly<Record<string, Proposal>>,
  key: ProposalKey,
  proposal: Proposal,
): Readonly<Record<string, Proposal>> {
  const copy = copyOf(proposals);
  copy[key] = proposal;
  return copy;
}

/** Without reading the proposals: in the wasm each is read from storage when its property is. */
function copyOf<Proposal>(proposals: Readonly<Record<string, Proposal>>): Record<string, Proposal> {
  const copy: Record<string, Proposal> = {};
  for (const key of Object.keys(proposals)) {
    const property = Object.getOwnPropertyDescriptor(proposals, key);
    if (property) Object.defineProperty(copy, key, { ...property, configurable: true });
  }
  return copy;
}
