/** Says where the contract and the reference model differ. */
import assert from "node:assert/strict";
import type { BlockHeight } from "../../src/protocol/brand.ts";
import { normalize } from "../../src/protocol/normalize.ts";
import { currentKeyset, membersOf, thresholdOf } from "../../src/protocol/rules/members.ts";
import type { InitializedState } from "../../src/protocol/state.ts";
import type { World } from "../support/world.ts";
import { nameOf } from "./cast.ts";
import { contractHashes, shownHashes } from "./reference-hashes.ts";
import type { Model } from "./reference-model.ts";
import { bodyOf } from "./reference-votes.ts";
import { keyEventOf, runningPart } from "./scene.ts";

export function compareWithModel(model: Model, world: World, height: number): void {
  const state = normalize(world.state, height as BlockHeight);
  assert.ok(state.kind !== "NotInitialized");
  const [found, expected] = [ofWorld(state, world), ofModel(model)];
  // Comparing texts first: deep comparison of equal values costs most of the test's time.
  if (JSON.stringify(found) !== JSON.stringify(expected)) assert.deepEqual(found, expected);
}

function ofWorld(state: InitializedState, world: World): unknown {
  const { participants, next_id } = membersOf(state);
  const keyset = currentKeyset(state);
  const running = runningPart(state);
  const domains = state.kind === "Initializing" ? state.domains : running?.domains;
  const votes = running?.parameters_votes;
  const domainVotes = running?.add_domains_votes;
  return {
    phase: state.kind,
    members: participants.map(([account, id]) => [nameOf(account), id]),
    parameters: [next_id, thresholdOf(state), keyset.epoch_id],
    domains: [domains?.domains.map(({ id }) => id), domains?.next_domain_id],
    keys: keyset.domains.map(({ domain_id, key, attempt }) => [domain_id, key, attempt]),
    parameterVotes: sorted(votes?.key_by_voter, (voter, key) => [
      nameOf(voter as never),
      votes?.proposals[key] ? bodyOf(votes.proposals[key]) : null,
    ]),
    domainVotes: sorted(domainVotes?.key_by_voter, (voter, key) => [
      voter,
      JSON.stringify(domainVotes?.proposals[key]),
    ]),
    ...ofKeyEvent(state),
    recovery: ofRecovery(state),
    counters: [world.counters.next_recovery_id, world.updates.next_id],
    updates: world.updates.proposals.map(({ id, votes }) => [id, votes.map(nameOf).sort()]),
    hashes: contractHashes(world.transparency),
    deposits: [...world.records]
      .filter(([, record]) => record.storage_deposit_yocto !== null)
      .map(([account]) => nameOf(account))
      .sort(),
  };
}

function ofKeyEvent(state: InitializedState): object {
  const event = keyEventOf(state);
  const cancelled =
    state.kind === "Initializing"
      ? state.previously_cancelled_resharing_epoch_id
      : (runningPart(state)?.previously_cancelled_resharing_epoch_id ?? null);
  const instance = event?.instance ?? null;
  return {
    event: event && [event.epoch_id, event.domain.id, event.next_attempt_id],
    attempt: instance && [instance.expires_on, [...instance.completed].sort(), instance.public_key],
    cancelled,
    cancelVotes: cancelVotesOf(state),
  };
}

function cancelVotesOf(state: InitializedState): string[] {
  if (state.kind === "Running") return [];
  if (state.kind === "Resharing") return state.cancellation_requests.map(nameOf).sort();
  const { participants } = membersOf(state);
  return state.cancel_votes
    .map((id) => nameOf(participants.find((entry) => entry[1] === id)?.[0] ?? ("?.near" as never)))
    .sort();
}

function ofRecovery(state: InitializedState): unknown {
  if (state.kind !== "Recovery") return null;
  const { recovering, recovery_id, first_recovery_id } = state;
  return [nameOf(recovering.account_id), recovery_id, first_recovery_id, recovering.expires_on];
}

function ofModel(model: Model): unknown {
  const { event, recovery } = model;
  return {
    phase: model.phase,
    members: [...model.members],
    parameters: [model.nextId, model.threshold, model.epoch],
    domains: [model.domains, model.nextDomain],
    keys: [...model.keys].map(([domain, [key, attempt]]) => [domain, key, attempt]),
    parameterVotes: [...model.parameterVotes].sort(byVoter),
    domainVotes: [...model.domainVotes].map(([id, body]) => [String(id), body]).sort(byVoter),
    event: event && [event.epoch, event.domain, event.attempt],
    attempt: event?.running
      ? [event.running.endsOn, [...event.running.done].sort(), event.running.key]
      : null,
    cancelled: model.cancelledEpoch,
    cancelVotes: [...model.cancelVotes].sort(),
    recovery: recovery && [recovery.name, recovery.id, recovery.first, recovery.endsOn],
    counters: [model.recoveries, model.nextUpdate],
    updates: model.updates.map(({ id, votes }) => [id, [...votes].sort()]),
    hashes: shownHashes(model.hashes),
    deposits: [...model.deposits].sort(),
  };
}

function sorted(
  votes: Readonly<Record<string, string>> | undefined,
  show: (voter: string, key: string) => unknown[],
): unknown[] {
  return Object.entries(votes ?? {})
    .map(([voter, key]) => show(voter, key))
    .sort(byVoter);
}

function byVoter(one: readonly unknown[], other: readonly unknown[]): number {
  return String(one[0]) < String(other[0]) ? -1 : 1;
}
