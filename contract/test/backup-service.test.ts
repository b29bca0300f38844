import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keysetHash } from "../src/interface/keyset-hash.ts";
import type { RecoveryId, Sha256Hex } from "../src/protocol/brand.ts";
import type { Command, ConfirmBackup } from "../src/protocol/commands.ts";
import { sha256Hex, signerKey, tlsKey } from "./support/keys.ts";
import {
  account,
  CANCEL,
  CONCLUDE,
  entry,
  initRunning,
  KEYSET,
  nodeInfo,
  proof,
  runningNetwork,
  type Scenario,
  scenario,
  service,
} from "./support/network.ts";

const CONFIRM: ConfirmBackup = {
  type: "confirm_backup",
  epoch_id: KEYSET.epoch_id,
  keyset_hash: keysetHash(KEYSET, sha256Hex),
  digest: sha256Hex("sealed file") as Sha256Hex,
};

function confirmRecovery(id: number): Command {
  return { type: "confirm_recovery", recovery_id: id as RecoveryId };
}

function withService(): Scenario {
  const network = runningNetwork();
  network.accept("a", "svc", service("a", "a-svc", "svc"));
  return network;
}

describe("registration", () => {
  test("behavior: a service registers itself once, free", () => {
    const network = withService();
    assert.deepEqual(network.world.records.get(account("a"))?.backup_service, {
      public_key: tlsKey("a-svc"),
      signer_account_pk: signerKey("svc"),
      url: null,
      attestation: null,
    });
    network.ignore("a", "svc", service("a", "a-svc", "svc"));
  });

  test("behavior: works in Recovery too; outsiders are refused", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "svc", service("a", "a-svc", "svc"));
    network.refuse("x", "svc", service("x", "x-svc", "svc"), "NOT_A_MEMBER");
    scenario().refuse("a", "svc", service("a", "a-svc", "svc"), "UNEXPECTED_STATE");
  });

  test("behavior: replacing takes the operator, retires the old key and deletes the receipt", () => {
    const network = withService();
    network.accept("a", "svc", CONFIRM);
    const replacement = service("a", "a-svc2", "svc2");
    const info = network.refuse("a", "svc2", replacement, "DEPOSIT_REQUIRED");
    assert.equal(info.reason, "replaces_service");
    network.accept("a", "full", replacement, 1n);
    const record = network.world.records.get(account("a"));
    assert.equal(record?.receipt, null);
    assert.deepEqual(record?.retired_keys, [signerKey("svc")]);
    assert.equal(network.world.tlsKeys.has(tlsKey("a-svc")), false);
    assert.equal(network.world.tlsKeys.get(tlsKey("a-svc2")), account("a"));
  });

  const costly: [string, () => [Scenario, string, Command]][] = [
    ["signed_by_another_key", () => [runningNetwork(), "other", service("a", "a-svc", "svc")]],
    [
      "no_node_key",
      () => {
        const network = scenario();
        network.accept("mpc", "owner", initRunning());
        return [network, "svc", service("a", "a-svc", "svc")];
      },
    ],
    [
      "retired_key",
      () => {
        const network = runningNetwork();
        network.accept("a", "k1", entry("a", "a2", "k1"));
        network.accept("a", "full", CANCEL, 1n);
        return [network, "k1", service("a", "a-svc", "k1")];
      },
    ],
  ];
  for (const [reason, arrange] of costly) {
    test(`behavior: a first registration needs the operator: ${reason}`, () => {
      const [network, signer, command] = arrange();
      assert.equal(network.refuse("a", signer, command, "DEPOSIT_REQUIRED").reason, reason);
      network.accept("a", signer, command, 1n);
    });
  }

  test("behavior: node, recovering and service keep keys of their own", () => {
    const network = runningNetwork();
    network.refuse("a", "a-node", service("a", "a-svc", "a-node"), "KEY_ROLE_CONFLICT");
    network.refuse("a", "svc", service("a", "a", "svc"), "KEY_ROLE_CONFLICT");
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("a", "k1", service("a", "a-svc", "k1"), "KEY_ROLE_CONFLICT", 1n);
    network.refuse("a", "svc", service("a", "a2", "svc"), "KEY_ROLE_CONFLICT", 1n);
    network.refuse("a", "svc", service("a", "b", "svc"), "TLS_KEY_TAKEN", 1n);
  });

  test("behavior: a stolen service key can't become the node key", () => {
    const network = withService();
    network.refuse("a", "svc", nodeInfo("a", "svc"), "KEY_ROLE_CONFLICT", 1n);
  });

  test("behavior: first registration hijack: a key without the TLS key can't record itself as node key", () => {
    const network = scenario();
    network.accept("mpc", "owner", initRunning());
    const forged = { ...nodeInfo("a", "thief"), tls_key_proof: proof("a", "node", "thief-tls", "thief") };
    network.refuse("a", "thief", forged as Command, "INVALID_TLS_KEY_PROOF");
    network.accept("a", "a-node", nodeInfo("a", "a-node"));
  });

  test("behavior: the proof is for the role of a service", () => {
    const network = runningNetwork();
    const command = { ...service("a", "a-svc", "svc"), tls_key_proof: proof("a", "node", "a-svc", "svc") };
    network.refuse("a", "svc", command as Command, "INVALID_TLS_KEY_PROOF");
  });
});

describe("receipts", () => {
  test("behavior: only the service key, only for the current keyset", () => {
    const network = runningNetwork();
    network.refuse("a", "svc", CONFIRM, "NO_BACKUP_SERVICE");
    network.accept("a", "svc", service("a", "a-svc", "svc"));
    network.refuse("a", "a-node", CONFIRM, "WRONG_SIGNER_KEY");
    const other = sha256Hex("other keyset") as Sha256Hex;
    network.refuse("a", "svc", { ...CONFIRM, keyset_hash: other }, "RECEIPT_NOT_CURRENT");
    network.refuse("a", "svc", { ...CONFIRM, epoch_id: 3 as never }, "RECEIPT_NOT_CURRENT");
    network.accept("a", "svc", CONFIRM);
    network.height += 1;
    network.ignore("a", "svc", CONFIRM);
    assert.equal(network.world.records.get(account("a"))?.receipt?.confirmed_in, 100);
  });

  test("behavior: in Recovery the keyset of the running state is current", () => {
    const network = withService();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "svc", CONFIRM);
  });
});

describe("confirmed recoveries", () => {
  test("behavior: marks the open Recovery once, gates nothing", () => {
    const network = withService();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("a", "svc", confirmRecovery(9), "RECOVERY_ID_MISMATCH");
    network.refuse("a", "k1", confirmRecovery(0), "WRONG_SIGNER_KEY");
    network.accept("a", "svc", confirmRecovery(0));
    network.ignore("a", "svc", confirmRecovery(0));
    network.accept("a", "k1", CONCLUDE);
  });

  test("behavior: late, it is an event only", () => {
    const network = withService();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "k1", CONCLUDE);
    const outcome = network.accept("a", "svc", confirmRecovery(0));
    assert.deepEqual(outcome.records, []);
    assert.deepEqual(outcome.events, [
      {
        event: "recovery_backup_confirmed",
        data: { recovery_id: 0, account_id: account("a"), concluded: true },
      },
    ]);
    network.refuse("a", "svc", confirmRecovery(1), "UNEXPECTED_STATE");
  });

  test("behavior: while another account recovers it is refused", () => {
    const network = withService();
    network.accept("b", "k1", entry("b", "b2", "k1"));
    network.refuse("a", "svc", confirmRecovery(0), "NOT_RECOVERING");
  });
});
