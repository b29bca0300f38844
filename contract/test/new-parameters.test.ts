import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ParticipantId, Url } from "../src/protocol/brand.ts";
import type { ParametersProposal, ParticipantEntry } from "../src/protocol/state.ts";
import {
  addCandidate,
  allVote,
  newParameters,
  proposal,
  resharingNetwork,
  runningOf,
} from "./support/governance.ts";
import {
  account,
  CONCLUDE,
  entry,
  infoOf,
  initRunning,
  nodeInfo,
  parametersOf,
  runningNetwork,
  type Scenario,
  scenario,
} from "./support/network.ts";

/** The proposal with its participants changed. */
function edited(
  body: ParametersProposal,
  edit: (entries: ParticipantEntry[]) => readonly ParticipantEntry[],
): ParametersProposal {
  const { participants } = body.parameters;
  const entries = [...participants.participants];
  return {
    ...body,
    parameters: { ...body.parameters, participants: { ...participants, participants: edit(entries) } },
  };
}

/** a, b and c with the candidates d and e. */
function withCandidates(): Scenario {
  const network = runningNetwork();
  addCandidate(network, "d");
  addCandidate(network, "e");
  return network;
}

describe("State machine: proposals", () => {
  test("random, wrong-epoch and disagreeing proposals are refused or never adopted", () => {
    const network = withCandidates();
    const join = proposal(network, { join: ["d"], threshold: 3 });
    for (const epoch of [0, 4, 6]) {
      const info = network.refuse("a", "full", newParameters(join, epoch), "EPOCH_MISMATCH");
      assert.deepEqual(info, { provided: epoch, expected: 5 });
    }
    network.accept("a", "full", newParameters(join));
    network.accept("b", "full", newParameters(proposal(network, { threshold: 3 })));
    network.accept("c", "full", newParameters(join));
    network.accept("d", "full", newParameters(join));
    assert.equal(network.kind(), "Running");
    network.accept("b", "full", newParameters(join));
    assert.equal(network.kind(), "Resharing");
  });

  test("equal proposals are kept once, a repeated vote changes nothing", () => {
    const network = runningNetwork();
    const body = proposal(network, { threshold: 3 });
    allVote(network, ["a", "b"], newParameters(body));
    network.ignore("a", "full", newParameters(body));
    const votes = runningOf(network).parameters_votes;
    assert.equal(Object.keys(votes.key_by_voter).length, 2);
    assert.equal(Object.keys(votes.proposals).length, 1);
  });

  test("outsiders and members that are to leave don't vote", () => {
    const network = runningNetwork();
    const body = proposal(network, { leave: ["c"], threshold: 2 });
    network.refuse("x", "full", newParameters(body), "NOT_PROPOSED");
    network.refuse("c", "full", newParameters(body), "NOT_PROPOSED");
    allVote(network, ["a", "b"], newParameters(body));
    assert.equal(network.kind(), "Resharing");
  });

  test("a newcomer's vote is refused until threshold members voted the same", () => {
    const network = withCandidates();
    const body = newParameters(proposal(network, { join: ["d"], threshold: 3 }));
    network.accept("a", "full", body);
    const info = network.refuse("d", "full", body, "NOT_YET_ADMITTED");
    assert.deepEqual(info, { account_id: "d.near", member_votes: 1, required: 2 });
    network.accept("b", "full", body);
    network.accept("d", "full", body);
  });

  test("a newcomer's vote goes with the members' support for it", () => {
    const network = withCandidates();
    const body = newParameters(proposal(network, { join: ["d"], threshold: 3 }));
    allVote(network, ["a", "b", "d"], body);
    network.accept("a", "full", newParameters(proposal(network, { threshold: 3 })));
    assert.deepEqual(Object.keys(runningOf(network).parameters_votes.key_by_voter), ["a.near", "b.near"]);
  });

  test("a proposal too many makes the least supported one give way, the earliest among equals", () => {
    const names = Array.from({ length: 10 }, (_, at) => `m${at}`);
    const network = scenario();
    network.accept("mpc", "owner", { ...initRunning(), parameters: parametersOf(names, 6) });
    // Ten proposals: in each one of the last members leaves, or one of the thresholds differs.
    const bodies = [6, 7, 8, 9, 10].map((threshold) => proposal(network, { threshold }));
    bodies.push(...[6, 7, 8, 9].map((threshold) => proposal(network, { threshold, leave: ["m9"] })));
    const cast = (at: number) => network.accept(`m${at}`, "full", newParameters(bodies[at] ?? bodies[0]!));
    for (let at = 0; at < 8; at++) cast(at);
    network.accept("m9", "full", newParameters(bodies[0]!));
    const [voted] = cast(8).events;
    assert.ok(voted?.event === "parameters_voted");
    assert.deepEqual(voted.data.lost_votes, ["m1.near"]);
    const { key_by_voter, proposals } = runningOf(network).parameters_votes;
    assert.equal(Object.keys(proposals).length, 8);
    assert.equal(key_by_voter["m1.near"], undefined);
  });

  test("without domains the parameters change at once, epoch + 1", () => {
    const network = runningNetwork();
    const { state } = network.world;
    assert.ok(state.kind === "Running");
    const bare = {
      ...state,
      domains: { domains: [], next_domain_id: state.domains.next_domain_id },
      keyset: { ...state.keyset, domains: [] },
    };
    network.world = { ...network.world, state: bare };
    const body = newParameters(proposal(network, { leave: ["c"], threshold: 2 }));
    allVote(network, ["a", "b"], body);
    const running = runningOf(network);
    assert.equal(running.kind, "Running");
    assert.equal(running.keyset.epoch_id, 5);
    assert.equal(running.participants_revision, 1);
    assert.equal(network.world.records.has(account("c")), false);
  });
});

