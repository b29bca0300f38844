/** What each accepted command does to the reference model. */
import assert from "node:assert/strict";
import type { Command } from "../../src/protocol/commands.ts";
import type { ParametersProposal, ParticipantInfo } from "../../src/protocol/state.ts";
import { nameOf } from "./cast.ts";
import { dropLeavers, HASH_STEPS } from "./reference-hashes.ts";
import { endRecovery, type Model, type ModelKeyEvent } from "./reference-model.ts";
import { bodyOf, dropListing, dropOrphans, listed, makeRoom } from "./reference-votes.ts";

export type Steps = {
  readonly [Type in Command["type"]]?: (
    model: Model,
    command: Extract<Command, { type: Type }>,
    name: string,
    height: number,
  ) => void;
};

export const STEPS: Steps = {
  init: (model, { parameters, init_config }) => start(model, parameters, init_config),
  init_running: (model, command) => {
    start(model, command.parameters, command.init_config);
    model.epoch = command.keyset.epoch_id;
    model.domains = command.domains.map(({ id }) => id);
    model.nextDomain = command.next_domain_id;
    for (const { domain_id, key, attempt } of command.keyset.domains)
      model.keys.set(domain_id, [key, attempt]);
  },
  vote_add_domains: (model, { domains }, name) => {
    model.domainVotes.set(idOf(model, name), JSON.stringify(domains));
    const voters = [...model.domainVotes.keys()].sort((one, other) => one - other);
    makeRoom(model.domainVotes, JSON.stringify(domains), voters);
    const votes = [...model.members.values()].map((id) => model.domainVotes.get(id));
    if (votes.some((vote) => vote !== JSON.stringify(domains))) return;
    model.phase = "Initializing";
    model.domains.push(...domains.map(({ id }) => id));
    model.nextDomain += domains.length;
    forgetVotes(model);
    openEvent(model, domains[0]?.id ?? -1, [...model.members.values()], model.epoch);
  },
  start_keygen_instance: startAttempt,
  start_reshare_instance: startAttempt,
  vote_abort_key_event_instance: (model) => {
    if (model.event) model.event.running = null;
  },
  vote_pk: (model, { public_key }, name) => {
    const { running, ids, domain, attempt } = requireEvent(model);
    assert.ok(running, "no vote before start");
    if (running.key !== null && running.key !== public_key) {
      requireEvent(model).running = null;
      return;
    }
    running.key = public_key;
    complete(running.done, idOf(model, name));
    if (running.done.size < ids.length) return;
    model.keys.set(domain, [public_key, attempt - 1]);
    model.cancelVotes.clear();
    const next = model.domains.find((id) => !model.keys.has(id));
    if (next === undefined) endKeyEvents(model);
    else openEvent(model, next, ids, model.epoch);
  },
  vote_cancel_keygen: (model, _, name) => {
    complete(model.cancelVotes, name);
    if (model.cancelVotes.size < model.threshold) return;
    model.domains = model.domains.filter((id) => model.keys.has(id));
    endKeyEvents(model);
  },
  vote_new_parameters: (model, { proposal, prospective_epoch_id }, name) => {
    assert.equal(prospective_epoch_id, 1 + (model.event?.epoch ?? model.cancelledEpoch ?? model.epoch));
    model.parameterVotes.set(name, bodyOf(proposal));
    makeRoom(model.parameterVotes, bodyOf(proposal), [...model.parameterVotes.keys()]);
    dropOrphans(model);
    if (listed(proposal).some((voter) => model.parameterVotes.get(voter) !== bodyOf(proposal))) return;
    const ids = proposal.parameters.participants.participants.map(([, id]) => id as number);
    model.parameterVotes.clear();
    for (const id of model.domainVotes.keys()) if (!ids.includes(id)) model.domainVotes.delete(id);
    model.recovery = null;
    model.cancelVotes.clear();
    model.proposal = proposal;
    model.reshared.clear();
    const [first] = model.domains;
    if (first === undefined) return takeOver(model, prospective_epoch_id);
    model.phase = "Resharing";
    openEvent(model, first, ids, prospective_epoch_id);
  },
  vote_reshared: (model, _, name) => {
    const event = requireEvent(model);
    assert.ok(event.running, "no vote before start");
    complete(event.running.done, proposedId(model, name));
    if (event.running.done.size < event.ids.length) return;
    model.reshared.set(event.domain, event.attempt - 1);
    const next = model.domains.find((id) => !model.reshared.has(id));
    if (next === undefined) takeOver(model, event.epoch);
    else openEvent(model, next, event.ids, event.epoch);
  },
  vote_cancel_resharing: (model, _, name) => {
    complete(model.cancelVotes, name);
    if (model.cancelVotes.size < model.threshold) return;
    model.cancelledEpoch = requireEvent(model).epoch;
    model.parameterVotes.clear();
    endKeyEvents(model);
  },
  submit_participant_recovery_info: (model, { participant_info: info }, name, height) => {
    const id = model.recoveries++;
    if (model.recovery) {
      assert.equal(model.recovery.name, name, "only the recovering account replaces its record");
      model.recovery = { ...model.recovery, id, info };
      return;
    }
    model.phase = "Recovery";
    model.recovery = { name, id, first: id, endsOn: height + 1 + model.recoveryBlocks, info };
  },
  conclude_recovery: (model, _, name) => {
    assert.equal(model.recovery?.name, name);
    if (model.recovery) dropListing(model, name, model.recovery.info);
    endRecovery(model);
    model.revision++;
  },
  cancel_recovery: (model, _, name) => {
    assert.equal(model.recovery?.name, name);
    endRecovery(model);
  },
  vote_cancel_recovery: (model, _, name) => {
    assert.notEqual(model.recovery?.name, name);
    complete(model.cancelVotes, name);
    if (model.cancelVotes.size >= Math.min(model.threshold, model.members.size - 1)) endRecovery(model);
  },
  update_participant_url: (model, { url }, name) => {
    model.revision++;
    dropListing(model, name, { url } as ParticipantInfo);
  },
  submit_participant_info: (model, { participant_info }, name) => {
    if (!model.members.has(name)) dropListing(model, name, participant_info);
  },
  storage_deposit: (model, { account_id }, name) => {
    model.deposits.add(account_id === null ? name : nameOf(account_id));
  },
  storage_unregister: (model, _, name) => {
    model.deposits.delete(name);
    model.parameterVotes.delete(name);
    dropListing(model, name, null);
  },
  propose_update: (model, { config }, name) => {
    const own = model.updates.findIndex((update) => update.by === name);
    if (own >= 0) model.updates.splice(own, 1);
    else if (model.updates.length === 8) model.updates.splice(leastWanted(model), 1);
    model.updates.push({ id: model.nextUpdate++, by: name, config, votes: new Set() });
  },
  vote_update: (model, { id }, name) => {
    for (const update of model.updates) if (update.id !== id) update.votes.delete(name);
    const update = model.updates.find((one) => one.id === id);
    assert.ok(update, "an update that nobody proposed");
    update.votes.add(name);
    if (update.votes.size < model.threshold) return;
    model.updates = model.updates.filter((one) => one !== update);
    if (update.config) setTimes(model, update.config);
  },
  remove_update_vote: (model, _, name) => {
    for (const { votes } of model.updates) votes.delete(name);
    model.updates = model.updates.filter(({ by, votes }) => by !== name || votes.size > 0);
  },
  ...HASH_STEPS,
};

