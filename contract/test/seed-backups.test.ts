import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SeedVersion, Sha256Hex, UnixSeconds } from "../src/protocol/brand.ts";
import { MAX_SEED_SHARES, STORAGE_YOCTO_PER_BYTE } from "../src/protocol/limits.ts";
import { handoverCostYocto } from "../src/protocol/transparency/confirm-handover.ts";
import { handoverReceiptText, shareKeyText } from "../src/protocol/transparency/signed-texts.ts";
import { addCandidate, allVote, NEAR, newParameters, proposal, x25519 } from "./support/governance.ts";
import { sha256Hex, signMessage, tlsKey } from "./support/keys.ts";
import { account, CONCLUDE, entry, runningNetwork, type Scenario, scenario } from "./support/network.ts";
import { handover, handoverName, seedBackup, shareKey } from "./support/transparency.ts";
import { timeAt } from "./support/transparency-world.ts";

const keysOf = ({ world }: Scenario) => JSON.parse(world.transparency.shareKeys) as [string, string][];

describe("Share keys", () => {
  test("behavior: a member publishes one key, proven by its TLS key; sorted by account", () => {
    const network = runningNetwork();
    for (const name of ["b", "a", "c"]) network.accept(name, "full", shareKey(name));
    assert.deepEqual(
      keysOf(network),
      ["a", "b", "c"].map((name) => [account(name), x25519(`share ${name}`)]),
    );
    network.ignore("a", "full", shareKey("a"));
    const { events } = network.accept("b", "full", shareKey("b", "another"));
    const data = { account_id: account("b"), public_key: x25519("share another") };
    assert.deepEqual(events, [{ event: "share_key_published", data }]);
    assert.deepEqual(keysOf(network)[1], [account("b"), x25519("share another")]);
    assert.equal(keysOf(network).length, 3);
  });

  test("behavior: outsiders and candidates publish none", () => {
    const network = runningNetwork();
    addCandidate(network, "d");
    network.refuse("d", "full", shareKey("d"), "NOT_A_MEMBER");
    scenario().refuse("a", "full", shareKey("a"), "UNEXPECTED_STATE");
  });

  test("behavior: the proof is the TLS key's in force, for this account and this key", () => {
    const network = runningNetwork();
    const key = shareKey("a");
    for (const forged of [
      shareKey("a", "a", "b"),
      shareKey("a", "a", "a", "b"),
      { ...key, public_key: x25519("share of mallory") } as typeof key,
    ]) {
      const found = network.refuse("a", "full", forged, "INVALID_SHARE_KEY_PROOF");
      assert.equal(found.tls_public_key, tlsKey("a"));
    }
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    network.accept("a", "a-fresh", CONCLUDE);
    network.refuse("a", "full", key, "INVALID_SHARE_KEY_PROOF");
    network.accept("a", "full", shareKey("a", "a", "a2"));
  });

  test("behavior: the key goes when its account leaves, and not before", () => {
    const network = runningNetwork({});
    for (const name of ["a", "b", "c"]) network.accept(name, "full", shareKey(name));
    const state = network.world.state;
    assert.ok(state.kind === "Running");
    network.world = {
      ...network.world,
      state: {
        ...state,
        keyset: { ...state.keyset, domains: [] },
        domains: { domains: [], next_domain_id: 2 as never },
      },
    };
    const body = proposal(network, { leave: ["c"], threshold: 2 });
    allVote(network, ["a"], newParameters(body));
    assert.equal(keysOf(network).length, 3);
    allVote(network, ["b"], newParameters(body));
    assert.deepEqual(
      keysOf(network).map(([owner]) => owner),
      [account("a"), account("b")],
    );
  });
});

