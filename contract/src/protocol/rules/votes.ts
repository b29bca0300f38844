/** Votes for whole proposals: one per voter, each proposal kept once. Source: contract.md §2, Votes. */
import type { ProposalKey } from "../brand.ts";
import type { Votes } from "../state.ts";

/** The votes with this one, in place of the voter's earlier one; the same object when nothing changes. */
export function castVote<Proposal>(
  votes: Votes<Proposal>,
  voter: string,
  key: ProposalKey,
  proposal: Proposal,
): Votes<Proposal> {
  const earlier = votedFor(votes, voter);
  if (earlier === key) return votes;
  const key_by_voter = { ...votes.key_by_voter, [voter]: key };
  const isKnown = voters(votes, key).length > 0;
  // Spreading reads every stored proposal, so it is left for the first vote of a new one.
  const proposals = isKnown ? votes.proposals : { ...votes.proposals, [key]: proposal };
  return withoutUnvoted({ key_by_voter, proposals }, earlier === undefined ? [] : [earlier]);
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

/** Everyone whose vote is for this proposal. */
export function voters(votes: Votes<unknown>, key: ProposalKey): string[] {
  return Object.keys(votes.key_by_voter).filter((voter) => votes.key_by_voter[voter] === key);
}

// An account may be called `constructor`; ES2020 has no Object.hasOwn.
const { hasOwnProperty: isOwnProperty } = Object.prototype;

function votedFor(votes: Votes<unknown>, voter: string): ProposalKey | undefined {
  const isVoter = isOwnProperty.call(votes.key_by_voter, voter);
  return isVoter ? votes.key_by_voter[voter] : undefined;
}

function withoutUnvoted<Proposal>(votes: Votes<Proposal>, left: readonly ProposalKey[]): Votes<Proposal> {
  const unvoted = left.filter((key) => voters(votes, key).length === 0);
  if (unvoted.length === 0) return votes;
  const proposals: Record<string, Proposal> = {};
  for (const key of Object.keys(votes.proposals)) {
    const proposal = unvoted.includes(key as ProposalKey) ? undefined : votes.proposals[key];
    if (proposal !== undefined) proposals[key] = proposal;
  }
  return { ...votes, proposals };
}
