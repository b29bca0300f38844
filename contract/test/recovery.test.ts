import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RecoveryId } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { RecoveryState, RunningState } from "../src/protocol/state.ts";
import { signerKey, tlsKey } from "./support/keys.ts";
import {
  account,
  approval,
  CANCEL,
  CONCLUDE,
  entry,
  infoOf,
  initRunning,
  KEYSET,
  nodeInfo,
  runningNetwork,
  type Scenario,
  scenario,
  service,
  urlOf,
} from "./support/network.ts";

function open(network: Scenario): RecoveryState {
  const { state } = network.world;
  if (state.kind !== "Recovery") return assert.fail(`expected Recovery, found ${state.kind}`);
  return state;
}

function running(network: Scenario): RunningState {
  const { state } = network.world;
  if (state.kind !== "Running") return assert.fail(`expected Running, found ${state.kind}`);
  return state;
}

function concludeWith(keyset: typeof KEYSET, recovery_id: number | null = null): Command {
  return { type: "conclude_recovery", keyset, recovery_id: recovery_id as RecoveryId | null };
}

describe("a lost node comes back", () => {
  test("behavior: account, id, keyset, epoch and threshold stay, the info changes", () => {
    const network = runningNetwork();
    const before = running(network);
    const started = network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    assert.equal(open(network).recovering.expires_on, 121);
    assert.equal(open(network).previous_running_state, before);
    assert.deepEqual(
      started.events.map((event) => event.event),
      ["recovery_started"],
    );
    const { events } = network.accept("a", "a-fresh", concludeWith(KEYSET, 0));
    const after = running(network);
    assert.deepEqual(
      events.map((event) => event.event),
      ["recovery_concluded"],
    );
    assert.deepEqual(after.parameters.participants.participants[0], [account("a"), 0, infoOf("a", "a2")]);
    assert.deepEqual(
      after.parameters.participants.participants.slice(1),
      before.parameters.participants.participants.slice(1),
    );
    assert.equal(after.keyset, before.keyset);
    assert.equal(after.domains, before.domains);
    assert.equal(after.parameters.threshold, 2);
    assert.equal(after.participants_revision, 1);
  });

  test("behavior: the recovering key becomes the node key, the old one is retired", () => {
    const network = runningNetwork();
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    network.accept("a", "a-fresh", CONCLUDE);
    const record = network.world.records.get(account("a"));
    assert.equal(record?.node_key, signerKey("a-fresh"));
    assert.deepEqual(record?.retired_keys, [signerKey("a-node")]);
    assert.equal(record?.last_concluded_recovery_id, 0);
    assert.equal(network.world.tlsKeys.get(tlsKey("a2")), account("a"));
    assert.equal(network.world.tlsKeys.has(tlsKey("a")), false);
  });

  test("behavior: A→B→A, an account may return to its own earlier TLS key", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", CONCLUDE);
    network.accept("a", "k2", entry("a", "a", "k2"));
    network.accept("a", "k2", CONCLUDE);
    assert.equal(running(network).parameters.participants.participants[0]?.[2].tls_public_key, tlsKey("a"));
  });

  test("behavior: Running→Recovery→Running in the same block leaves a trace for a watcher", () => {
    const network = runningNetwork();
    const { participants_revision } = running(network);
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", CONCLUDE);
    assert.equal(running(network).participants_revision, participants_revision + 1);
    assert.equal(network.world.counters.next_recovery_id, 1);
  });
});

