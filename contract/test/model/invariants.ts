/** What holds of the stored contract at any time, whatever happened before. */
import assert from "node:assert/strict";
import type { AccountId, TlsPublicKey } from "../../src/protocol/brand.ts";
import {
  MAX_ALLOWED_CODE_HASHES,
  MAX_CODE_HASH_PROPOSALS,
  MAX_RETIRED_KEYS,
  MAX_UPDATES,
  minimumThreshold,
} from "../../src/protocol/limits.ts";
import type { AccountRecord } from "../../src/protocol/records.ts";
import { isProspective, membersOf } from "../../src/protocol/rules/members.ts";
import { signersNeeded } from "../../src/protocol/rules/parameters.ts";
import type {
  DomainConfig,
  InitializedState,
  ParticipantEntry,
  ResharingState,
  ThresholdParameters,
  Votes,
} from "../../src/protocol/state.ts";
import type { World } from "../support/world.ts";
import { keyEventOf, runningPart } from "./scene.ts";

export function checkWorld(world: World): void {
  const { state } = world;
  if (state.kind === "NotInitialized") throw new Error("nothing is accepted before the start but the start");
  const members = new Map(membersOf(state).participants.map((entry) => [entry[0], entry]));
  checkThresholds(state);
  checkVotes(state, members, world);
  for (const [account, record] of world.records) {
    checkRecord(account, record, state, members.has(account));
    checkKeyRoles(account, record, state, members.get(account));
  }
  if (state.kind === "Resharing") checkProspective(state, world, members);
  checkTlsKeys(world, state, members);
  checkTransparency(world, members);
}

/** Only members vote, propose and have keys, and each list keeps to its cap. */
function checkTransparency(
  { transparency: { votes, shareKeys } }: World,
  members: ReadonlyMap<AccountId, ParticipantEntry>,
): void {
  const { proposals, allowed, rollout } = votes;
  assert.ok(proposals.length <= MAX_CODE_HASH_PROPOSALS && allowed.length <= MAX_ALLOWED_CODE_HASHES);
  const hashes = [...proposals, ...allowed].map(({ code_hash }) => code_hash);
  assert.equal(new Set(hashes).size, hashes.length, "a hash is proposed or allowed once");
  for (const { proposer } of proposals) assert.ok(members.has(proposer), `${proposer} left its proposal`);
  for (const kind of [proposals, allowed, [rollout]]) {
    const voters = kind.flatMap((ballot) => ballot.votes);
    assert.equal(new Set(voters).size, voters.length, "an account votes for one of a kind");
    for (const voter of voters) assert.ok(members.has(voter), `${voter} left its vote`);
  }
  const owners = (JSON.parse(shareKeys) as [AccountId, string][]).map(([owner]) => owner);
  assert.deepEqual(owners, [...new Set(owners)].sort(), "one key each, sorted by account");
  for (const owner of owners) assert.ok(members.has(owner), `${owner} left its key`);
}

/** Who is about to join is on record just as the participants voted for it, and has paid. */
function checkProspective(
  { resharing_key }: ResharingState,
  { records }: World,
  members: ReadonlyMap<AccountId, ParticipantEntry>,
): void {
  for (const [account, , proposed] of resharing_key.parameters.participants.participants) {
    if (members.has(account)) continue;
    const record = records.get(account);
    assert.deepEqual(record?.candidate_info, proposed, `${account} changed while it was proposed`);
    assert.notEqual(record?.storage_deposit_yocto, null);
  }
}

function checkThresholds(state: InitializedState): void {
  const running = runningPart(state);
  if (running) checkParameters(running.parameters, running.domains.domains);
  const event = keyEventOf(state);
  if (!event) return;
  // What a domain needs after a Resharing is part of the proposal.
  const domains = state.kind === "Initializing" ? state.domains.domains : [];
  checkParameters(event.parameters, domains);
}

function checkParameters(parameters: ThresholdParameters, domains: readonly DomainConfig[]): void {
  const { threshold, participants } = parameters;
  const count = participants.participants.length;
  assert.ok(threshold >= minimumThreshold(count) && threshold <= count, `${threshold} of ${count}`);
  for (const domain of domains) {
    const needed = domain.reconstruction_threshold;
    assert.ok(needed >= 2 && needed <= threshold && signersNeeded(domain) <= count, JSON.stringify(domain));
  }
  const ids = participants.participants.map(([, id]) => id);
  assert.equal(new Set(ids).size, count);
  assert.ok(ids.every((id) => id < participants.next_id));
}