describe("Seed backups", () => {
  const backupOf = ({ world }: Scenario, version: number) =>
    world.transparency.seedBackups.get(version as SeedVersion) ?? "null";

  test("behavior: a member publishes, pays for the bytes and gets the rest back", () => {
    const network = runningNetwork();
    const backup = seedBackup(1);
    network.refuse("x", "full", backup, "NOT_A_MEMBER", NEAR);
    const { required_yocto } = network.refuse("a", "full", backup, "DEPOSIT_REQUIRED", 1n);
    const { events, transfers } = network.accept("a", "full", backup, NEAR);
    const { type: _, ...published } = backup;
    const shown = JSON.parse(backupOf(network, 1)) as unknown;
    assert.deepEqual(shown, { ...published, publisher: account("a"), published_in: 100 });
    const cost = BigInt(required_yocto);
    assert.deepEqual(transfers, [{ account_id: account("a"), amountYocto: NEAR - cost }]);
    const bytes = BigInt(Buffer.byteLength(backupOf(network, 1)));
    assert.ok(cost >= (bytes + 40n + 3n) * STORAGE_YOCTO_PER_BYTE, "the record, its key and its place");
    assert.deepEqual(events, [
      {
        event: "seed_backup_published",
        data: {
          version: 1,
          commitment: backup.commitment,
          threshold: 2,
          shares: 3,
          publisher: account("a"),
        },
      },
    ]);
  });

  test("behavior: bytes are paid for, not characters", () => {
    const network = runningNetwork();
    const wide = seedBackup(1, ["a", "b"], {
      shares: [
        [account("a"), `{${"€".repeat(100)}`],
        [account("b"), "{"],
      ],
    });
    const narrow = seedBackup(1, ["a", "b"], {
      shares: [
        [account("a"), `{${"e".repeat(100)}`],
        [account("b"), "{"],
      ],
    });
    const cost = (backup: typeof wide) =>
      BigInt(network.refuse("a", "full", backup, "DEPOSIT_REQUIRED").required_yocto);
    assert.equal(cost(wide) - cost(narrow), 200n * STORAGE_YOCTO_PER_BYTE);
  });

  test("behavior: the first one of a version stays for ever; the same once more has no effect", () => {
    const network = runningNetwork();
    network.accept("a", "full", seedBackup(1), NEAR);
    const before = network.world.transparency.seedBackups;
    network.height += 5;
    const again = network.accept("b", "full", seedBackup(1), 7n);
    assert.deepEqual(again.events, []);
    assert.deepEqual(again.transfers, [{ account_id: account("b"), amountYocto: 7n }]);
    for (const other of [
      seedBackup(1, ["a", "b"]),
      seedBackup(1, ["a", "b", "c"], { threshold: 3 }),
      seedBackup(1, ["a", "b", "c"], { commitment: seedBackup(2).commitment }),
      seedBackup(1, ["a", "b", "c", "d"]),
    ])
      assert.deepEqual(network.refuse("a", "full", other, "SEED_BACKUP_PUBLISHED", NEAR), { version: 1 });
    assert.equal(network.world.transparency.seedBackups, before);
    network.accept("b", "full", seedBackup(2), NEAR);
    assert.equal(network.world.transparency.seedBackups.size, 2);
  });

  test("behavior: it outlives its publisher's membership", () => {
    const network = runningNetwork();
    network.accept("c", "full", seedBackup(1), NEAR);
    const kept = backupOf(network, 1);
    const { state } = network.world;
    assert.ok(state.kind === "Running");
    network.world = {
      ...network.world,
      state: {
        ...state,
        keyset: { ...state.keyset, domains: [] },
        domains: { domains: [], next_domain_id: 2 as never },
      },
    };
    allVote(network, ["a", "b"], newParameters(proposal(network, { leave: ["c"], threshold: 2 })));
    assert.equal(backupOf(network, 1), kept);
  });

  test("behavior: thresholds from 2 to the number of shares", () => {
    const network = runningNetwork();
    for (const threshold of [0, 1, 4]) {
      const backup = seedBackup(1, ["a", "b", "c"], { threshold });
      const found = network.refuse("a", "full", backup, "SEED_THRESHOLD_OUT_OF_RANGE", NEAR);
      assert.deepEqual(found, { provided: threshold, minimum: 2, maximum: 3 });
    }
    network.refuse("a", "full", seedBackup(1, ["a"]), "SEED_THRESHOLD_OUT_OF_RANGE", NEAR);
    network.refuse("a", "full", seedBackup(1, []), "SEED_THRESHOLD_OUT_OF_RANGE", NEAR);
    network.accept("a", "full", seedBackup(1, ["a", "b", "c"], { threshold: 3 }), NEAR);
    const many = Array.from({ length: MAX_SEED_SHARES }, (_, at) => `m${String(at).padStart(3, "0")}`);
    network.accept("a", "full", seedBackup(2, many, { threshold: MAX_SEED_SHARES }), NEAR);
  });

  test("behavior: shares are sorted by account, one each", () => {
    const network = runningNetwork();
    const found = network.refuse("a", "full", seedBackup(1, ["a", "c", "b"]), "SHARES_NOT_SORTED", NEAR);
    assert.equal(found.account_id, account("b"));
    network.refuse("a", "full", seedBackup(1, ["a", "b", "b"]), "SHARES_NOT_SORTED", NEAR);
  });
});

