/** Votes on domains as they are stored: for each proposal its voters, so that one more vote moves none of the others. */
import type { ProposalKey } from "../protocol/brand.ts";
import type { AddDomainsVotes, DomainConfig } from "../protocol/state.ts";

/** For each proposal its name, content and voters: ids, whose order among themselves is that of the numbers. */
export type DomainsCast = readonly (readonly [
  key: ProposalKey,
  proposed: readonly DomainConfig[],
  voters: readonly string[],
])[];

/** The votes; who voted for what is put together when something asks. */
export function domainsVotes(cast: DomainsCast): AddDomainsVotes {
  let voters: AddDomainsVotes["key_by_voter"] | undefined;
  const votes: AddDomainsVotes = {
    get key_by_voter() {
      voters ??= votersOf(cast);
      return voters;
    },
    proposals: proposalsOf(cast),
    stored: {
      count: (key) => cast.find((one) => one[0] === key)?.[2].length ?? 0,
      add: (voter, key) => addVote(cast, voter, key),
    },
  };
  casts.set(votes, cast);
  return votes;
}

/** The inverse. */
export function domainsCast(votes: AddDomainsVotes): DomainsCast {
  const known = casts.get(votes);
  if (known) return known;
  const { key_by_voter, proposals } = votes;
  const voters = Object.keys(key_by_voter);
  return Object.keys(proposals).map((key) => [
    key as ProposalKey,
    proposals[key] ?? [],
    voters.filter((voter) => key_by_voter[voter] === key),
  ]);
}

const casts = new Map<AddDomainsVotes, DomainsCast>();

function addVote(cast: DomainsCast, voter: string, key: ProposalKey): AddDomainsVotes | null {
  const isFirst = cast.every((one) => !one[2].includes(voter));
  if (!isFirst || !cast.some((one) => one[0] === key)) return null;
  return domainsVotes(cast.map((one) => (one[0] === key ? [key, one[1], [...one[2], voter]] : one)));
}

function votersOf(cast: DomainsCast): Record<string, ProposalKey> {
  const key_by_voter: Record<string, ProposalKey> = {};
  for (const [key, , voters] of cast) {
    for (let at = 0; at < voters.length; at++) key_by_voter[voters[at] as string] = key;
  }
  return key_by_voter;
}

function proposalsOf(cast: DomainsCast): AddDomainsVotes["proposals"] {
  const proposals: Record<string, readonly DomainConfig[]> = {};
  for (const [key, proposed] of cast) proposals[key] = proposed;
  return proposals;
}
