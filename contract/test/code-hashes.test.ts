import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BlockHeight } from "../src/protocol/brand.ts";
import {
  CODE_HASH_PROPOSAL_BLOCKS,
  MAX_ALLOWED_CODE_HASHES,
  MAX_CODE_HASH_PROPOSALS,
} from "../src/protocol/limits.ts";
import { openProposals } from "../src/protocol/transparency/ballots.ts";
import { addCandidate, allVote, keyEventId, newParameters, proposal, reshare } from "./support/governance.ts";
import {
  account,
  initRunning,
  parametersOf,
  runningNetwork,
  type Scenario,
  scenario,
} from "./support/network.ts";
import {
  anchorCall,
  codeHash,
  proposeHash,
  revokeHash,
  sourceUrl,
  voteHash,
  votePolicy,
} from "./support/transparency.ts";

const votesOf = ({ world }: Scenario) => world.transparency.votes;
const hashes = (list: readonly { readonly code_hash: string }[]) => list.map(({ code_hash }) => code_hash);

/** Allowed by a and b; `by` proposes. */
function allow(network: Scenario, label: string, by = "a"): void {
  network.accept(by, "full", proposeHash(label));
  allVote(network, ["a", "b"], voteHash(label));
}

/** Ten members, threshold 6. */
function largeNetwork(): { network: Scenario; names: readonly string[] } {
  const names = Array.from({ length: 10 }, (_, at) => `m${at}`);
  const network = scenario();
  network.accept("mpc", "owner", { ...initRunning(), parameters: parametersOf(names, 6) });
  return { network, names };
}

/** c leaves, d takes its place. */
function replaceMember(network: Scenario): void {
  addCandidate(network, "d");
  const body = proposal(network, { leave: ["c"], join: ["d"], threshold: 2 });
  allVote(network, ["a", "b", "d"], newParameters(body));
  for (const at of [0, 1]) reshare(network, ["a", "b", "d"], keyEventId(5, at, 0));
  assert.equal(network.kind(), "Running");
}

describe("Code hashes: proposals", () => {
  test("behavior: a member proposes for about seven days, without a deposit", () => {
    const network = runningNetwork();
    network.refuse("x", "full", proposeHash("v1"), "NOT_A_MEMBER");
    const { events, transfers } = network.accept("a", "full", proposeHash("v1"));
    const expires_on = 101 + CODE_HASH_PROPOSAL_BLOCKS;
    const told = { code_hash: codeHash("v1"), url: sourceUrl("v1"), proposer: account("a"), expires_on };
    assert.deepEqual(events, [{ event: "code_hash_proposed", data: told }]);
    assert.equal(transfers, undefined);
    assert.deepEqual(votesOf(network).proposals, [{ ...told, proposed_in: 100, votes: [] }]);
  });

  test("behavior: before the start nobody proposes, votes or anchors", () => {
    const network = scenario();
    for (const command of [
      proposeHash("v1"),
      voteHash("v1"),
      revokeHash("v1"),
      votePolicy("shadow"),
      anchorCall("one"),
    ])
      network.refuse("a", "full", command, "UNEXPECTED_STATE");
  });

  test("behavior: nobody proposes what another's open proposal or the list has", () => {
    const network = runningNetwork();
    network.accept("a", "full", proposeHash("v1"));
    const found = network.refuse("b", "full", proposeHash("v1"), "CODE_HASH_PROPOSED");
    assert.equal(found.proposer, account("a"));
    allVote(network, ["a", "b"], voteHash("v1"));
    network.refuse("a", "full", proposeHash("v1"), "CODE_HASH_ALLOWED");
  });

  test("behavior: one proposal per member: a newer one replaces it, its votes go, even for the same hash", () => {
    const network = runningNetwork();
    network.accept("a", "full", proposeHash("v1"));
    network.accept("a", "full", voteHash("v1"));
    const same = { ...proposeHash("v1"), url: sourceUrl("elsewhere") };
    const { events } = network.accept("a", "full", same as ReturnType<typeof proposeHash>);
    assert.deepEqual(events[1]?.data, {
      code_hash: codeHash("v1"),
      proposer: account("a"),
      cause: "replaced",
    });
    assert.deepEqual(
      votesOf(network).proposals.map(({ url, votes }) => [url, votes]),
      [[sourceUrl("elsewhere"), []]],
    );
    network.accept("a", "full", proposeHash("v2"));
    network.refuse("b", "full", voteHash("v1"), "UNKNOWN_CODE_HASH");
  });

  test("behavior: who proposed a hash can't empty the votes that others gave it", () => {
    const network = runningNetwork();
    network.accept("a", "full", proposeHash("v1"));
    network.accept("c", "full", voteHash("v1"));
    const { expires_on } = votesOf(network).proposals[0] ?? assert.fail("nothing is proposed");
    for (const label of ["v1", "v2"]) {
      const found = network.refuse("a", "full", proposeHash(label), "CODE_HASH_PROPOSED");
      assert.deepEqual(found, { code_hash: codeHash("v1"), proposer: account("a"), expires_on });
    }
    network.accept("b", "full", voteHash("v1"));
    assert.deepEqual(hashes(votesOf(network).allowed), [codeHash("v1")]);
    network.accept("a", "full", proposeHash("v2"));
    network.accept("b", "full", proposeHash("v3"));
    network.accept("c", "full", voteHash("v2"));
    network.accept("c", "full", voteHash("v3"));
    network.accept("a", "full", proposeHash("v4"));
    assert.deepEqual(hashes(votesOf(network).proposals), [codeHash("v3"), codeHash("v4")]);
    network.height += CODE_HASH_PROPOSAL_BLOCKS + 1;
    network.accept("b", "full", proposeHash("v3"));
  });

  test("behavior: a full list makes room by the least supported, oldest", () => {
    const { network, names } = largeNetwork();
    for (const name of names.slice(0, MAX_CODE_HASH_PROPOSALS))
      network.accept(name, "full", proposeHash(name));
    network.accept("m9", "full", voteHash("m0"));
    const { events } = network.accept("m8", "full", proposeHash("m8"));
    assert.deepEqual(events[1]?.data, {
      code_hash: codeHash("m1"),
      proposer: account("m1"),
      cause: "displaced",
    });
    assert.equal(votesOf(network).proposals.length, MAX_CODE_HASH_PROPOSALS);
  });

  test("behavior: expired ±1 block: a proposal can't be voted for any more, and the same hash can be proposed anew", () => {
    const network = runningNetwork();
    network.accept("a", "full", proposeHash("v1"));
    network.accept("b", "full", voteHash("v1"));
    network.height += CODE_HASH_PROPOSAL_BLOCKS;
    network.refuse("b", "full", proposeHash("v1"), "CODE_HASH_PROPOSED");
    assert.equal(openProposals(votesOf(network), network.height as BlockHeight).length, 1);
    network.height += 1;
    assert.equal(openProposals(votesOf(network), network.height as BlockHeight).length, 0);
    network.refuse("c", "full", voteHash("v1"), "UNKNOWN_CODE_HASH");
    network.accept("b", "full", proposeHash("v1"));
    assert.deepEqual(
      votesOf(network).proposals.map(({ proposer, votes }) => [proposer, votes]),
      [[account("b"), []]],
    );
  });
});

