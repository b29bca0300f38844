/** New participants and thresholds, new settings and code. */
import { createHash } from "node:crypto";
import type { DomainId, EpochId, ParticipantId, Sha256Hex, UpdateId } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { minimumThreshold } from "../../src/protocol/limits.ts";
import type { Config } from "../../src/protocol/records.ts";
import { signersNeeded } from "../../src/protocol/rules/parameters.ts";
import { updateCostYocto } from "../../src/protocol/rules/updates.ts";
import type {
  ParametersProposal,
  ParticipantEntry,
  ProtocolState,
  RunningState,
} from "../../src/protocol/state.ts";
import { account } from "../support/network.ts";
import { nameOf, OWNER, PROTOCOLS } from "./cast.ts";
import type { Dice } from "./dice.ts";
import { by, candidates, operator, recordOf, type Scene, type SimCall } from "./scene.ts";

/** A proposal that someone voted for already, or a new one; one votes, or all who are proposed and there. */
export function voteParameters(scene: Scene, dice: Dice): SimCall[] {
  const { running, state } = scene;
  if (!running) return [];
  const open = Object.values(running.parameters_votes.proposals);
  const proposal = open.length > 0 && dice.chance(60) ? dice.pick(open) : newProposal(scene, running, dice);
  const prospective_epoch_id = expectedEpoch(state, running);
  const command: Command = { type: "vote_new_parameters", prospective_epoch_id, proposal };
  const proposed = proposal.parameters.participants.participants.map(([id]) => nameOf(id));
  const there = proposed.filter((name) => scene.roles.get(name) !== "absent");
  if (there.length === 0 || dice.chance(30)) return [operator(dice.pick(proposed), command, 0n)];
  // Members first: newcomers are heard once enough of them voted.
  const members = dice.shuffle(there.filter((name) => scene.members.includes(name)));
  const newcomers = there.filter((name) => !scene.members.includes(name));
  return [...members, ...newcomers].map((name) => operator(name, command, 0n));
}

/** Everyone wants something else. */
export function disagree(scene: Scene, dice: Dice): SimCall[] {
  const { running, state } = scene;
  if (!running) return [];
  const isAboutDomains = state.kind === "Running" && dice.chance(50);
  return dice.shuffle(scene.present).map((name, at) => {
    if (isAboutDomains) return operator(name, ownDomains(running, at), 0n);
    const { parameters } = running;
    const others = parameters.participants.participants.filter(
      ([id]) => nameOf(id) === name || nameOf(id) !== scene.members[at],
    );
    const participants = { ...parameters.participants, participants: others };
    const proposal = { parameters: { ...parameters, participants }, per_domain_thresholds: {} };
    const prospective_epoch_id = expectedEpoch(state, running);
    return operator(name, { type: "vote_new_parameters", prospective_epoch_id, proposal }, 0n);
  });
}

/** A list of domains that only the member at this place votes for. */
function ownDomains({ domains }: RunningState, at: number): Command {
  const protocol = PROTOCOLS.filter((one) => one !== "DamgardEtAl")[at % 3] ?? "Frost";
  const purpose = (["Sign", "ForeignTx", "CKD"] as const)[Math.floor(at / 3) % 3] ?? "Sign";
  const domain = { id: domains.next_domain_id, protocol, reconstruction_threshold: 2, purpose };
  const second = { ...domain, id: (domains.next_domain_id + 1) as DomainId };
  return { type: "vote_add_domains", domains: at < 9 ? [domain] : [domain, second] };
}

/** The one epoch that a proposal may name. */
export function expectedEpoch(state: ProtocolState, running: RunningState): EpochId {
  return state.kind === "Resharing" ? next(state.resharing_key.epoch_id) : nextEpoch(running);
}

function next(epoch: EpochId): EpochId {
  return (epoch + 1) as EpochId;
}

