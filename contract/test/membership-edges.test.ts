/** Who changes with the set of members, and who only looks like it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  addCandidate,
  allVote,
  keyEventId,
  newParameters,
  proposal,
  reshare,
  resharingNetwork,
  runningOf,
} from "./support/governance.ts";
import { account, runningNetwork, type Scenario, service } from "./support/network.ts";

const serviceOf = ({ world }: Scenario, name: string) => world.records.get(account(name))?.backup_service;

describe("behavior: changes of the members, the edges", () => {
  test("behavior: a newcomer that a later proposal takes in as well keeps what it registered", () => {
    const network = resharingNetwork();
    network.accept("d", "d-service", service("d", "d-backup", "d-service"));
    const again = newParameters(proposal(network, { join: ["d"], threshold: 4 }), 6);
    allVote(network, ["a", "b", "c", "d"], again);
    const { state } = network.world;
    assert.equal(state.kind === "Resharing" && state.resharing_key.epoch_id, 6);
    assert.ok(serviceOf(network, "d"));
  });

  test("behavior: members whose entries are merely said again neither leave nor join", () => {
    const network = runningNetwork();
    addCandidate(network, "d");
    network.accept("a", "a-service", service("a", "a-backup", "a-service"));
    const body = structuredClone(proposal(network, { leave: ["c"], join: ["d"], threshold: 2 }));
    allVote(network, ["a", "b", "d"], newParameters(body));
    reshare(network, ["a", "b", "d"], keyEventId(5, 0, 0));
    const last = keyEventId(5, 1, 0);
    network.accept("a", "a-node", { type: "start_reshare_instance", key_event_id: last });
    for (const name of ["a", "b"])
      network.accept(name, `${name}-node`, { type: "vote_reshared", key_event_id: last });
    const { events } = network.accept("d", "d-node", { type: "vote_reshared", key_event_id: last });
    const [joined, left] = [[account("d")], [account("c")]];
    assert.deepEqual(events.at(-1), {
      event: "parameters_changed",
      data: { epoch_id: 5, threshold: 2, joined, left, participants_revision: 1 },
    });
    assert.ok(serviceOf(network, "a"));
    assert.deepEqual(runningOf(network).parameters.participants, body.parameters.participants);
    assert.equal(network.world.records.has(account("c")), false);
  });
});