describe("the registered TLS key is harmless", () => {
  test("behavior: in Running and in Recovery it succeeds and writes nothing, whatever key signs", () => {
    const network = runningNetwork();
    for (const signer of ["a-node", "stolen"]) network.ignore("a", signer, entry("a", "a", signer));
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.ignore("a", "a-node", entry("a", "a", "a-node"));
    network.ignore("b", "b-node", entry("b", "b", "b-node"));
  });

  test("behavior: even when an expiry waits to be stored it writes nothing", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.height = 500;
    network.ignore("b", "b-node", entry("b", "b", "b-node"));
    assert.equal(network.world.state.kind, "Recovery");
    assert.equal(network.kind(), "Running");
  });

  test("behavior: no proof, approval, limit or cool-down stands in its way", () => {
    const network = runningNetwork({ require_recovery_approval: true, require_attestation: false });
    network.ignore("a", "a-node", { ...entry("b", "b", "b-node"), participant_info: infoOf("a") });
  });

  test("behavior: with another URL it is USE_UPDATE_URL, another account's key is TLS_KEY_TAKEN", () => {
    const network = runningNetwork();
    const elsewhere = { ...infoOf("a"), url: urlOf("elsewhere") };
    network.refuse("a", "k1", { ...entry("a", "a", "k1"), participant_info: elsewhere }, "USE_UPDATE_URL");
    network.refuse("a", "k1", entry("a", "b", "k1"), "TLS_KEY_TAKEN");
    network.accept("b", "k1", entry("b", "b2", "k1"));
    network.refuse("a", "k1", entry("a", "b2", "k1"), "TLS_KEY_TAKEN");
  });
});

describe("who may enter", () => {
  test("behavior: nobody before the start, no outsider, no second member", () => {
    scenario().refuse("a", "k1", entry("a", "a2", "k1"), "UNEXPECTED_STATE");
    const network = runningNetwork();
    network.refuse("x", "k1", entry("x", "x2", "k1"), "NOT_A_MEMBER");
    network.accept("a", "k1", entry("a", "a2", "k1"));
    const info = network.refuse("b", "k2", entry("b", "b2", "k2"), "UNEXPECTED_STATE");
    assert.deepEqual(info, { current: "Recovery", expected: ["Running"] });
  });

  test("behavior: node and service keys never, retired keys only with an approval that names both keys", () => {
    const network = runningNetwork();
    network.accept("a", "a-service", service("a", "a-service", "a-service"));
    network.refuse("a", "a-node", entry("a", "a2", "a-node"), "KEY_ROLE_CONFLICT");
    network.refuse("a", "a-service", entry("a", "a2", "a-service"), "KEY_ROLE_CONFLICT");
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", CONCLUDE);
    const info = network.refuse("a", "a-node", entry("a", "a3", "a-node"), "APPROVAL_REQUIRED");
    assert.equal(info.reason, "retired_key");
    network.accept("a", "full", approval("other", "a-node"), 1n);
    network.refuse("a", "a-node", entry("a", "a3", "a-node"), "APPROVAL_REQUIRED");
    network.accept("a", "full", approval("a3", "other"), 1n);
    network.refuse("a", "a-node", entry("a", "a3", "a-node"), "APPROVAL_REQUIRED");
    network.accept("a", "full", approval("a3", "a-node"), 1n);
    network.accept("a", "a-node", entry("a", "a3", "a-node"));
    assert.equal(network.world.records.get(account("a"))?.approval, null);
  });

  test("behavior: an approval lapses at its height and is used once", () => {
    const network = runningNetwork({ require_recovery_approval: true });
    network.refuse("a", "k1", entry("a", "a2", "k1"), "APPROVAL_REQUIRED");
    network.accept("a", "full", approval("a2", "k1"), 1n);
    network.height += 21;
    network.refuse("a", "k1", entry("a", "a2", "k1"), "APPROVAL_REQUIRED");
    network.accept("a", "full", approval("a2", "k1"), 1n);
    network.height += 20;
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("a", "k2", entry("a", "a3", "k2"), "APPROVAL_REQUIRED");
  });

  test("behavior: without a recorded node key an approval is needed", () => {
    const network = scenario();
    network.accept("mpc", "owner", initRunning());
    const info = network.refuse("a", "k1", entry("a", "a2", "k1"), "APPROVAL_REQUIRED");
    assert.equal(info.reason, "no_node_key");
    network.accept("a", "full", approval("a2", "k1"), 1n);
    network.accept("a", "k1", entry("a", "a2", "k1"));
  });

  test("behavior: after sixteen retired keys every key may be an old one", () => {
    const network = runningNetwork();
    for (let round = 0; round < 16; round++) {
      network.height += 300;
      network.accept("a", `k${round}`, entry("a", `t${round}`, `k${round}`));
      network.accept("a", `k${round}`, CONCLUDE);
    }
    assert.equal(network.world.records.get(account("a"))?.retired_keys.length, 16);
    network.height += 300;
    const info = network.refuse("a", "new", entry("a", "t99", "new"), "APPROVAL_REQUIRED");
    assert.equal(info.reason, "retired_keys_full");
  });

  test("behavior: the TLS key must be proven for this network, account, role and access key", () => {
    const network = runningNetwork();
    const taken = { ...entry("a", "a2", "k1"), tls_key_proof: entry("b", "a2", "k1").tls_key_proof };
    network.refuse("a", "k1", taken, "INVALID_TLS_KEY_PROOF");
    network.refuse("a", "k2", entry("a", "a2", "k1"), "INVALID_TLS_KEY_PROOF");
  });

  test("behavior: the prospective TLS key is none of the account's others", () => {
    const network = runningNetwork();
    network.accept("a", "a-service", service("a", "a-service", "a-service"));
    network.refuse("a", "k1", entry("a", "a-service", "k1"), "KEY_ROLE_CONFLICT");
  });
});

