/** Proposals with exactly one thing wrong. */
import type { ParticipantId } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { minimumThreshold } from "../../src/protocol/limits.ts";
import type { ParametersProposal, ParticipantEntry } from "../../src/protocol/state.ts";
import { account } from "../support/network.ts";
import { info, NEWCOMERS, nameOf, tls } from "./cast.ts";
import type { Dice } from "./dice.ts";
import { expectedEpoch, newProposal } from "./plans-parameters.ts";
import { operator, type Scene, type SimCall } from "./scene.ts";

type Spoil = (proposal: ParametersProposal, scene: Scene) => ParametersProposal;

export function proposeBadly(scene: Scene, dice: Dice): SimCall[] {
  const { running, state } = scene;
  if (!running) return [];
  const proposal = dice.pick(SPOILS)(newProposal(scene, running, dice), scene);
  const [first] = proposal.parameters.participants.participants;
  if (!first) return [];
  const prospective_epoch_id = expectedEpoch(state, running);
  const command: Command = { type: "vote_new_parameters", prospective_epoch_id, proposal };
  return [operator(nameOf(first[0]), command, 0n)];
}

const SPOILS: readonly Spoil[] = [
  (proposal) => ({ ...proposal, per_domain_thresholds: { ...proposal.per_domain_thresholds, 99: 2 } }),
  (proposal, scene) => withNewcomers(proposal, scene, (stay, threshold) => stay.slice(0, threshold - 1)),
  (proposal, scene) => withNewcomers(proposal, scene, (stay) => stay),
  (proposal) =>
    withEntries(proposal, ([id, at, { url }], [first]) => [id, at, { url, tls_public_key: keyOf(first) }]),
  (proposal) =>
    withEntries(proposal, ([id, , where], [first]) => [id, first?.[1] ?? (0 as ParticipantId), where]),
  (proposal) => withEntries(proposal, ([, at, where], [first]) => [first?.[0] ?? account("m0"), at, where]),
  (proposal) =>
    withEntries(proposal, ([id, at, where]) => [id, at, { ...where, tls_public_key: tls("other") }]),
  (proposal) => withNextId(proposal, 1),
  (proposal) => withThreshold(proposal, -1),
  (proposal) => withThreshold(proposal, 60),
];

/** Those who stay, and all newcomers as they never submitted themselves. */
function withNewcomers(
  { parameters, per_domain_thresholds }: ParametersProposal,
  { members, running }: Scene,
  whoStays: (members: readonly ParticipantEntry[], threshold: number) => readonly ParticipantEntry[],
): ParametersProposal {
  const { participants } = parameters;
  const all = participants.participants.filter(([id]) => members.includes(nameOf(id)));
  const stay = whoStays(all, running?.parameters.threshold ?? 0);
  const from = running?.parameters.participants.next_id ?? 0;
  const names = NEWCOMERS.filter((name) => !members.includes(name));
  const join = names.map((name, at): ParticipantEntry => {
    return [account(name), (from + at) as ParticipantId, info(name, `${name}:elsewhere`)];
  });
  const next_id = (from + join.length) as ParticipantId;
  const threshold = Math.max(minimumThreshold(stay.length + join.length), parameters.threshold);
  return {
    parameters: { participants: { next_id, participants: [...stay, ...join] }, threshold },
    per_domain_thresholds,
  };
}

/** The last participant changed. */
function withEntries(
  { parameters, per_domain_thresholds }: ParametersProposal,
  change: (last: ParticipantEntry, all: readonly ParticipantEntry[]) => ParticipantEntry,
): ParametersProposal {
  const { participants, next_id } = parameters.participants;
  const changed = participants.map((entry, at) =>
    at === participants.length - 1 ? change(entry, participants) : entry,
  );
  return {
    parameters: { ...parameters, participants: { next_id, participants: changed } },
    per_domain_thresholds,
  };
}

function withNextId(
  { parameters, per_domain_thresholds }: ParametersProposal,
  by: number,
): ParametersProposal {
  const { participants, next_id } = parameters.participants;
  const raised = { next_id: (next_id + by) as ParticipantId, participants };
  return { parameters: { ...parameters, participants: raised }, per_domain_thresholds };
}

function withThreshold(
  { parameters, per_domain_thresholds }: ParametersProposal,
  by: number,
): ParametersProposal {
  const lowest = minimumThreshold(parameters.participants.participants.length);
  return { parameters: { ...parameters, threshold: lowest + by }, per_domain_thresholds };
}

function keyOf(entry: ParticipantEntry | undefined): ParticipantEntry[2]["tls_public_key"] {
  return entry?.[2].tls_public_key ?? tls("m0");
}
