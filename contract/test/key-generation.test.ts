import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DomainId, DomainPublicKey } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { addDomains, allVote, domain, keyEventId, runningOf } from "./support/governance.ts";
import { KEYSET, runningNetwork, type Scenario } from "./support/network.ts";

const [SECP, ED] = KEYSET.domains.map((key) => key.key) as [DomainPublicKey, DomainPublicKey];
const MEMBERS = ["a", "b", "c"];
const TIMEOUT = 30;
const OTHER_SECP = SECP.replace("3tF", "3tG") as DomainPublicKey;

/** All members agreed on domains 2 and 3. */
function initializing(): Scenario {
  const network = runningNetwork();
  allVote(network, MEMBERS, addDomains(domain(2), domain(3, "Frost")));
  return network;
}

const start = (domainId: number, attempt: number): Command => ({
  type: "start_keygen_instance",
  key_event_id: keyEventId(4, domainId, attempt),
});
const pk = (domainId: number, attempt: number, public_key: DomainPublicKey): Command => ({
  type: "vote_pk",
  key_event_id: keyEventId(4, domainId, attempt),
  public_key,
});
const abort = (domainId: number, attempt: number): Command => ({
  type: "vote_abort_key_event_instance",
  key_event_id: keyEventId(4, domainId, attempt),
});
const cancel = (next: number): Command => ({ type: "vote_cancel_keygen", next_domain_id: next as DomainId });

function generate(network: Scenario, domainId: number, attempt: number, key: DomainPublicKey): void {
  network.accept("a", "a-node", start(domainId, attempt));
  for (const name of MEMBERS) network.accept(name, `${name}-node`, pk(domainId, attempt, key));
}

describe("State machine: new domains", () => {
  test("agreement: all members vote the identical list", () => {
    const network = runningNetwork();
    network.accept("a", "full", addDomains(domain(2)));
    network.accept("b", "full", addDomains(domain(2, "Frost")));
    network.accept("c", "full", addDomains(domain(2)));
    assert.equal(network.kind(), "Running");
    const { events, state } = network.accept("b", "full", addDomains(domain(2)));
    assert.deepEqual(
      events.map(({ event }) => event),
      ["add_domains_voted", "keygen_started"],
    );
    assert.ok(state.kind === "Initializing");
    assert.equal(state.domains.next_domain_id, 3);
    assert.deepEqual(state.generated_keys, KEYSET.domains);
  });

  test("a vote said again changes nothing; a proposal without voters is forgotten", () => {
    const network = runningNetwork();
    network.accept("a", "full", addDomains(domain(2)));
    network.ignore("a", "full", addDomains(domain(2)));
    network.accept("a", "full", addDomains(domain(2, "Frost")));
    assert.equal(Object.keys(runningOf(network).add_domains_votes.proposals).length, 1);
  });

  test("disagreeing, empty, gapped, excessive and impossible lists, outsiders", () => {
    const network = runningNetwork();
    network.refuse("a", "full", addDomains(), "NO_DOMAINS_PROPOSED");
    const info = network.refuse("a", "full", addDomains(domain(3)), "DOMAIN_IDS_NOT_CONTIGUOUS");
    assert.deepEqual(info, { provided: 3, expected: 2 });
    network.refuse("a", "full", addDomains(domain(1)), "DOMAIN_IDS_NOT_CONTIGUOUS");
    const many = Array.from({ length: 7 }, (_, at) => domain(2 + at));
    network.refuse("a", "full", addDomains(...many), "TOO_MANY_DOMAINS");
    network.refuse("a", "full", addDomains(domain(2, "Frost", 3)), "RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE");
    network.refuse("x", "full", addDomains(domain(2)), "NOT_A_MEMBER");
  });
});