function start(model: Model, parameters: ParametersProposal["parameters"], config: unknown): void {
  assert.equal(model.phase, "NotInitialized", "a network starts once");
  model.phase = "Running";
  takeParameters(model, parameters);
  setTimes(model, config);
}

function setTimes(model: Model, config: unknown): void {
  const given = config as Record<string, number>;
  model.keyEventBlocks = given.key_event_timeout_blocks ?? 30;
  model.recoveryBlocks = given.recovery_timeout_blocks ?? 7200;
}

function takeParameters(model: Model, { participants, threshold }: ParametersProposal["parameters"]): void {
  model.members = new Map(participants.participants.map(([id, at]) => [nameOf(id), at]));
  model.nextId = participants.next_id;
  model.threshold = threshold;
}

function takeOver(model: Model, epoch: number): void {
  assert.ok(model.proposal);
  takeParameters(model, model.proposal.parameters);
  for (const [domain, attempt] of model.reshared) {
    model.keys.set(domain, [model.keys.get(domain)?.[0] ?? "", attempt]);
  }
  model.epoch = epoch;
  model.cancelledEpoch = null;
  model.parameterVotes.clear();
  model.revision++;
  for (const name of model.members.keys()) model.deposits.delete(name);
  model.updates = model.updates.filter(({ by }) => model.members.has(by));
  for (const { votes } of model.updates)
    for (const name of votes) if (!model.members.has(name)) votes.delete(name);
  dropLeavers(model);
  endKeyEvents(model);
}

function endKeyEvents(model: Model): void {
  model.phase = "Running";
  model.event = null;
  model.proposal = null;
  model.cancelVotes.clear();
}

function forgetVotes(model: Model): void {
  model.parameterVotes.clear();
  model.domainVotes.clear();
}

function openEvent(model: Model, domain: number, ids: readonly number[], epoch: number): void {
  model.event = { epoch, domain, ids, attempt: 0, running: null };
}

function startAttempt(model: Model, _: Command, name: string, height: number): void {
  const event = requireEvent(model);
  assert.equal(event.running, null);
  assert.equal(proposedId(model, name), Math.min(...event.ids), "only the leader starts");
  event.running = { endsOn: height + 1 + model.keyEventBlocks, done: new Set(), key: null };
  event.attempt++;
}

/** Votes count once. */
function complete<Voter>(done: Set<Voter>, voter: Voter): void {
  assert.ok(!done.has(voter), "a vote counted twice");
  done.add(voter);
}

function leastWanted({ updates }: Model): number {
  const fewest = Math.min(...updates.map(({ votes }) => votes.size));
  return updates.findIndex(({ votes }) => votes.size === fewest);
}

function idOf(model: Model, name: string): number {
  const id = model.members.get(name);
  assert.ok(id !== undefined, `${name} is no member`);
  return id;
}

function proposedId(model: Model, name: string): number {
  if (!model.proposal) return idOf(model, name);
  const entry = model.proposal.parameters.participants.participants.find(([id]) => nameOf(id) === name);
  assert.ok(entry, `${name} is not proposed`);
  return entry[1];
}

function requireEvent(model: Model): ModelKeyEvent {
  assert.ok(model.event, "no key event");
  return model.event;
}