/** Nobody but members decides, nobody but those proposed takes part, and no vote is left without its proposal. */
function checkVotes(
  state: InitializedState,
  members: ReadonlyMap<AccountId, ParticipantEntry>,
  { updates }: World,
): void {
  const ids = new Set([...members.values()].map(([, id]) => id as number));
  const running = runningPart(state);
  if (running) {
    checkStoredVotes(running.parameters_votes);
    checkStoredVotes(running.add_domains_votes);
    for (const [voter, key] of Object.entries(running.parameters_votes.key_by_voter)) {
      const proposed = running.parameters_votes.proposals[key]?.parameters.participants.participants ?? [];
      assert.ok(
        proposed.some(([account]) => account === voter),
        `${voter} votes without being proposed`,
      );
    }
    for (const voter of Object.keys(running.add_domains_votes.key_by_voter)) {
      assert.ok(ids.has(Number(voter)), `${voter} votes for domains without being a member`);
    }
  }
  const event = keyEventOf(state);
  const taking = new Set(event?.parameters.participants.participants.map(([, id]) => id));
  for (const id of event?.instance?.completed ?? []) assert.ok(taking.has(id), `${id} takes part uninvited`);
  if (state.kind === "Resharing") {
    for (const voter of state.cancellation_requests) assert.ok(members.has(voter));
  } else if (state.kind !== "Running") {
    for (const voter of state.cancel_votes) assert.ok(ids.has(voter));
  }
  assert.ok(updates.proposals.length <= MAX_UPDATES);
  for (const { proposer, votes } of updates.proposals) {
    for (const voter of [proposer, ...votes])
      assert.ok(members.has(voter), `${voter} left, its update or vote stays`);
  }
}

function checkStoredVotes({ key_by_voter, proposals }: Votes<unknown>): void {
  const voted = [...new Set(Object.values(key_by_voter))].sort();
  assert.deepEqual(Object.keys(proposals).sort(), voted, "every proposal has votes, every vote its proposal");
}

/** Who is neither a member nor pays for it has no record; who is no member has nothing that members have. */
function checkRecord(
  account: AccountId,
  record: AccountRecord,
  state: InitializedState,
  isMember: boolean,
): void {
  assert.ok(record.retired_keys.length <= MAX_RETIRED_KEYS && record.ephemeral_keys.length <= 4);
  assert.ok(record.entries.length <= 3);
  if (isMember) {
    assert.deepEqual([record.candidate_info, record.storage_deposit_yocto], [null, null]);
    return;
  }
  assert.notEqual(record.storage_deposit_yocto, null, `${account} left or never came, and has a record`);
  const { approval, cooldown, entries } = record;
  assert.deepEqual([approval, cooldown, entries.length], [null, null, 0]);
  if (isProspective(state, account)) return;
  const { backup_service, receipt, ephemeral_keys } = record;
  assert.deepEqual(
    [backup_service, receipt, ephemeral_keys.length],
    [null, null, 0],
    `${account} keeps a post`,
  );
}

/** Node, service and recovering keys differ pairwise, and so do the TLS keys of those roles. */
function checkKeyRoles(
  account: AccountId,
  { node_key, backup_service, candidate_info }: AccountRecord,
  state: InitializedState,
  member: ParticipantEntry | undefined,
): void {
  const recovering =
    state.kind === "Recovery" && state.recovering.account_id === account ? state.recovering : null;
  requireDistinct([node_key, backup_service?.signer_account_pk, recovering?.signer_account_pk]);
  const nodeTls = member?.[2].tls_public_key ?? candidate_info?.tls_public_key;
  requireDistinct([nodeTls, backup_service?.public_key, recovering?.prospective_info.tls_public_key]);
}

function requireDistinct(keys: readonly (string | null | undefined)[]): void {
  const known = keys.filter((key) => key);
  assert.equal(new Set(known).size, known.length, `one key in two roles: ${known.join()}`);
}

/** The index of TLS keys holds what the parts say and nothing else, and no key is held twice. */
function checkTlsKeys(
  { records, tlsKeys }: World,
  state: InitializedState,
  members: ReadonlyMap<AccountId, ParticipantEntry>,
): void {
  const held = new Map<TlsPublicKey, AccountId>();
  const hold = (account: AccountId, key: TlsPublicKey | undefined): void => {
    if (key === undefined) return;
    assert.ok(!held.has(key), `${key} is held twice, by ${held.get(key)} and ${account}`);
    held.set(key, account);
  };
  for (const [account, , info] of members.values()) hold(account, info.tls_public_key);
  for (const [account, { candidate_info, backup_service }] of records) {
    hold(account, candidate_info?.tls_public_key);
    hold(account, backup_service?.public_key);
  }
  if (state.kind === "Recovery") {
    hold(state.recovering.account_id, state.recovering.prospective_info.tls_public_key);
  }
  assert.equal(tlsKeys.size, held.size, "the index of TLS keys holds what is gone, or lacks what is there");
  for (const [key, account] of held) assert.equal(tlsKeys.get(key), account, key);
}
