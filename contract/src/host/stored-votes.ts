/// <reference path="../../engine/env.d.ts" />
/**
 * Votes apart from the rest: under `V` who voted for which proposal, with the proposed domains; under `p:<key>` each
 * proposal of parameters once, as the bytes that `state()` shows, read when something asks for its content.
 */
import type { ProposalKey } from "../protocol/brand.ts";
import {
  type AddDomainsVotes,
  NO_VOTES,
  type ParametersProposal,
  type ParametersVotes,
  type Votes,
} from "../protocol/state.ts";
import { requireText, VOTES_KEY } from "./storage-layout.ts";
import { type DomainsCast, domainsCast, domainsVotes } from "./stored-domains-votes.ts";

export interface StoredVotes {
  readonly parameters: ParametersVotes;
  readonly domains: AddDomainsVotes;
}

export const NOBODY_VOTED: StoredVotes = { parameters: NO_VOTES, domains: NO_VOTES };

const proposalStorageKey = (key: string): string => `p:${key}`;

export function hasVotes({ parameters, domains }: StoredVotes): boolean {
  return hasVoters(parameters) || hasVoters(domains);
}

export function readVotes(): StoredVotes {
  const [parameters, domains] = JSON.parse(requireText(VOTES_KEY)) as StoredCasts;
  return {
    parameters: parameters
      ? { key_by_voter: votersOf(parameters), proposals: lazyProposals(parameters[0]) }
      : NO_VOTES,
    domains: domains ? domainsVotes(domains) : NO_VOTES,
  };
}

/** The proposals voted for, every voter in order with the place of its proposal in that list. */
type StoredCast = readonly [keys: readonly ProposalKey[], votes: readonly (string | number)[]];
/** Null where nobody voted. */
type StoredCasts = readonly [parameters: StoredCast | null, domains: DomainsCast | null];

function encodeCast({ key_by_voter }: Votes<unknown>): StoredCast {
  const keys: ProposalKey[] = [];
  const votes: (string | number)[] = [];
  for (const voter of Object.keys(key_by_voter)) {
    const key = key_by_voter[voter] as ProposalKey;
    let at = keys.indexOf(key);
    if (at < 0) at = keys.push(key) - 1;
    votes.push(voter, at);
  }
  return [keys, votes];
}

function votersOf([keys, votes]: StoredCast): Record<string, ProposalKey> {
  const key_by_voter: Record<string, ProposalKey> = {};
  for (let at = 0; at < votes.length; at += 2) {
    const key = keys[votes[at + 1] as number];
    if (key !== undefined) key_by_voter[votes[at] as string] = key;
  }
  return key_by_voter;
}

export function saveVotes(before: StoredVotes, after: StoredVotes): void {
  if (before.parameters === after.parameters && before.domains === after.domains) return;
  const { parameters, domains } = after;
  if (hasVotes(after)) {
    const casts: StoredCasts = [
      hasVoters(parameters) ? encodeCast(parameters) : null,
      hasVoters(domains) ? domainsCast(domains) : null,
    ];
    env.storage_write(VOTES_KEY, JSON.stringify(casts));
  } else {
    env.storage_remove(VOTES_KEY);
  }
  saveProposals(before.parameters.proposals, parameters.proposals);
}

/** The votes as they stand in the answer of `state()`. */
export function votesAnswer({ parameters, domains }: StoredVotes): string {
  const ofParameters = votesText(parameters, (key) => requireText(proposalStorageKey(key)));
  const ofDomains = votesText(domains, (key) => JSON.stringify(domains.proposals[key]));
  return (
    `,"parameters_votes":{"proposal_by_account":${ofParameters}}` +
    `,"add_domains_votes":{"proposal_by_account":${ofDomains}}`
  );
}

/** The JSON object of `proposal_by_account`; each proposal is asked for once. */
function votesText({ key_by_voter }: Votes<unknown>, textOf: (key: string) => string): string {
  const texts: Record<string, string> = {};
  const entries = Object.keys(key_by_voter).map((voter) => {
    const key = key_by_voter[voter] ?? "";
    const text = texts[key] ?? textOf(key);
    texts[key] = text;
    return `"${voter}":${text}`;
  });
  return `{${entries.join(",")}}`;
}

function saveProposals(
  before: Readonly<Record<string, ParametersProposal>>,
  after: Readonly<Record<string, ParametersProposal>>,
): void {
  if (before === after) return;
  const isIn = (proposals: object, key: string): boolean => Object.keys(proposals).includes(key);
  for (const key of Object.keys(before)) if (!isIn(after, key)) env.storage_remove(proposalStorageKey(key));
  for (const key of Object.keys(after)) {
    if (!isIn(before, key)) env.storage_write(proposalStorageKey(key), JSON.stringify(after[key]));
  }
}

/** A proposal is kept while somebody votes for it, and there are fewer of them than of voters. */
function hasVoters(votes: Votes<unknown>): boolean {
  return votes !== NO_VOTES && Object.keys(votes.proposals).length > 0;
}

function lazyProposals(keys: readonly string[]): ParametersVotes["proposals"] {
  const proposals: Record<string, ParametersProposal> = {};
  for (const key of keys) {
    let parsed: ParametersProposal | undefined;
    Object.defineProperty(proposals, key, {
      enumerable: true,
      get: () => {
        parsed ??= JSON.parse(requireText(proposalStorageKey(key))) as ParametersProposal;
        return parsed;
      },
    });
  }
  return proposals;
}
