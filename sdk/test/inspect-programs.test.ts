import assert from "node:assert/strict";
import { test } from "node:test";
import { runningNetwork, type Scenario } from "../../contract/test/support/network.ts";
import {
  codeHash,
  proposeHash,
  revokeHash,
  voteHash,
  votePolicy,
} from "../../contract/test/support/transparency.ts";
import { networkName } from "../src/inspect/network-name.ts";
import { nextActions } from "../src/inspect/next-actions.ts";
import { programBallots, readProgramVotes } from "../src/inspect/program-ballots.ts";
import { pinnedScenario, readScenario } from "./inspect-world.ts";

/** v1 is allowed and c wants it revoked, v2 is proposed and a voted for it, b voted for the next policy. */
function deciding(): Scenario {
  const network = runningNetwork();
  network.accept("a", "full", proposeHash("v1"));
  for (const name of ["a", "b"]) network.accept(name, "full", voteHash("v1"));
  network.accept("b", "full", proposeHash("v2"));
  network.accept("a", "full", voteHash("v2"));
  network.accept("c", "full", revokeHash("v1"));
  network.accept("b", "full", votePolicy("shadow"));
  return network;
}

test("behavior: votes on programs and on the rollout, who voted and who is missing", async () => {
  const network = deciding();
  const { state } = await readScenario(network);
  const ballots = programBallots(state, await readProgramVotes(pinnedScenario(network).reader));
  assert.deepEqual(
    ballots.map(({ method, proposalHash, voted, needed }) => [method, proposalHash, voted, needed]),
    [
      ["vote_code_hash", codeHash("v2"), ["a.near"], 1],
      ["vote_revoke_code_hash", codeHash("v1"), ["c.near"], 1],
      ["vote_rollout_policy", null, ["b.near"], 1],
    ],
  );
  assert.deepEqual(
    ballots[0]?.missing.map(({ accountId }) => accountId),
    ["b.near", "c.near"],
  );
  assert.match(ballots[2]?.subject ?? "", /shadow after signer/);
});

test("behavior: what nobody voted on is no question", async () => {
  const network = runningNetwork();
  network.accept("a", "full", proposeHash("v1"));
  for (const name of ["a", "b"]) network.accept(name, "full", voteHash("v1"));
  const { state } = await readScenario(network);
  assert.deepEqual(programBallots(state, await readProgramVotes(pinnedScenario(network).reader)), []);
});

test("behavior: open votes on programs are offered to those whose vote would count", async () => {
  const pinned = pinnedScenario(deciding());
  const actions = await nextActions(pinned, await networkName(pinned));
  const offered = actions.filter(
    ({ method, toFillIn }) => method.startsWith("vote_r") && toFillIn.length === 0,
  );
  assert.deepEqual(
    offered.map(({ method, accounts, args }) => [method, accounts, args]),
    [
      ["vote_revoke_code_hash", ["a.near", "b.near"], { code_hash: codeHash("v1") }],
      ["vote_rollout_policy", ["a.near", "c.near"], { policy: "shadow" }],
    ],
  );
  const forProgram = actions.find(({ method }) => method === "vote_code_hash");
  assert.deepEqual(forProgram?.accounts, ["b.near", "c.near"]);
});
