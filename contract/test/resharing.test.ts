import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Command } from "../src/protocol/commands.ts";
import {
  addCandidate,
  addDomains,
  allVote,
  domain,
  keyEventId,
  newParameters,
  proposal,
  reshare,
  resharingNetwork,
  runningOf,
} from "./support/governance.ts";
import { account, infoOf, nodeInfo, runningNetwork, service, urlOf } from "./support/network.ts";
import { proposeHash, shareKey, voteHash, votePolicy } from "./support/transparency.ts";

const CANCEL_RESHARING: Command = { type: "vote_cancel_resharing" };
const start = (domainId: number, attempt: number): Command => ({
  type: "start_reshare_instance",
  key_event_id: keyEventId(5, domainId, attempt),
});
const reshared = (domainId: number, attempt: number): Command => ({
  type: "vote_reshared",
  key_event_id: keyEventId(5, domainId, attempt),
});
const ALL = ["a", "b", "c", "d"];

describe("State machine: resharing", () => {
  test("full tally, domain by domain: keys unchanged, attempts new, the newcomer is a member", () => {
    const network = resharingNetwork();
    network.accept("a", "a-node", start(0, 0));
    network.accept("b", "b-node", {
      type: "vote_abort_key_event_instance",
      key_event_id: keyEventId(5, 0, 0),
    });
    reshare(network, ALL, keyEventId(5, 0, 1));
    assert.equal(network.kind(), "Resharing");
    const before = runningOf(network);
    network.accept("a", "a-node", start(1, 0));
    for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, reshared(1, 0));
    const { transfers, events } = network.accept("d", "d-node", reshared(1, 0));
    const after = runningOf(network);
    assert.deepEqual(
      after.keyset.domains.map(({ key }) => key),
      before.keyset.domains.map(({ key }) => key),
    );
    assert.deepEqual(
      after.keyset.domains.map(({ attempt }) => attempt),
      [1, 0],
    );
    assert.deepEqual([after.keyset.epoch_id, after.participants_revision], [5, 1]);
    assert.deepEqual(events.at(-1)?.data, {
      epoch_id: 5,
      threshold: 3,
      joined: ["d.near"],
      left: [],
      participants_revision: 1,
    });
    assert.deepEqual(transfers, [{ account_id: "d.near", amountYocto: 25_000_000_000_000_000_000_000n }]);
    const record = network.world.records.get(account("d"));
    assert.deepEqual([record?.candidate_info, record?.storage_deposit_yocto], [null, null]);
    network.ignore("d", "d-node", nodeInfo("d", "d-node"));
  });

  test("no vote before start, leader only, wrong id, outsiders, second vote", () => {
    const network = resharingNetwork();
    network.refuse("a", "a-node", reshared(0, 0), "NO_ATTEMPT_RUNNING");
    network.refuse("b", "b-node", start(0, 0), "NOT_LEADER");
    network.refuse("a", "a-node", start(1, 0), "KEY_EVENT_MISMATCH");
    network.refuse("x", "x-node", start(0, 0), "NOT_PROPOSED");
    network.accept("a", "a-node", start(0, 0));
    network.accept("d", "d-node", reshared(0, 0));
    network.refuse("d", "d-node", reshared(0, 0), "ALREADY_VOTED");
    network.refuse("x", "x-node", reshared(0, 0), "NOT_PROPOSED");
    network.refuse("b", "full", reshared(0, 0), "WRONG_SIGNER_KEY");
  });

  test("timeout ±1 block", () => {
    const network = resharingNetwork();
    network.accept("a", "a-node", start(0, 0));
    network.height += 30;
    network.accept("b", "b-node", reshared(0, 0));
    network.height += 1;
    network.refuse("c", "c-node", reshared(0, 0), "NO_ATTEMPT_RUNNING");
    network.accept("a", "a-node", start(0, 1));
  });

  test("per-domain thresholds are applied at the end", () => {
    const network = runningNetwork();
    const body = proposal(network, { threshold: 3, thresholds: { "1": 3 } });
    allVote(network, ["a", "b", "c"], newParameters(body));
    reshare(network, ["a", "b", "c"], keyEventId(5, 0, 0));
    assert.equal(runningOf(network).domains.domains[1]?.reconstruction_threshold, 2);
    reshare(network, ["a", "b", "c"], keyEventId(5, 1, 0));
    assert.deepEqual(
      runningOf(network).domains.domains.map((one) => one.reconstruction_threshold),
      [2, 3],
    );
  });
});