function nextEpoch({ keyset, previously_cancelled_resharing_epoch_id }: RunningState): EpochId {
  return next(previously_cancelled_resharing_epoch_id ?? keyset.epoch_id);
}

/** A proposal that holds, of those who are there and those who want to come. */
export function newProposal(scene: Scene, running: RunningState, dice: Dice): ParametersProposal {
  const { participants, threshold } = running.parameters;
  // Absent members are the first to be left out; now and then it is someone else.
  const stay = participants.participants.filter(([id]) =>
    scene.roles.get(nameOf(id)) === "absent" ? dice.chance(30) : dice.chance(92),
  );
  const kept = stay.length >= Math.max(2, threshold) ? stay : participants.participants;
  const join = candidates(scene)
    .filter((name) => recordOf(scene, name).candidate_info !== null && dice.chance(70))
    .flatMap((name, at) => newcomer(scene, name, participants.next_id + at));
  const all = [...kept, ...join];
  const needed = Math.max(
    minimumThreshold(all.length),
    ...running.domains.domains.map((one) => one.reconstruction_threshold),
  );
  const chosen = Math.min(all.length, needed + (dice.chance(30) ? 1 : 0));
  const per_domain_thresholds = Object.fromEntries(
    running.domains.domains
      .filter(
        (domain) =>
          dice.chance(20) && signersNeeded({ ...domain, reconstruction_threshold: 2 }) <= all.length,
      )
      .map((domain) => [
        String(domain.id),
        domain.protocol === "DamgardEtAl" ? 2 : 2 + dice.below(Math.max(1, chosen - 1)),
      ]),
  );
  return {
    parameters: {
      participants: { next_id: (participants.next_id + join.length) as ParticipantId, participants: all },
      threshold: chosen,
    },
    per_domain_thresholds,
  };
}

/** The candidate as it submitted itself; nobody where it did not. */
function newcomer(scene: Scene, name: string, id: number): ParticipantEntry[] {
  const submitted = recordOf(scene, name).candidate_info;
  return submitted ? [[account(name), id as ParticipantId, submitted]] : [];
}

export function proposeUpdate(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick(scene.present);
  const text = dice.chance(60) ? dice.pick(["one code", "another code"]) : null;
  const config = text === null || dice.chance(40) ? otherConfig(scene.world.config, dice) : null;
  const code = text === null ? null : Buffer.from(text);
  const command: Command = {
    type: "propose_update",
    code_sha256: code && (createHash("sha256").update(code).digest("hex") as Sha256Hex),
    code_bytes: code?.length ?? 0,
    config,
  };
  const call = operator(name, command, updateCostYocto(command.code_bytes) + dice.pick([0n, 5n]));
  return [code ? { ...call, code } : call];
}

function otherConfig(config: Config, dice: Dice): Config {
  return {
    ...config,
    require_recovery_approval: dice.chance(20),
    require_attestation: dice.chance(15),
    allow_insecure_dev_attestation: dice.chance(50),
    key_event_timeout_blocks: dice.pick([3, 8]),
    max_url_bytes: dice.pick([64, 256]),
  };
}

export function voteUpdate(scene: Scene, dice: Dice): SimCall[] {
  const { proposals } = scene.world.updates;
  if (proposals.length === 0) return [];
  const { id } = dice.pick(proposals);
  const voters = dice.chance(50) ? dice.shuffle(scene.present) : [dice.pick(scene.present)];
  return voters.map((name) => operator(name, { type: "vote_update", id: id as UpdateId }, 0n));
}

export function withdrawUpdateVote(scene: Scene, dice: Dice): SimCall[] {
  const involved = scene.world.updates.proposals.flatMap(({ votes, proposer }) => [...votes, proposer]);
  const name = involved.length > 0 ? nameOf(dice.pick(involved)) : dice.pick(scene.present);
  return [operator(name, { type: "remove_update_vote" }, 0n)];
}

export function migrate(): SimCall[] {
  return [by(OWNER, `${OWNER}:owner`, { type: "migrate" })];
}
