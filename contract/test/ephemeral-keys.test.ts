import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ephemeralKey as ephemeralKeyAnswer } from "../src/interface/answers.ts";
import { base58Decode } from "../src/interface/base58.ts";
import { readCommand } from "../src/interface/decode-command.ts";
import type { BlockHeight } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { attempt } from "../src/protocol/errors.ts";
import type { EphemeralKey, EphemeralKeyPurpose, TlsKeyRole } from "../src/protocol/records.ts";
import { addCandidate, ephemeralKey, resharingNetwork } from "./support/governance.ts";
import { tlsKey } from "./support/keys.ts";
import {
  account,
  CANCEL,
  CONCLUDE,
  entry,
  runningNetwork,
  type Scenario,
  service,
} from "./support/network.ts";

/** a has the service `a-service`. */
function withService(): Scenario {
  const network = runningNetwork();
  network.accept("a", "a-service", service("a", "a-service", "a-service"));
  return network;
}

function recovering(): Scenario {
  const network = withService();
  network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
  return network;
}

function slots(network: Scenario, name = "a"): string[] {
  const keys: readonly EphemeralKey[] = network.world.records.get(account(name))?.ephemeral_keys ?? [];
  return keys.map(({ role, purpose, session }) => `${role} ${purpose} ${session}`);
}

function shown(network: Scenario, role: TlsKeyRole, purpose: EphemeralKeyPurpose) {
  const record = network.world.records.get(account("a"));
  return ephemeralKeyAnswer(record, { role, purpose }, network.height as BlockHeight);
}

const nodeBackup = (session: number, tls = "a"): Command => ephemeralKey("a", "node", "backup", session, tls);

describe("Backup service: ephemeral keys", () => {
  test("the signer key tells the role; one slot per role and purpose, session = stored + 1", () => {
    const network = recovering();
    network.accept("a", "a-node", nodeBackup(1));
    network.accept("a", "a-service", ephemeralKey("a", "backup_service", "backup", 1, "a-service"));
    network.accept("a", "a-fresh", ephemeralKey("a", "node", "recovery", 1, "a2"));
    network.accept("a", "a-service", ephemeralKey("a", "backup_service", "recovery", 1, "a-service"));
    const { events } = network.accept("a", "a-node", nodeBackup(2));
    assert.equal(events[0]?.event, "ephemeral_key_submitted");
    assert.deepEqual(slots(network), [
      "backup_service backup 1",
      "node recovery 1",
      "backup_service recovery 1",
      "node backup 2",
    ]);
  });

  test("wrong role", () => {
    const network = recovering();
    network.refuse("a", "a-fresh", nodeBackup(1), "SIGNER_WITHOUT_ROLE");
    network.refuse("a", "full", nodeBackup(1), "SIGNER_WITHOUT_ROLE");
    network.refuse("a", "a-node", ephemeralKey("a", "node", "recovery", 1, "a"), "SIGNER_WITHOUT_ROLE");
    network.refuse("b", "b-node", ephemeralKey("b", "node", "recovery", 1, "b"), "NOT_RECOVERING");
    network.refuse("x", "x-node", ephemeralKey("x", "node", "backup", 1, "x"), "NOT_A_MEMBER");
    withService().refuse(
      "a",
      "a-service",
      ephemeralKey("a", "backup_service", "recovery", 1, "a-service"),
      "UNEXPECTED_STATE",
    );
  });

  test("wrong proof: another TLS key, role, session or account", () => {
    const network = withService();
    for (const command of [
      nodeBackup(1, "a-service"),
      nodeBackup(2),
      ephemeralKey("a", "backup_service", "backup", 1, "a"),
      ephemeralKey("b", "node", "backup", 1, "a"),
    ]) {
      const info = network.refuse("a", "a-node", command, "INVALID_EPHEMERAL_KEY_PROOF");
      assert.deepEqual([info.session, info.tls_public_key], [1, tlsKey("a")]);
    }
  });

  test("session reuse: the proof of an overwritten slot is worth nothing", () => {
    const network = withService();
    network.accept("a", "a-node", nodeBackup(1));
    network.refuse("a", "a-node", nodeBackup(1), "INVALID_EPHEMERAL_KEY_PROOF");
    network.accept("a", "a-node", nodeBackup(2));
    network.refuse("a", "a-node", nodeBackup(1), "INVALID_EPHEMERAL_KEY_PROOF");
  });

  test("expired ±1 block: the key is gone, its session is not", () => {
    const network = withService();
    assert.deepEqual(shown(network, "node", "backup"), { session: 0, key: null });
    network.accept("a", "a-node", nodeBackup(1));
    network.height += 600;
    assert.notEqual(shown(network, "node", "backup").key, null);
    network.height += 1;
    assert.deepEqual(shown(network, "node", "backup"), { session: 1, key: null });
    network.refuse("a", "a-node", nodeBackup(1), "INVALID_EPHEMERAL_KEY_PROOF");
    network.accept("a", "a-node", nodeBackup(2));
  });

  test("slots go with what they belong to", () => {
    const filled = (): Scenario => {
      const network = recovering();
      network.accept("a", "a-node", nodeBackup(1));
      network.accept("a", "a-service", ephemeralKey("a", "backup_service", "backup", 1, "a-service"));
      network.accept("a", "a-fresh", ephemeralKey("a", "node", "recovery", 1, "a2"));
      return network;
    };
    const replaced = filled();
    replaced.accept("a", "a-fresh2", entry("a", "a3", "a-fresh2"));
    assert.deepEqual(slots(replaced), ["node backup 1", "backup_service backup 1"]);
    const cancelled = filled();
    cancelled.accept("a", "full", CANCEL, 1n);
    assert.deepEqual(slots(cancelled), ["node backup 1", "backup_service backup 1"]);
    const concluded = filled();
    concluded.accept("a", "a-fresh", CONCLUDE);
    assert.deepEqual(slots(concluded), ["backup_service backup 1"]);
    const newService = filled();
    newService.accept("a", "full", service("a", "a-service2", "a-service2"), 1n);
    assert.deepEqual(slots(newService), ["node backup 1", "node recovery 1"]);
  });

  test("prospective accounts take part, other candidates don't", () => {
    const network = resharingNetwork();
    network.accept("d", "d-node", ephemeralKey("d", "node", "backup", 1, "d"));
    addCandidate(network, "e");
    network.refuse("e", "e-node", ephemeralKey("e", "node", "backup", 1, "e"), "NOT_A_MEMBER");
  });

  test("x25519/ed25519 confusion", () => {
    const { type: _, ...args } = nodeBackup(1);
    const input = JSON.stringify({ ...args, public_key: tlsKey("a") });
    const read = attempt(() => readCommand("submit_ephemeral_key", input, base58Decode));
    assert.ok(!read.ok);
    assert.equal(read.error.name, "WRONG_KEY_KIND");
  });
});
