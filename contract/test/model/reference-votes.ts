/** Votes for proposals as the reference model keeps them: a text for every voter. */
import type { ParametersProposal, ParticipantInfo } from "../../src/protocol/state.ts";
import { nameOf } from "./cast.ts";
import type { Model } from "./reference-model.ts";

type Body = readonly [readonly (readonly [string, number, Record<string, string>])[], ...unknown[]];

const bodies = new WeakMap<ParametersProposal, string>();

/** A text that is equal for equal proposals. */
export function bodyOf(proposal: ParametersProposal): string {
  const known = bodies.get(proposal);
  if (known !== undefined) return known;
  const { participants, threshold } = proposal.parameters;
  const thresholds = Object.entries(proposal.per_domain_thresholds).sort();
  const body = JSON.stringify([participants.participants, participants.next_id, threshold, thresholds]);
  bodies.set(proposal, body);
  return body;
}

/** Names of those who are proposed. */
export function listed(proposal: ParametersProposal): string[] {
  return proposal.parameters.participants.participants.map(([id]) => nameOf(id));
}

/** Proposals that list this participant with other info (any, when `info` is null) lose their votes. */
export function dropListing(model: Model, name: string, info: ParticipantInfo | null): void {
  for (const [voter, body] of model.parameterVotes) {
    const entry = (JSON.parse(body) as Body)[0].find(([id]) => nameOf(id as never) === name);
    if (entry && (info === null || Object.entries(info).some(([key, value]) => entry[2][key] !== value))) {
      model.parameterVotes.delete(voter);
    }
  }
}

/** Newcomers' votes count only beside those of enough members. */
export function dropOrphans(model: Model): void {
  for (const [voter, body] of model.parameterVotes) {
    if (model.members.has(voter)) continue;
    const support = [...model.members.keys()].filter(
      (name) => model.parameterVotes.get(name) === body,
    ).length;
    if (support < model.threshold) model.parameterVotes.delete(voter);
  }
}

/** Proposals that have votes at a time. */
const ROOM = 8;

/** Makes room for `newest`: the least supported of the others loses its votes, among equals that of the first voter. */
export function makeRoom<Voter>(votes: Map<Voter, string>, newest: string, voters: readonly Voter[]): void {
  const support = new Map<string, number>();
  for (const voter of voters) {
    const body = votes.get(voter);
    if (body !== undefined && body !== newest) support.set(body, (support.get(body) ?? 0) + 1);
  }
  if (support.size < ROOM) return;
  const fewest = Math.min(...support.values());
  const gone = [...support.keys()].find((body) => support.get(body) === fewest);
  for (const voter of voters) if (votes.get(voter) === gone) votes.delete(voter);
}
