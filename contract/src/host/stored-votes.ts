/// <reference path="../../engine/env.d.ts" />
/**
 * Votes apart from the rest: under `V` who voted for which proposal, under `p:<key>` each proposal once, as the bytes
 * that `state()` shows. A proposal is read when something asks for its content.
 */
import type { ProposalKey } from "../protocol/brand.ts";
import { refuse } from "../protocol/errors.ts";
import { type AddDomainsVotes, NO_VOTES, type ParametersVotes, type Votes } from "../protocol/state.ts";

export interface StoredVotes {
  readonly parameters: ParametersVotes;
  readonly domains: AddDomainsVotes;
}

export const NOBODY_VOTED: StoredVotes = { parameters: NO_VOTES, domains: NO_VOTES };

const VOTES_KEY = "V";
const proposalStorageKey = (key: string): string => `p:${key}`;

export function hasVotes({ parameters, domains }: StoredVotes): boolean {
  return hasVoters(parameters) || hasVoters(domains);
}

export function readVotes(): StoredVotes {
  const [parameters, domains] = JSON.parse(readStored(VOTES_KEY)) as readonly [StoredCast, StoredCast];
  return { parameters: decodeCast(parameters), domains: decodeCast(domains) };
}

/** The proposals voted for, then every voter in order with the place of its proposal in that list. */
type StoredCast = readonly [keys: readonly ProposalKey[], votes: readonly (string | number)[]];

function encodeCast({ key_by_voter }: Votes<unknown>): StoredCast {
  const keys = [...new Set(Object.values(key_by_voter))];
  const votes: (string | number)[] = [];
  for (const [voter, key] of Object.entries(key_by_voter)) votes.push(voter, keys.indexOf(key));
  return [keys, votes];
}

function decodeCast<Proposal>([keys, votes]: StoredCast): Votes<Proposal> {
  const key_by_voter: Record<string, ProposalKey> = {};
  for (let at = 0; at < votes.length; at += 2) {
    const key = keys[Number(votes[at + 1])];
    if (key !== undefined) key_by_voter[String(votes[at])] = key;
  }
  return { key_by_voter, proposals: lazyProposals(keys) };
}

export function saveVotes(before: StoredVotes, after: StoredVotes): void {
  if (before.parameters === after.parameters && before.domains === after.domains) return;
  if (hasVotes(after)) {
    const cast = [encodeCast(after.parameters), encodeCast(after.domains)];
    env.storage_write(VOTES_KEY, JSON.stringify(cast));
  } else {
    env.storage_remove(VOTES_KEY);
  }
  saveProposals(before.parameters.proposals, after.parameters.proposals);
  saveProposals(before.domains.proposals, after.domains.proposals);
}

/** The votes as they stand in the answer of `state()`. */
export function votesAnswer({ parameters, domains }: StoredVotes): string {
  return (
    `,"parameters_votes":{"proposal_by_account":${votesText(parameters)}}` +
    `,"add_domains_votes":{"proposal_by_account":${votesText(domains)}}`
  );
}

/** The JSON object of `proposal_by_account`, from the stored bytes of each proposal. */
function votesText(votes: Votes<unknown>): string {
  const entries = Object.keys(votes.key_by_voter).map(
    (voter) => `"${voter}":${readStored(proposalStorageKey(votes.key_by_voter[voter] ?? ""))}`,
  );
  return `{${entries.join(",")}}`;
}

function saveProposals(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): void {
  if (before === after) return;
  const isIn = (proposals: object, key: string): boolean => Object.keys(proposals).includes(key);
  for (const key of Object.keys(before)) if (!isIn(after, key)) env.storage_remove(proposalStorageKey(key));
  for (const key of Object.keys(after)) {
    if (!isIn(before, key)) env.storage_write(proposalStorageKey(key), JSON.stringify(after[key]));
  }
}

function hasVoters(votes: Votes<unknown>): boolean {
  return Object.keys(votes.key_by_voter).length > 0;
}

function lazyProposals<Proposal>(keys: readonly string[]): Readonly<Record<string, Proposal>> {
  const proposals: Record<string, Proposal> = {};
  for (const key of keys) {
    let parsed: Proposal | undefined;
    Object.defineProperty(proposals, key, {
      enumerable: true,
      get: () => {
        parsed ??= JSON.parse(readStored(proposalStorageKey(key))) as Proposal;
        return parsed;
      },
    });
  }
  return proposals;
}

function readStored(key: string): string {
  return env.storage_read_utf8(key) ?? refuse("UNREADABLE_STATE", { part: key });
}