describe("Code hashes: votes", () => {
  test("behavior: threshold allows the hash and ends the proposal", () => {
    const network = runningNetwork();
    network.accept("a", "full", proposeHash("v1"));
    network.accept("b", "full", voteHash("v1"));
    network.ignore("b", "full", voteHash("v1"));
    network.refuse("x", "full", voteHash("v1"), "NOT_A_MEMBER");
    network.refuse("c", "full", voteHash("v2"), "UNKNOWN_CODE_HASH");
    network.height = 120;
    const { events } = network.accept("c", "full", voteHash("v1"));
    const [code_hash, url] = [codeHash("v1"), sourceUrl("v1")];
    assert.deepEqual(events, [
      { event: "code_hash_voted", data: { code_hash, account_id: account("c"), votes: 2 } },
      { event: "code_hash_allowed", data: { code_hash, url } },
    ]);
    assert.deepEqual(votesOf(network).allowed, [{ code_hash, url, allowed_in: 120, votes: [] }]);
    assert.deepEqual(votesOf(network).proposals, []);
  });

  test("behavior: an account votes for one proposal at a time", () => {
    const network = runningNetwork();
    network.accept("a", "full", proposeHash("v1"));
    network.accept("b", "full", proposeHash("v2"));
    network.accept("c", "full", voteHash("v1"));
    network.accept("c", "full", voteHash("v2"));
    assert.deepEqual(
      votesOf(network).proposals.map(({ votes }) => votes),
      [[], [account("c")]],
    );
  });

  test("behavior: a full list of allowed hashes takes no more until one is revoked", () => {
    const network = runningNetwork();
    for (let at = 0; at < MAX_ALLOWED_CODE_HASHES; at++) allow(network, `v${at}`);
    network.accept("a", "full", proposeHash("one more"));
    network.accept("a", "full", voteHash("one more"));
    const found = network.refuse("b", "full", voteHash("one more"), "TOO_MANY_CODE_HASHES");
    assert.equal(found.limit, MAX_ALLOWED_CODE_HASHES);
    allVote(network, ["b", "c"], revokeHash("v0"));
    network.accept("b", "full", voteHash("one more"));
    assert.equal(votesOf(network).allowed.at(-1)?.code_hash, codeHash("one more"));
  });

  test("behavior: threshold revokes; votes for that are counted apart, one each", () => {
    const network = runningNetwork();
    allow(network, "v1");
    allow(network, "v2");
    network.refuse("a", "full", revokeHash("v3"), "UNKNOWN_CODE_HASH");
    network.refuse("x", "full", revokeHash("v1"), "NOT_A_MEMBER");
    network.accept("c", "full", revokeHash("v1"));
    network.ignore("c", "full", revokeHash("v1"));
    network.accept("c", "full", revokeHash("v2"));
    network.accept("a", "full", revokeHash("v1"));
    const { events } = network.accept("b", "full", revokeHash("v1"));
    assert.deepEqual(
      events.map(({ event }) => event),
      ["code_hash_revoke_voted", "code_hash_revoked"],
    );
    assert.deepEqual(hashes(votesOf(network).allowed), [codeHash("v2")]);
    network.refuse("c", "full", revokeHash("v1"), "UNKNOWN_CODE_HASH");
    allow(network, "v1");
  });

  test("behavior: a lower threshold counts the votes that are there, at the next vote of one who voted", () => {
    const { network, names } = largeNetwork();
    network.accept("m0", "full", proposeHash("v1"));
    allVote(network, names.slice(0, 5), voteHash("v1"));
    const { state } = network.world;
    assert.ok(state.kind === "Running");
    network.world = {
      ...network.world,
      state: { ...state, parameters: { ...state.parameters, threshold: 5 } },
    };
    network.accept("m0", "full", voteHash("v1"));
    assert.deepEqual(hashes(votesOf(network).allowed), [codeHash("v1")]);
  });
});

