import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RecoveryId, Url } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { allVote, newParameters, proposal, runningOf } from "./support/governance.ts";
import { account, entry, infoOf, runningNetwork, type Scenario, urlOf } from "./support/network.ts";

const cancel = (id: number): Command => ({ type: "vote_cancel_recovery", recovery_id: id as RecoveryId });
const move = (url: string): Command => ({ type: "update_participant_url", url: url as Url });

/** a is recovering with id 0. */
function recovering(): Scenario {
  const network = runningNetwork();
  network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
  return network;
}

describe("Recovery: vote_cancel_recovery", () => {
  test("members but the recovering one; a vote said again counts once", () => {
    const network = recovering();
    network.refuse("a", "a-fresh", cancel(0), "RECOVERING_ACCOUNT_CANNOT_VOTE");
    network.refuse("x", "full", cancel(0), "NOT_A_MEMBER");
    network.refuse("b", "full", cancel(1), "RECOVERY_ID_MISMATCH");
    network.accept("b", "full", cancel(0));
    network.ignore("b", "full", cancel(0));
    const { events } = network.accept("c", "full", cancel(0));
    assert.deepEqual(
      events.map(({ event }) => event),
      ["recovery_cancel_voted", "recovery_cancelled"],
    );
    assert.equal(network.kind(), "Running");
    assert.deepEqual(runningOf(network).parameters.participants.participants[0]?.[2], infoOf("a"));
    const record = network.world.records.get(account("a"));
    assert.deepEqual(record?.cooldown, { ends_on: network.height + 10, cause: "cancelled_by_vote" });
  });

  test("cancel when threshold = n: all others are enough", () => {
    const network = runningNetwork();
    const { state } = network.world;
    assert.ok(state.kind === "Running");
    const parameters = { ...state.parameters, threshold: 3 };
    network.world = { ...network.world, state: { ...state, parameters } };
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    allVote(network, ["b", "c"], cancel(0));
    assert.equal(network.kind(), "Running");
  });

  test("any id of the uninterrupted Recovery counts: a replacement shakes no vote off", () => {
    const network = recovering();
    network.accept("b", "full", cancel(0));
    network.accept("a", "a-fresh2", entry("a", "a3", "a-fresh2"));
    network.refuse("c", "full", cancel(2), "RECOVERY_ID_MISMATCH");
    network.accept("c", "full", cancel(0));
    assert.equal(network.kind(), "Running");
  });

  test("votes of a Recovery before this one do not count", () => {
    const network = recovering();
    network.accept("b", "full", cancel(0));
    network.accept("a", "full", { type: "cancel_recovery" }, 1n);
    network.height += 10;
    network.accept("a", "a-fresh2", entry("a", "a3", "a-fresh2"));
    network.refuse("c", "full", cancel(0), "RECOVERY_ID_MISMATCH");
    network.accept("c", "full", cancel(1));
    assert.equal(network.kind(), "Recovery");
  });

  test("refused in every other state", () => {
    runningNetwork().refuse("b", "full", cancel(0), "UNEXPECTED_STATE");
  });
});

describe("update_participant_url", () => {
  test("changes the URL and the revision; identical is a no-op", () => {
    const network = runningNetwork();
    network.ignore("a", "full", move(urlOf("a")), 1n);
    const { events } = network.accept("a", "full", move("https://new.example"), 1n);
    assert.deepEqual(events[0]?.data, {
      account_id: "a.near",
      url: "https://new.example",
      previous: urlOf("a"),
      participants_revision: 1,
    });
    const [entryOfA] = runningOf(network).parameters.participants.participants;
    assert.deepEqual(entryOfA?.[2], { ...infoOf("a"), url: "https://new.example" });
    assert.equal(network.world.tlsKeys.get(infoOf("a").tls_public_key), "a.near");
  });

  test("drops proposals with the old URL", () => {
    const network = runningNetwork();
    network.accept("b", "full", newParameters(proposal(network, { threshold: 3 })));
    const { events } = network.accept("a", "full", move("https://new.example"), 1n);
    assert.equal(events[1]?.event, "proposal_dropped");
    assert.deepEqual(runningOf(network).parameters_votes.proposals, {});
  });

  test("refused to outsiders, in Recovery and when too long", () => {
    runningNetwork().refuse("x", "full", move("https://new.example"), "NOT_A_MEMBER", 1n);
    recovering().refuse("b", "full", move("https://new.example"), "UNEXPECTED_STATE", 1n);
    const network = runningNetwork({ max_url_bytes: 30 });
    network.refuse("a", "full", move(`https://${"n".repeat(30)}.example`), "URL_TOO_LONG", 1n);
  });
});
