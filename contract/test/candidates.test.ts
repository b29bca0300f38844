import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AccountId, YoctoText } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { addCandidate, newParameters, proposal, resharingNetwork, runningOf } from "./support/governance.ts";
import { account, infoOf, nodeInfo, proof, runningNetwork } from "./support/network.ts";

const COST = 25_000_000_000_000_000_000_000n;
const UNREGISTER: Command = { type: "storage_unregister", force: null };
const deposit = (name: string | null): Command => ({
  type: "storage_deposit",
  account_id: name === null ? null : account(name),
  registration_only: null,
});
const withdraw = (amount: string | null): Command => ({
  type: "storage_withdraw",
  amount: amount as YoctoText | null,
});

/** Candidate `name` with another TLS key and access key. */
function infoWith(name: string, tlsLabel: string, signerLabel: string): Command {
  return {
    type: "submit_participant_info",
    participant_info: infoOf(name, tlsLabel),
    tls_key_proof: proof(name, "node", tlsLabel, signerLabel),
    attestation: null,
  };
}

describe("Candidates: storage deposit (NEP-145)", () => {
  test("one fixed amount, for oneself or another; what is more goes back", () => {
    const network = runningNetwork();
    const info = network.refuse("d", "full", deposit(null), "DEPOSIT_REQUIRED", COST - 1n);
    assert.deepEqual(info, {
      attached_yocto: String(COST - 1n),
      required_yocto: String(COST),
      reason: "storage",
    });
    const paid = network.accept("x", "full", deposit("d"), COST + 5n);
    assert.deepEqual(paid.transfers, [{ account_id: "x.near", amountYocto: 5n }]);
    assert.deepEqual(paid.returns, { total: String(COST), available: "0" });
    const again = network.accept("d", "full", deposit(null), COST);
    assert.deepEqual(again.transfers, [{ account_id: "d.near", amountYocto: COST }]);
    assert.deepEqual([again.events, again.records], [[], []]);
  });

  test("members need none", () => {
    runningNetwork().refuse("a", "full", deposit(null), "STORAGE_NOT_NEEDED", COST);
    runningNetwork().refuse("x", "full", deposit("a"), "STORAGE_NOT_NEEDED", COST);
  });

  test("nothing of it can be withdrawn; unregistering brings all back", () => {
    const network = runningNetwork();
    network.refuse("d", "full", withdraw(null), "STORAGE_NOT_REGISTERED", 1n);
    addCandidate(network, "d");
    network.refuse("d", "full", withdraw("1"), "STORAGE_AMOUNT_TOO_HIGH", 1n);
    for (const amount of [null, "0"]) {
      const { returns } = network.accept("d", "full", withdraw(amount), 1n);
      assert.deepEqual(returns, { total: String(COST), available: "0" });
    }
    const { transfers, returns } = network.accept("d", "full", UNREGISTER, 1n);
    assert.deepEqual([transfers, returns], [[{ account_id: "d.near", amountYocto: COST }], true]);
    assert.equal(network.world.records.has("d.near" as AccountId), false);
    assert.equal(network.world.tlsKeys.has(infoOf("d").tls_public_key), false);
    assert.equal(network.accept("d", "full", UNREGISTER, 1n).returns, false);
  });

  test("unregistering takes the proposals that list the account and its own vote along", () => {
    const network = runningNetwork();
    addCandidate(network, "d");
    const body = newParameters(proposal(network, { join: ["d"], threshold: 3 }));
    for (const name of ["a", "b", "d"]) network.accept(name, "full", body);
    network.accept("d", "full", UNREGISTER, 1n);
    assert.deepEqual(runningOf(network).parameters_votes, { key_by_voter: {}, proposals: {} });
  });
});

describe("Candidates: submit_participant_info", () => {
  test("nobody outside the set is stored without a deposit", () => {
    const network = runningNetwork();
    const info = network.refuse("d", "d-node", nodeInfo("d", "d-node"), "STORAGE_DEPOSIT_REQUIRED");
    assert.equal(info.required_yocto, String(COST));
  });

  test("stores info, node key and TLS key; identical is a no-op", () => {
    const network = runningNetwork();
    addCandidate(network, "d");
    const record = network.world.records.get(account("d"));
    assert.deepEqual(record?.candidate_info, infoOf("d"));
    assert.equal(network.world.tlsKeys.get(infoOf("d").tls_public_key), "d.near");
    network.ignore("d", "d-node", nodeInfo("d", "d-node"));
  });

  test("another TLS key needs its proof, another access key the operator", () => {
    const network = runningNetwork();
    addCandidate(network, "d");
    const unproven = { ...infoWith("d", "d2", "d-node"), tls_key_proof: proof("d", "node", "d", "d-node") };
    network.refuse("d", "d-node", unproven as Command, "INVALID_TLS_KEY_PROOF");
    network.accept("d", "d-node", infoWith("d", "d2", "d-node"));
    assert.equal(network.world.tlsKeys.has(infoOf("d").tls_public_key), false);
    network.refuse("d", "d-other", infoWith("d", "d2", "d-other"), "DEPOSIT_REQUIRED");
    const { events } = network.accept("d", "d-other", infoWith("d", "d2", "d-other"), 1n);
    assert.equal(events[1]?.event, "node_key_changed");
    assert.equal(network.world.records.get(account("d"))?.retired_keys.length, 1);
  });

  test("TLS keys of others are taken", () => {
    const network = runningNetwork();
    addCandidate(network, "d");
    network.refuse("d", "d-node", infoWith("d", "a", "d-node"), "TLS_KEY_TAKEN");
    network.accept("e", "full", deposit(null), COST);
    network.refuse("e", "e-node", infoWith("e", "d", "e-node"), "TLS_KEY_TAKEN");
  });

  test("while proposed in Resharing the record is frozen", () => {
    const network = resharingNetwork();
    network.ignore("d", "d-node", nodeInfo("d", "d-node"));
    const info = network.refuse("d", "d-node", infoWith("d", "d2", "d-node"), "CANDIDATE_FROZEN");
    assert.equal(info.epoch_id, 5);
    network.refuse("d", "d-other", infoWith("d", "d", "d-other"), "CANDIDATE_FROZEN", 1n);
    network.refuse("d", "full", UNREGISTER, "CANDIDATE_FROZEN", 1n);
    addCandidate(network, "e");
    network.accept("e", "e-node", infoWith("e", "e2", "e-node"));
  });
});
