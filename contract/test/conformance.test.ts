/** Rules of the conformance list that have no place in the other files. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keysetHash } from "../src/interface/keyset-hash.ts";
import type { AttemptId, DomainId, DomainPublicKey, Sha256Hex } from "../src/protocol/brand.ts";
import type { Command, InitRunning } from "../src/protocol/commands.ts";
import { MAX_DOMAINS } from "../src/protocol/limits.ts";
import { currentKeyset } from "../src/protocol/rules/members.ts";
import type { Keyset } from "../src/protocol/state.ts";
import { domainKey } from "./model/cast.ts";
import {
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
import { sha256Hex } from "./support/keys.ts";
import {
  CONCLUDE,
  entry,
  initRunning,
  nodeInfo,
  runningNetwork,
  type Scenario,
  scenario,
  service,
} from "./support/network.ts";

const ALL = ["a", "b", "c"];

/** a, b and c with this many domains, in epoch 4. */
function networkWith(count: number): Scenario {
  const start = initRunning() as InitRunning;
  const keys = Array.from({ length: count }, (_, at) => ({
    domain_id: at as DomainId,
    key: domainKey("CaitSith", `domain ${at}`),
    attempt: 3 as AttemptId,
  }));
  const network = scenario();
  network.accept("mpc", "owner", {
    ...start,
    domains: keys.map(({ domain_id }) => domain(domain_id)),
    next_domain_id: count as DomainId,
    keyset: { ...start.keyset, domains: keys },
  });
  for (const name of ALL) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  return network;
}

describe("State machine: agreement transitions (0–8 domains)", () => {
  for (let count = 0; count <= MAX_DOMAINS; count++) {
    test(`${count} domains are handed over one after another, keys unchanged`, () => {
      const network = networkWith(count);
      const before = runningOf(network).keyset;
      allVote(network, ALL, newParameters(proposal(network, { threshold: 3 })));
      for (let at = 0; at < count; at++) {
        assert.equal(network.kind(), "Resharing");
        reshare(network, ALL, keyEventId(5, at, 0));
      }
      assert.equal(network.kind(), "Running");
      const { keyset, parameters, participants_revision } = runningOf(network);
      assert.deepEqual([keyset.epoch_id, parameters.threshold, participants_revision], [5, 3, 1]);
      assert.deepEqual(
        keyset.domains,
        before.domains.map((key) => ({ ...key, attempt: 0 })),
      );
    });

    const added = MAX_DOMAINS - count;
    if (added === 0) continue;
    test(`${count} domains become ${MAX_DOMAINS} by key generation, in the same epoch`, () => {
      const network = networkWith(count);
      const list = Array.from({ length: added }, (_, at) => domain(count + at));
      allVote(network, ALL, addDomains(...list));
      for (const { id } of list) generate(network, id);
      assert.equal(network.kind(), "Running");
      const { keyset, domains } = runningOf(network);
      assert.deepEqual([keyset.epoch_id, keyset.domains.length, domains.next_domain_id], [4, 8, 8]);
    });
  }
});

function generate(network: Scenario, id: DomainId): void {
  const key_event_id = keyEventId(4, id, 0);
  network.accept("a", "a-node", { type: "start_keygen_instance", key_event_id });
  const public_key: DomainPublicKey = domainKey("CaitSith", `made ${id}`);
  for (const name of ALL) network.accept(name, `${name}-node`, { type: "vote_pk", key_event_id, public_key });
}

describe("Recovery: conclude after Resharing", () => {
  test("a conclude that was sent before the Resharing and arrives after it changes nothing", () => {
    const network = runningNetwork();
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    allVote(network, ALL, newParameters(proposal(network, { threshold: 3 })));
    network.refuse("a", "a-fresh", CONCLUDE, "UNEXPECTED_STATE");
    reshare(network, ALL, keyEventId(5, 0, 0));
    reshare(network, ALL, keyEventId(5, 1, 0));
    network.refuse("a", "a-fresh", CONCLUDE, "UNEXPECTED_STATE");
    assert.deepEqual(
      runningOf(network).parameters.participants.participants[0]?.[2].url,
      "https://a.example:8443",
    );
  });

  test("a later cancel returns to Running, never to Recovery, and the recovering key stays void", () => {
    const network = runningNetwork();
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    allVote(network, ALL, newParameters(proposal(network, { threshold: 3 })));
    allVote(network, ["b", "c"], { type: "vote_cancel_resharing" });
    assert.equal(network.kind(), "Running");
    network.refuse("a", "a-fresh", entry("a", "a2", "a-fresh"), "APPROVAL_REQUIRED");
  });
});

describe("Backup service: register while prospective", () => {
  test("once proposed in a Resharing, not before; the service stays with the new member", () => {
    const network = resharingNetwork();
    network.refuse("x", "x-svc", service("x", "x-svc", "x-svc"), "NOT_A_MEMBER");
    network.accept("d", "d-svc", service("d", "d-svc", "d-svc"));
    for (const at of [0, 1]) reshare(network, ["a", "b", "c", "d"], keyEventId(5, at, 0));
    network.accept("d", "d-svc", receiptOf(runningOf(network).keyset));
  });
});

describe("Backup service: receipts for the current keyset only", () => {
  test("same epoch with a new domain: the receipt of before is worth nothing", () => {
    const network = networkWith(1);
    network.accept("b", "b-svc", service("b", "b-svc", "b-svc"));
    const old = receiptOf(runningOf(network).keyset);
    network.accept("b", "b-svc", old);
    allVote(network, ALL, addDomains(domain(1), domain(2)));
    network.ignore("b", "b-svc", old);
    generate(network, 1 as DomainId);
    network.refuse("b", "b-svc", old, "RECEIPT_NOT_CURRENT");
    const { state } = network.world;
    assert.ok(state.kind === "Initializing");
    network.accept("b", "b-svc", receiptOf(currentKeyset(state)));
    generate(network, 2 as DomainId);
    assert.equal(runningOf(network).keyset.epoch_id, 4);
    const found = network.refuse("b", "b-svc", old, "RECEIPT_NOT_CURRENT");
    assert.equal(found.provided_epoch_id, found.expected_epoch_id);
  });
});

function receiptOf(keyset: Keyset): Command {
  return {
    type: "confirm_backup",
    epoch_id: keyset.epoch_id,
    keyset_hash: keysetHash(keyset, sha256Hex),
    digest: sha256Hex("sealed") as Sha256Hex,
  };
}