describe("stolen keys", () => {
  test("behavior: the old machine can't re-enter with its node key after it was replaced", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", CONCLUDE);
    network.refuse("a", "a-node", entry("a", "a", "a-node"), "APPROVAL_REQUIRED");
    network.refuse("a", "a-node", nodeInfo("a", "a-node"), "USE_RECOVERY");
  });

  test("behavior: the recovering key of a cancelled Recovery can't come back alone", () => {
    const network = runningNetwork();
    network.accept("a", "stolen", entry("a", "evil", "stolen"));
    network.accept("a", "full", CANCEL, 1n);
    network.height += 10;
    network.refuse("a", "stolen", entry("a", "evil", "stolen"), "APPROVAL_REQUIRED");
  });

  test("behavior: a TLS key seen in flight can't be claimed for another account", () => {
    const network = runningNetwork();
    const seen = entry("a", "a2", "k1");
    network.refuse("b", "k1", { ...seen, participant_info: infoOf("b", "a2") }, "INVALID_TLS_KEY_PROOF");
  });
});

describe("replacement", () => {
  test("behavior: new id, same time and votes, old key released and retired, receipt of the backup undone", () => {
    const network = runningNetwork();
    network.accept("a", "a-service", service("a", "a-service", "a-service"));
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "a-service", { type: "confirm_recovery", recovery_id: 0 as RecoveryId });
    assert.equal(open(network).recovering.backup_confirmed, true);
    network.height += 5;
    const { events } = network.accept("a", "k2", entry("a", "a3", "k2"));
    assert.deepEqual(
      events.map((event) => event.event),
      ["recovery_replaced"],
    );
    const { recovery_id, first_recovery_id, recovering } = open(network);
    assert.deepEqual([recovery_id, first_recovery_id], [1, 0]);
    assert.deepEqual([recovering.started_in, recovering.expires_on], [100, 121]);
    assert.equal(recovering.backup_confirmed, false);
    assert.equal(network.world.tlsKeys.has(tlsKey("a2")), false);
    assert.deepEqual(network.world.records.get(account("a"))?.retired_keys, [signerKey("k1")]);
  });

  test("behavior: identical content is no entry", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    for (let times = 0; times < 9; times++) network.ignore("a", "k1", entry("a", "a2", "k1"));
    assert.equal(network.world.records.get(account("a"))?.entries.length, 1);
  });

  test("behavior: a delayed conclude of the replaced record is refused, with and without an id", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", entry("a", "a3", "k1"));
    const required = network.refuse("a", "k1", CONCLUDE, "RECOVERY_ID_REQUIRED");
    assert.equal(required.expected, 1);
    network.refuse("a", "k1", concludeWith(KEYSET, 0), "RECOVERY_ID_MISMATCH");
    network.accept("a", "k1", concludeWith(KEYSET, 1));
  });

  test("behavior: the key of the replaced record may not conclude", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k2", entry("a", "a3", "k2"));
    network.refuse("a", "k1", concludeWith(KEYSET, 1), "WRONG_SIGNER_KEY");
  });
});