describe("State machine: cancel resharing", () => {
  test("members alone may cancel; the cancelled epoch is never reused", () => {
    const network = resharingNetwork();
    network.refuse("d", "full", CANCEL_RESHARING, "NOT_A_MEMBER");
    network.refuse("x", "full", CANCEL_RESHARING, "NOT_A_MEMBER");
    network.accept("a", "full", CANCEL_RESHARING);
    network.ignore("a", "full", CANCEL_RESHARING);
    network.accept("b", "full", CANCEL_RESHARING);
    assert.equal(network.kind(), "Running");
    const body = proposal(network, { threshold: 3 });
    network.refuse("a", "full", newParameters(body, 5), "EPOCH_MISMATCH");
    allVote(network, ["a", "b", "c"], newParameters(body, 6));
    assert.equal(network.kind(), "Resharing");
  });

  test("votes for another proposal do not outlive it, votes of survivors for domains do", () => {
    const network = runningNetwork();
    network.accept("a", "full", addDomains(domain(2)));
    network.accept("c", "full", addDomains(domain(2)));
    const body = newParameters(proposal(network, { leave: ["c"], threshold: 2 }));
    allVote(network, ["a", "b"], body);
    assert.deepEqual(Object.keys(runningOf(network).add_domains_votes.key_by_voter), ["0"]);
    network.accept("c", "full", newParameters(proposal(network, { threshold: 3 }), 6));
    allVote(network, ["a", "b"], CANCEL_RESHARING);
    assert.deepEqual(runningOf(network).parameters_votes, { key_by_voter: {}, proposals: {} });
    assert.deepEqual(Object.keys(runningOf(network).add_domains_votes.key_by_voter), ["0"]);
  });

  test("a prospective account's service goes with the prospect, its candidature stays", () => {
    const network = resharingNetwork();
    network.accept("d", "d-service", service("d", "d-service", "d-service"));
    allVote(network, ["a", "b"], CANCEL_RESHARING);
    const record = network.world.records.get(account("d"));
    assert.equal(record?.backup_service, null);
    assert.deepEqual(record?.candidate_info, infoOf("d"));
    assert.equal(network.world.tlsKeys.has(infoOf("d", "d-service").tls_public_key), false);
    network.refuse("d", "d-service", service("d", "d-service", "d-service"), "NOT_A_MEMBER");
  });

  test("so does a re-proposal without it", () => {
    const network = resharingNetwork();
    network.accept("d", "d-service", service("d", "d-service", "d-service"));
    allVote(network, ["a", "b", "c"], newParameters(proposal(network, { threshold: 3 }), 6));
    assert.equal(network.world.records.get(account("d"))?.backup_service, null);
  });
});

describe("Clean-up: after an account leaves, no map holds it", () => {
  test("records, keys, votes and proposals of c are gone", () => {
    const network = runningNetwork();
    network.accept("c", "c-service", service("c", "c-service", "c-service"));
    network.accept("c", "full", addDomains(domain(2)));
    const update: Command = {
      type: "propose_update",
      code_sha256: null,
      code_bytes: 0,
      config: network.world.config,
    };
    network.accept("c", "full", update, 10n ** 24n);
    network.accept("a", "full", update, 10n ** 24n);
    network.accept("c", "full", { type: "vote_update", id: 1 as never });
    for (const command of [proposeHash("v1"), voteHash("v1"), votePolicy("shadow"), shareKey("c")])
      network.accept("c", "full", command);
    allVote(network, ["a", "b"], newParameters(proposal(network, { leave: ["c"], threshold: 2 })));
    reshare(network, ["a", "b"], keyEventId(5, 0, 0));
    network.accept("a", "a-node", start(1, 0));
    network.accept("a", "a-node", reshared(1, 0));
    const { transfers } = network.accept("b", "b-node", reshared(1, 0));
    assert.deepEqual(
      transfers?.map(({ account_id }) => account_id),
      ["c.near"],
    );
    const { state, records, tlsKeys, updates, transparency } = network.world;
    const held = JSON.stringify([state, [...records], [...tlsKeys], updates, transparency]);
    assert.equal(held.includes("c.near"), false);
    assert.equal(held.includes(infoOf("c", "c-service").tls_public_key), false);
    assert.equal(held.includes(urlOf("c")), false);
    network.refuse("c", "c-node", nodeInfo("c", "c-node"), "STORAGE_DEPOSIT_REQUIRED");
  });

  test("an account may come back as a candidate", () => {
    const network = runningNetwork();
    allVote(network, ["a", "b"], newParameters(proposal(network, { leave: ["c"], threshold: 2 })));
    reshare(network, ["a", "b"], keyEventId(5, 0, 0));
    reshare(network, ["a", "b"], keyEventId(5, 1, 0));
    addCandidate(network, "c");
    allVote(network, ["a", "b", "c"], newParameters(proposal(network, { join: ["c"], threshold: 2 }), 6));
    assert.equal(network.kind(), "Resharing");
  });
});