describe("State machine: key generation", () => {
  test("full tally: the last domain ends in Running, same epoch", () => {
    const network = initializing();
    generate(network, 2, 0, SECP);
    assert.equal(network.kind(), "Initializing");
    generate(network, 3, 0, ED);
    const running = runningOf(network);
    assert.equal(running.keyset.epoch_id, 4);
    assert.deepEqual(
      running.keyset.domains.map((key) => [key.domain_id, key.attempt]),
      [
        [0, 240],
        [1, 0],
        [2, 0],
        [3, 0],
      ],
    );
  });

  test("no vote before start", () => {
    const info = initializing().refuse("b", "b-node", pk(2, 0, SECP), "NO_ATTEMPT_RUNNING");
    assert.equal(info.next_attempt_id, 0);
    initializing().refuse("b", "b-node", abort(2, 0), "NO_ATTEMPT_RUNNING");
  });

  test("leader only, with its node key", () => {
    const network = initializing();
    const info = network.refuse("b", "b-node", start(2, 0), "NOT_LEADER");
    assert.equal(info.leader, "a.near");
    network.refuse("a", "full", start(2, 0), "WRONG_SIGNER_KEY");
    network.accept("a", "a-node", start(2, 0));
    network.refuse("a", "a-node", start(2, 1), "ATTEMPT_RUNNING");
  });

  test("a node without a recorded key takes no part", () => {
    const network = initializing();
    const records = new Map(network.world.records);
    records.delete("b.near" as never);
    network.world = { ...network.world, records };
    network.accept("a", "a-node", start(2, 0));
    network.refuse("b", "b-node", pk(2, 0, SECP), "NO_NODE_KEY");
  });

  test("wrong id", () => {
    const network = initializing();
    network.refuse("a", "a-node", start(2, 1), "KEY_EVENT_MISMATCH");
    network.refuse("a", "a-node", start(3, 0), "KEY_EVENT_MISMATCH");
    network.accept("a", "a-node", start(2, 0));
    const info = network.refuse("b", "b-node", pk(2, 1, SECP), "KEY_EVENT_MISMATCH");
    assert.deepEqual(info.expected, keyEventId(4, 2, 0));
  });

  test("outsiders", () => {
    const network = initializing();
    for (const command of [start(2, 0), pk(2, 0, SECP), abort(2, 0), cancel(4)]) {
      network.refuse("x", "x-node", command, "NOT_A_MEMBER");
    }
  });

  test("timeout ±1 block: the attempt is gone at start + 1 + timeout", () => {
    const network = initializing();
    network.accept("a", "a-node", start(2, 0));
    network.height += TIMEOUT;
    network.accept("b", "b-node", pk(2, 0, SECP));
    network.height += 1;
    network.refuse("c", "c-node", pk(2, 0, SECP), "NO_ATTEMPT_RUNNING");
    network.accept("a", "a-node", start(2, 1));
    const { state } = network.world;
    assert.ok(state.kind === "Initializing");
    assert.deepEqual(state.generating_key.instance?.completed, []);
  });

  test("key disagreement aborts the attempt, even by who voted before", () => {
    const network = initializing();
    network.accept("a", "a-node", start(2, 0));
    network.accept("b", "b-node", pk(2, 0, SECP));
    network.refuse("b", "b-node", pk(2, 0, SECP), "ALREADY_VOTED");
    const { events } = network.accept("b", "b-node", pk(2, 0, OTHER_SECP));
    assert.equal(events[0]?.event, "key_event_aborted");
    network.accept("a", "a-node", start(2, 1));
  });

  test("a key of the wrong curve is refused", () => {
    const network = initializing();
    network.accept("a", "a-node", start(2, 0));
    network.refuse("b", "b-node", pk(2, 0, ED), "DOMAIN_KEY_MISMATCH");
  });

  test("abort: one vote ends the attempt", () => {
    const network = initializing();
    network.accept("a", "a-node", start(2, 0));
    network.accept("a", "a-node", pk(2, 0, SECP));
    network.accept("c", "c-node", abort(2, 0));
    network.refuse("b", "b-node", pk(2, 0, SECP), "NO_ATTEMPT_RUNNING");
  });
});

describe("State machine: cancel keygen", () => {
  test("keeps the prefix and never reuses ids", () => {
    const network = initializing();
    generate(network, 2, 0, SECP);
    network.refuse("a", "full", cancel(3), "NEXT_DOMAIN_ID_MISMATCH");
    network.accept("a", "full", cancel(4));
    network.ignore("a", "full", cancel(4));
    const { events } = network.accept("b", "full", cancel(4));
    assert.deepEqual(events[1]?.data, { epoch_id: 4, dropped_domain_ids: [3] });
    const running = runningOf(network);
    assert.deepEqual(
      running.domains.domains.map(({ id }) => id),
      [0, 1, 2],
    );
    network.refuse("a", "full", addDomains(domain(3)), "DOMAIN_IDS_NOT_CONTIGUOUS");
    network.accept("a", "full", addDomains(domain(4)));
  });

  test("what Running must remember passes through", () => {
    const network = runningNetwork();
    const { state } = network.world;
    const remembered = {
      ...(state as typeof state & { kind: "Running" }),
      previously_cancelled_resharing_epoch_id: 9 as never,
      participants_revision: 7,
    };
    network.world = { ...network.world, state: remembered };
    allVote(network, MEMBERS, addDomains(domain(2)));
    generate(network, 2, 0, SECP);
    assert.equal(runningOf(network).previously_cancelled_resharing_epoch_id, 9);
    assert.equal(runningOf(network).participants_revision, 7);
  });
});