describe("Code hashes: rollout policy", () => {
  test("behavior: signer, shadow, enforced: one step at a time, by threshold, never back", () => {
    const network = runningNetwork();
    assert.equal(votesOf(network).rollout.policy, "signer");
    const skipped = network.refuse("a", "full", votePolicy("enforced"), "ROLLOUT_POLICY_NOT_NEXT");
    assert.deepEqual(skipped, { provided: "enforced", current: "signer" });
    network.refuse("a", "full", votePolicy("signer"), "ROLLOUT_POLICY_NOT_NEXT");
    network.refuse("x", "full", votePolicy("shadow"), "NOT_A_MEMBER");
    network.accept("a", "full", votePolicy("shadow"));
    network.ignore("a", "full", votePolicy("shadow"));
    const { events } = network.accept("b", "full", votePolicy("shadow"));
    assert.deepEqual(
      events.map(({ event }) => event),
      ["rollout_policy_voted", "rollout_policy_changed"],
    );
    assert.deepEqual(votesOf(network).rollout, { policy: "shadow", votes: [] });
    for (const policy of ["signer", "shadow"] as const)
      network.refuse("c", "full", votePolicy(policy), "ROLLOUT_POLICY_NOT_NEXT");
    allVote(network, ["a", "c"], votePolicy("enforced"));
    for (const policy of ["signer", "shadow", "enforced"] as const)
      network.refuse("a", "full", votePolicy(policy), "ROLLOUT_POLICY_NOT_NEXT");
  });
});

describe("Code hashes: members leave", () => {
  test("behavior: who leaves takes its proposal and every vote along, and they don't come back with it", () => {
    const network = runningNetwork();
    allow(network, "v1");
    network.accept("a", "full", proposeHash("v2"));
    network.accept("c", "full", proposeHash("v3"));
    allVote(network, ["c"], voteHash("v2"));
    network.accept("c", "full", revokeHash("v1"));
    network.accept("c", "full", votePolicy("shadow"));
    replaceMember(network);
    assert.deepEqual(
      votesOf(network).proposals.map(({ code_hash, votes }) => [code_hash, votes]),
      [[codeHash("v2"), []]],
    );
    assert.deepEqual(votesOf(network).allowed[0]?.votes, []);
    assert.deepEqual(votesOf(network).rollout, { policy: "signer", votes: [] });
    network.refuse("c", "full", voteHash("v2"), "NOT_A_MEMBER");
    network.accept("d", "full", voteHash("v2"));
    assert.deepEqual(hashes(votesOf(network).allowed), [codeHash("v1")]);
  });

  test("behavior: the end of a proposal whose proposer left is told", () => {
    const network = runningNetwork();
    network.accept("c", "full", proposeHash("v3"));
    addCandidate(network, "d");
    const body = proposal(network, { leave: ["c"], join: ["d"], threshold: 2 });
    allVote(network, ["a", "b", "d"], newParameters(body));
    reshare(network, ["a", "b", "d"], keyEventId(5, 0, 0));
    network.accept("a", "a-node", { type: "start_reshare_instance", key_event_id: keyEventId(5, 1, 0) });
    allVote(network, [], voteHash("v3"));
    for (const name of ["a", "b"])
      network.accept(name, `${name}-node`, { type: "vote_reshared", key_event_id: keyEventId(5, 1, 0) });
    const { events } = network.accept("d", "d-node", {
      type: "vote_reshared",
      key_event_id: keyEventId(5, 1, 0),
    });
    assert.deepEqual(events.at(-1), {
      event: "code_hash_proposal_dropped",
      data: { code_hash: codeHash("v3"), proposer: account("c"), cause: "proposer_left" },
    });
  });
});