describe("Handovers", () => {
  const COST = handoverCostYocto();

  test("behavior: anybody files the receipt and pays for it", () => {
    const network = runningNetwork();
    const receipt = handover(1, "old", "new", 200);
    const found = network.refuse("x", "full", receipt, "DEPOSIT_REQUIRED", COST - 1n);
    assert.equal(found.required_yocto, String(COST));
    const { events, transfers } = network.accept("x", "full", receipt, COST + 2n);
    assert.deepEqual(transfers, [{ account_id: account("x"), amountYocto: 2n }]);
    const { type: _, signature: __, ...told } = receipt;
    assert.deepEqual(events, [{ event: "handover_confirmed", data: told }]);
    scenario().refuse("x", "full", receipt, "UNEXPECTED_STATE", COST);
  });

  test("behavior: no receipt is taken at its expiry or later", () => {
    const network = runningNetwork();
    const receipt = handover(1, "old", "new", 200);
    network.height = 200;
    const found = network.refuse("x", "full", receipt, "HANDOVER_EXPIRED", COST);
    assert.deepEqual(found, { expires: timeAt(200), time: timeAt(200) });
    network.height = 199;
    network.accept("x", "full", receipt, COST);
  });

  test("behavior: the recipient signs version, sender, hash and expiry, for this contract", () => {
    const network = runningNetwork();
    const receipt = handover(1, "old", "new", 200);
    const forged = [
      { version: 2 as SeedVersion },
      { from: tlsKey("other") },
      { to: tlsKey("other") },
      { receipt_hash: sha256Hex("other") as typeof receipt.receipt_hash },
      { expires: timeAt(300) },
      { signature: handover(1, "old", "other", 200).signature },
    ];
    for (const change of forged)
      network.refuse("x", "full", { ...receipt, ...change }, "INVALID_HANDOVER_SIGNATURE", COST);
    network.accept("x", "full", receipt, COST);
  });

  test("behavior: the first receipt stays; the same once more has no effect, even late", () => {
    const network = runningNetwork();
    const receipt = handover(1, "old", "new", 200);
    network.accept("x", "full", receipt, COST);
    network.height = 500;
    network.ignore("x", "full", receipt);
    assert.deepEqual(network.accept("y", "full", receipt, 5n).transfers, [
      { account_id: account("y"), amountYocto: 5n },
    ]);
    for (const other of [handover(1, "old", "new", 900), handover(1, "old", "new", 200, "another receipt")]) {
      const found = network.refuse("x", "full", other, "HANDOVER_CONFIRMED", COST);
      assert.equal(found.receipt_hash, receipt.receipt_hash);
    }
  });

  test("behavior: a version may have several handovers", () => {
    const network = runningNetwork();
    for (const [from, to] of [
      ["old", "new"],
      ["old", "other"],
      ["new", "old"],
    ] as const)
      network.accept("x", "full", handover(1, from, to, 200), COST);
    network.accept("x", "full", handover(2, "old", "new", 200), COST);
    assert.equal(network.world.transparency.handovers.size, 4);
  });
});

describe("Signed texts", () => {
  const signedFor = { network_id: "testnet", contract_id: account("mpc") };

  test("behavior: share keys and receipts are signed for one network and contract, line by line", () => {
    const key = x25519("share");
    assert.deepEqual(shareKeyText(signedFor, account("a"), key).split("\n"), [
      "mpc-recovery/share-key/v1",
      "testnet",
      "mpc.near",
      "a.near",
      key,
    ]);
    const receipt_hash = sha256Hex("receipt") as Sha256Hex;
    const text = handoverReceiptText(signedFor, handoverName(4, "old", "new"), {
      receipt_hash,
      expires: 1_800_000_000 as UnixSeconds,
    });
    assert.deepEqual(text.split("\n"), [
      "mpc-recovery/handover-receipt/v2",
      "testnet",
      "mpc.near",
      "4",
      tlsKey("old"),
      receipt_hash,
      "1800000000",
    ]);
  });

  test("behavior: what was signed for another network or contract counts nowhere else", () => {
    const network = runningNetwork();
    const elsewhere = [
      { ...signedFor, network_id: "mainnet" },
      { ...signedFor, contract_id: account("other") },
    ];
    const key = x25519("share a");
    const receipt = handover(1, "old", "new", 200);
    for (const other of elsewhere) {
      const proof = signMessage("a", shareKeyText(other, account("a"), key));
      const published = { type: "publish_share_key", public_key: key, proof } as const;
      network.refuse("a", "full", published, "INVALID_SHARE_KEY_PROOF");
      const signature = signMessage("new", handoverReceiptText(other, receipt, receipt));
      network.refuse("x", "full", { ...receipt, signature }, "INVALID_HANDOVER_SIGNATURE", NEAR);
    }
  });
});
