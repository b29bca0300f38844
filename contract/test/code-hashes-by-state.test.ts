/** Who votes on programs while the state is another than Running: the members, and nobody else. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  addCandidate,
  addDomains,
  allVote,
  domain,
  keyEventId,
  newParameters,
  proposal,
  reshare,
} from "./support/governance.ts";
import { CONCLUDE, entry, runningNetwork, type Scenario } from "./support/network.ts";
import { codeHash, proposeHash, revokeHash, shareKey, voteHash, votePolicy } from "./support/transparency.ts";

const allowedIn = ({ world }: Scenario) => world.transparency.votes.allowed.map(({ code_hash }) => code_hash);

/** Proposed by a, voted for by b; who else votes is up to the test. */
function proposed(): Scenario {
  const network = runningNetwork();
  network.accept("a", "full", proposeHash("v1"));
  network.accept("b", "full", voteHash("v1"));
  return network;
}

describe("Code hashes: in every state", () => {
  test("behavior: while keys are generated members vote", () => {
    const network = proposed();
    allVote(network, ["a", "b", "c"], addDomains(domain(2)));
    assert.equal(network.kind(), "Initializing");
    network.accept("c", "full", voteHash("v1"));
    assert.deepEqual(allowedIn(network), [codeHash("v1")]);
  });

  test("behavior: in a Resharing those who leave still vote, those who are to join don't, and the old threshold counts", () => {
    const network = proposed();
    addCandidate(network, "d");
    const body = proposal(network, { leave: ["c"], join: ["d"], threshold: 3 });
    allVote(network, ["a", "b", "d"], newParameters(body));
    assert.equal(network.kind(), "Resharing");
    for (const command of [
      proposeHash("v2"),
      voteHash("v1"),
      revokeHash("v1"),
      votePolicy("shadow"),
      shareKey("d"),
    ])
      network.refuse("d", "full", command, "NOT_A_MEMBER");
    network.accept("c", "full", voteHash("v1"));
    assert.deepEqual(allowedIn(network), [codeHash("v1")]);
  });

  test("behavior: a threshold that a Resharing raised counts from then on", () => {
    const network = proposed();
    addCandidate(network, "d");
    const body = proposal(network, { join: ["d"], threshold: 3 });
    allVote(network, ["a", "b", "c", "d"], newParameters(body));
    for (const at of [0, 1]) reshare(network, ["a", "b", "c", "d"], keyEventId(5, at, 0));
    assert.equal(network.kind(), "Running");
    network.accept("c", "full", voteHash("v1"));
    assert.deepEqual(allowedIn(network), []);
    network.accept("d", "full", voteHash("v1"));
    assert.deepEqual(allowedIn(network), [codeHash("v1")]);
  });

  test("behavior: in a Recovery all members vote; votes outlive its end and its expiry", () => {
    for (const end of ["conclude", "expire", "vote"] as const) {
      const network = proposed();
      network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
      if (end === "vote") network.accept("c", "full", voteHash("v1"));
      network.accept("b", "full", votePolicy("shadow"));
      if (end === "conclude") network.accept("c", "c-fresh", CONCLUDE);
      if (end === "expire") network.height += 100_000;
      if (end !== "vote") network.accept("c", "full", voteHash("v1"));
      assert.deepEqual(allowedIn(network), [codeHash("v1")], end);
      network.accept("a", "full", votePolicy("shadow"));
      assert.equal(network.world.transparency.votes.rollout.policy, "shadow", end);
    }
  });

  test("behavior: in a Recovery the share key is proven by the registered TLS key until the conclusion", () => {
    const network = runningNetwork();
    network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
    network.refuse("c", "full", shareKey("c", "one", "c2"), "INVALID_SHARE_KEY_PROOF");
    network.accept("c", "full", shareKey("c", "one"));
    network.accept("c", "c-fresh", CONCLUDE);
    network.refuse("c", "full", shareKey("c", "two"), "INVALID_SHARE_KEY_PROOF");
    network.accept("c", "full", shareKey("c", "two", "c2"));
  });
});