describe("Participants", () => {
  const base = (network: Scenario) => proposal(network, { join: ["d"], threshold: 3 });
  const refuse = (
    edit: (entries: ParticipantEntry[]) => readonly ParticipantEntry[],
    code: Parameters<Scenario["refuse"]>[3],
  ) => {
    const network = withCandidates();
    network.refuse("a", "full", newParameters(edited(base(network), edit)), code);
  };
  const at = (entries: ParticipantEntry[], index: number): ParticipantEntry => {
    const found = entries[index];
    if (!found) throw new Error(`no entry ${index}`);
    return found;
  };

  test("duplicate ids, accounts and TLS keys", () => {
    refuse((all) => [...all, at(all, 0)], "DUPLICATE_ACCOUNT");
    refuse(
      (all) => [...all.slice(0, 3), [account("d"), 1 as ParticipantId, infoOf("d")]],
      "DUPLICATE_PARTICIPANT_ID",
    );
    refuse(
      (all) => [...all.slice(0, 3), [account("d"), 3 as ParticipantId, infoOf("d", "a")]],
      "DUPLICATE_TLS_KEY",
    );
  });

  test("id ≥ next_id", () => {
    refuse(
      (all) => [...all.slice(0, 3), [account("d"), 4 as ParticipantId, infoOf("d")]],
      "PARTICIPANT_ID_OUT_OF_RANGE",
    );
  });

  test("changed id or info of a survivor", () => {
    refuse(
      (all) => [[account("a"), 3 as ParticipantId, infoOf("a")], at(all, 1), at(all, 2)],
      "PARTICIPANT_CHANGED",
    );
    refuse(
      (all) => [[account("a"), 0 as ParticipantId, infoOf("a", "a2")], ...all.slice(1)],
      "PARTICIPANT_CHANGED",
    );
    const moved = { ...infoOf("a"), url: "https://moved.example" as Url };
    refuse((all) => [[account("a"), 0 as ParticipantId, moved], ...all.slice(1)], "PARTICIPANT_CHANGED");
  });

  test("non-contiguous new ids, and ids of members that left", () => {
    const network = withCandidates();
    const gap = proposal(network, { join: ["d"], threshold: 3 });
    const { participants } = gap.parameters;
    const next_id = 5 as ParticipantId;
    const skipped = { ...gap.parameters, participants: { ...participants, next_id } };
    const info = network.refuse(
      "a",
      "full",
      newParameters({ ...gap, parameters: skipped }),
      "PARTICIPANT_IDS_NOT_CONTIGUOUS",
    );
    assert.deepEqual(info, { first_new_id: 3, expected_next_id: 4, provided_next_id: 5 });
    refuse(
      ([a, b]) => [a, b, [account("d"), 2 as ParticipantId, infoOf("d")]] as ParticipantEntry[],
      "PARTICIPANT_IDS_NOT_CONTIGUOUS",
    );
  });

  test("too few old members", () => {
    const network = withCandidates();
    const body = proposal(network, { leave: ["b", "c"], join: ["d", "e"], threshold: 2 });
    const info = network.refuse("a", "full", newParameters(body), "TOO_FEW_REMAINING");
    assert.deepEqual(info, { remaining: 1, required: 2 });
  });

  test("thresholds (five kinds)", () => {
    const network = withCandidates();
    const refused = (
      change: Parameters<typeof proposal>[1],
      code: Parameters<Scenario["refuse"]>[3],
    ): unknown => network.refuse("a", "full", newParameters(proposal(network, change)), code);
    refused({ threshold: 1 }, "THRESHOLD_TOO_LOW");
    refused({ join: ["d", "e"], threshold: 2 }, "THRESHOLD_TOO_LOW");
    refused({ threshold: 4 }, "THRESHOLD_TOO_HIGH");
    refused({ threshold: 3, thresholds: { "0": 1 } }, "RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE");
    refused({ threshold: 2, thresholds: { "0": 3 } }, "RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE");
    refused({ threshold: 3, thresholds: { "7": 2 } }, "THRESHOLD_FOR_UNKNOWN_DOMAIN");
  });

  test("candidate record changed mid-vote: the stored proposal is dropped, the old one refused", () => {
    const network = withCandidates();
    const body = proposal(network, { join: ["d"], threshold: 3 });
    allVote(network, ["a", "b"], newParameters(body));
    const { events } = network.accept("d", "d-node", {
      ...nodeInfo("d", "d-node"),
      participant_info: { ...infoOf("d"), url: "https://moved.example" as Url },
    } as Parameters<Scenario["accept"]>[2]);
    assert.deepEqual(events[1], {
      event: "proposal_dropped",
      data: { listed_account_id: "d.near", proposals: 1, voters: ["a.near", "b.near"] },
    });
    const info = network.refuse("c", "full", newParameters(body), "CANDIDATE_INFO_MISMATCH");
    assert.equal(info.submitted?.url, "https://moved.example");
  });

  test("a newcomer that submitted nothing can't be proposed", () => {
    const network = runningNetwork();
    const body = proposal(network, { join: ["d"], threshold: 3 });
    const info = network.refuse("a", "full", newParameters(body), "CANDIDATE_INFO_MISMATCH");
    assert.equal(info.submitted, null);
  });
});

