import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { signerKey, tlsKey } from "./support/keys.ts";
import { account, approval, CANCEL, CONCLUDE, entry, nodeInfo, runningNetwork } from "./support/network.ts";

describe("expiry", () => {
  test("behavior: one block before `expires_on` the Recovery lives, at it the network is Running", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.height = 120;
    assert.equal(network.kind(), "Recovery");
    network.height = 121;
    assert.equal(network.kind(), "Running");
  });

  test("behavior: the next change stores it, retires the key, starts the cool-down and logs it first", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.height = 121;
    const { events, tlsKeys } = network.accept("b", "k2", entry("b", "b2", "k2"));
    assert.deepEqual(
      events.map((event) => event.event),
      ["recovery_expired", "recovery_started"],
    );
    assert.ok(tlsKeys.some(([key, holder]) => key === tlsKey("a2") && holder === null));
    const record = network.world.records.get(account("a"));
    assert.deepEqual(record?.retired_keys, [signerKey("k1")]);
    assert.deepEqual(record?.cooldown, { ends_on: 131, cause: "expired" });
  });

  test("behavior: the TLS key of an expired Recovery is free for others at once", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "shared", "k1"));
    network.refuse("b", "k2", entry("b", "shared", "k2"), "TLS_KEY_TAKEN");
    network.height = 121;
    network.accept("b", "k2", entry("b", "shared", "k2"));
    assert.equal(network.world.tlsKeys.get(tlsKey("shared")), account("b"));
  });

  test("behavior: after expiry the account waits, and no approval lifts that", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.height = 130;
    network.accept("a", "full", approval("a2", "k2"), 1n);
    const info = network.refuse("a", "k2", entry("a", "a2", "k2"), "RECOVERY_COOLDOWN");
    assert.deepEqual(info, { cause: "expired", height: 130, ends_on: 131 });
    network.height = 131;
    network.accept("a", "k2", entry("a", "a2", "k2"));
  });
});

describe("cancel", () => {
  test("behavior: by the recovering account; the network is as before, the key is retired", () => {
    const network = runningNetwork();
    const before = network.world.state;
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("b", "full", CANCEL, "NOT_RECOVERING", 1n);
    network.accept("a", "full", CANCEL, 1n);
    assert.equal(network.world.state, before);
    assert.equal(network.world.tlsKeys.has(tlsKey("a2")), false);
    assert.deepEqual(network.world.records.get(account("a"))?.retired_keys, [signerKey("k1")]);
    network.refuse("a", "full", CANCEL, "UNEXPECTED_STATE", 1n);
  });

  test("behavior: afterwards the account waits, unless an approval names the entry", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "full", CANCEL, 1n);
    network.height = 109;
    network.refuse("a", "k2", entry("a", "a2", "k2"), "RECOVERY_COOLDOWN");
    network.accept("a", "full", approval("a2", "k2"), 1n);
    network.accept("a", "k2", entry("a", "a2", "k2"));
  });
});

describe("limits", () => {
  test("behavior: entries and replacements count in a sliding window; concluding starts no cool-down", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", CONCLUDE);
    network.height = 110;
    network.accept("a", "k2", entry("a", "a3", "k2"));
    network.accept("a", "k3", entry("a", "a4", "k3"));
    const info = network.refuse("a", "k4", entry("a", "a5", "k4"), "RECOVERY_LIMIT_REACHED");
    assert.deepEqual(info, { entries: 3, limit: 3, possible_on: 340 });
    network.height = 339;
    network.refuse("a", "k4", entry("a", "a5", "k4"), "RECOVERY_LIMIT_REACHED");
    network.height = 340;
    network.accept("a", "k4", entry("a", "a5", "k4"));
    assert.deepEqual(network.world.records.get(account("a"))?.entries, [110, 110, 340]);
  });

  test("behavior: one account's limit is no limit for another", () => {
    const network = runningNetwork();
    for (const key of ["k1", "k2", "k3"]) network.accept("a", key, entry("a", key, key));
    network.height = 121;
    network.accept("b", "k1", entry("b", "b2", "k1"));
  });
});

describe("node key", () => {
  test("behavior: recorded free and proven once, changed only by the operator", () => {
    const network = runningNetwork();
    network.ignore("a", "a-node", nodeInfo("a", "a-node"));
    const info = network.refuse("a", "k2", nodeInfo("a", "k2"), "DEPOSIT_REQUIRED");
    assert.equal(info.reason, "changes_node_key");
    network.accept("a", "k2", nodeInfo("a", "k2"), 1n);
    const record = network.world.records.get(account("a"));
    assert.equal(record?.node_key, signerKey("k2"));
    assert.deepEqual(record?.retired_keys, [signerKey("a-node")]);
  });

  test("behavior: the recovering key is not recorded as node key before it concludes", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("a", "k1", nodeInfo("a", "k1"), "KEY_ROLE_CONFLICT", 1n);
  });
});
