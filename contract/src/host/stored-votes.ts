/// <reference path="../../engine/env.d.ts" />
/**
 * Votes apart from the rest: under `V` who voted for which proposal, with the proposed domains; under `p:<key>` each
 * proposal of parameters once, as the bytes that `state()` shows, read when something asks for its content.
 */
import type { ProposalKey } from "../protocol/brand.ts";
import {
  type AddDomainsVotes,
  type DomainConfig,
  NO_VOTES,
  type ParametersProposal,
  type ParametersVotes,
  type Votes,
} from "../protocol/state.ts";
import { requireText, VOTES_KEY } from "./storage-layout.ts";

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
    domains: domains ? { key_by_voter: votersOf(domains), proposals: proposedDomains(domains) } : NO_VOTES,
  };
}

/** The proposals voted for, every voter in order with the place of its proposal in that list. */
type StoredCast = readonly [keys: readonly ProposalKey[], votes: readonly (string | number)[]];
type StoredDomainsCast = readonly [...StoredCast, proposals: readonly (readonly DomainConfig[])[]];
/** Null where nobody voted. */
type StoredCasts = readonly [parameters: StoredCast | null, domains: StoredDomainsCast | null];

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

function encodeDomainsCast(votes: AddDomainsVotes): StoredDomainsCast {
  const [keys, cast] = encodeCast(votes);
  return [keys, cast, keys.map((key) => votes.proposals[key] ?? [])];
}

function votersOf(cast: StoredCast | StoredDomainsCast): Record<string, ProposalKey> {
  const keys = cast[0];
  const votes = cast[1];
  const key_by_voter: Record<string, ProposalKey> = {};
  for (let at = 0; at < votes.length; at += 2) {
    const key = keys[Number(votes[at + 1])];
    if (key !== undefined) key_by_voter[String(votes[at])] = key;
  }
  return key_by_voter;
}

function proposedDomains([keys, , proposed]: StoredDomainsCast): AddDomainsVotes["proposals"] {
  const proposals: Record<string, readonly DomainConfig[]> = {};
  for (const [at, key] of keys.entries()) proposals[key] = proposed[at] ?? [];
  return proposals;
}

export function saveVotes(before: StoredVotes, after: StoredVotes): void {
  if (before.parameters === after.parameters && before.domains === after.domains) return;
  const { parameters, domains } = after;
  if (hasVotes(after)) {
    const casts: StoredCasts = [
      hasVoters(parameters) ? encodeCast(parameters) : null,
      hasVoters(domains) ? encodeDomainsCast(domains) : null,
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

function hasVoters(votes: Votes<unknown>): boolean {
  return votes !== NO_VOTES && Object.keys(votes.key_by_voter).length > 0;
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