describe("State machine: re-proposal", () => {
  test("judged against the original parameters, and restarts at the first domain", () => {
    const network = resharingNetwork();
    addCandidate(network, "e");
    // Id 3 is free in the original parameters, whatever the first proposal gave d.
    const body = newParameters(proposal(network, { join: ["e"], threshold: 3 }), 6);
    network.refuse(
      "a",
      "full",
      newParameters(proposal(network, { join: ["e"], threshold: 3 }), 5),
      "EPOCH_MISMATCH",
    );
    allVote(network, ["a", "b", "c", "e"], body);
    const { state } = network.world;
    assert.ok(state.kind === "Resharing");
    assert.equal(state.resharing_key.epoch_id, 6);
    assert.equal(state.resharing_key.domain.id, 0);
    assert.deepEqual(state.previous_running_state.parameters_votes.key_by_voter, {});
  });
});

describe("Recovery: votes on parameters", () => {
  /** a is recovering. */
  function recovering(): Scenario {
    const network = runningNetwork();
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    return network;
  }

  test("Resharing while a Recovery is open, with the recovering account", () => {
    const network = recovering();
    const body = newParameters(proposal(network, { threshold: 3 }));
    network.accept("a", "full", body);
    assert.equal(network.kind(), "Recovery");
    allVote(network, ["b", "c"], body);
    assert.equal(network.kind(), "Resharing");
    const record = network.world.records.get(account("a"));
    assert.equal(record?.cooldown, null);
    assert.equal(record?.retired_keys.length, 1);
    assert.equal(network.world.tlsKeys.has(infoOf("a", "a2").tls_public_key), false);
    allVote(network, ["a", "b"], { type: "vote_cancel_resharing" });
    assert.equal(network.kind(), "Running");
    network.refuse("a", "a-fresh", CONCLUDE, "UNEXPECTED_STATE");
  });

  test("and without it", () => {
    const network = recovering();
    allVote(network, ["b", "c"], newParameters(proposal(network, { leave: ["a"], threshold: 2 })));
    assert.equal(network.kind(), "Resharing");
    network.refuse("a", "a-fresh", CONCLUDE, "UNEXPECTED_STATE");
  });

  test("proposals list the recovering account with its registered info", () => {
    const network = recovering();
    const body = proposal(network, { threshold: 3 });
    const withNewInfo = edited(body, (entries) =>
      entries.map((one) => (one[0] === "a.near" ? [one[0], one[1], infoOf("a", "a2")] : one)),
    );
    network.refuse("b", "full", newParameters(withNewInfo), "PARTICIPANT_CHANGED");
  });

  test("votes survive into and out of Recovery, stale proposals are dropped on conclusion", () => {
    const network = runningNetwork();
    const all = newParameters(proposal(network, { threshold: 3 }));
    const without = newParameters(proposal(network, { leave: ["a"], threshold: 2 }));
    network.accept("b", "full", all);
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    network.accept("c", "full", without);
    const { events } = network.accept("a", "a-fresh", CONCLUDE);
    assert.deepEqual(events[1]?.data, { listed_account_id: "a.near", proposals: 1, voters: ["b.near"] });
    network.accept("b", "full", without);
    assert.equal(network.kind(), "Resharing");
  });
});
