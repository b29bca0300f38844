import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SeedVersion } from "../src/protocol/brand.ts";
import { allVote, x25519 } from "./support/governance.ts";
import { sha256Hex } from "./support/keys.ts";
import { account, entry, runningNetwork, type Scenario } from "./support/network.ts";
import {
  anchorCall,
  codeHash,
  handover,
  handoverName,
  nonceOf,
  proposeHash,
  seedBackup,
  shareKey,
  voteHash,
} from "./support/transparency.ts";
import { timeAt } from "./support/transparency-world.ts";

/** Proposed by a, allowed by a and b. */
function allow(network: Scenario, label: string): void {
  network.accept("a", "full", proposeHash(label));
  allVote(network, ["a", "b"], voteHash(label));
}

describe("Anchors", () => {
  const digestOf = (...labels: readonly string[]) =>
    sha256Hex(JSON.stringify(labels.map((label) => codeHash(label)).sort()));

  test("behavior: anybody has the contract say nonce, digest, policy and time; nothing is stored", () => {
    const network = runningNetwork();
    const first = network.accept("x", "full", anchorCall("one"));
    const { state } = network.world;
    const time = timeAt(100);
    const statement = (nonce: string, digest: string) => ({
      event: "code_hashes_anchored",
      data: { nonce: nonceOf(nonce), digest, share_keys_digest, rollout_policy: "signer", time },
    });
    const share_keys_digest = sha256Hex("[]");
    assert.deepEqual(first, {
      state,
      records: [],
      tlsKeys: [],
      events: [],
      returns: digestOf(),
      statements: [statement("one", digestOf())],
    });
    const labels = ["v1", "v2", "v3", "v4"];
    for (const label of labels) allow(network, label);
    const stored = network.world.transparency.votes.allowed.map(({ code_hash }) => code_hash);
    assert.notDeepEqual(stored, [...stored].sort(), "or their order would not matter");
    const second = network.accept("x", "full", anchorCall("two"));
    assert.deepEqual(second.statements, [statement("two", digestOf(...labels))]);
  });

  test("behavior: an expired Recovery stays as it is stored", () => {
    const network = runningNetwork();
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    network.height += 100;
    const { state } = network.world;
    assert.equal(network.accept("x", "full", anchorCall("one")).state, state);
  });

  test("behavior: proves everybody's share keys, and which backup of a seed there is", () => {
    const network = runningNetwork();
    for (const name of ["c", "a"]) network.accept(name, "full", shareKey(name));
    const none = network.accept("x", "full", anchorCall("one", null, 1));
    const told = { nonce: nonceOf("one"), version: 1, time: timeAt(100) };
    assert.deepEqual(none.statements?.[1], {
      event: "seed_backup_anchored",
      data: { ...told, digest: null },
    });
    const keys = ["a", "c"].map((name) => [account(name), x25519(`share ${name}`)]);
    const [first] = none.statements ?? [];
    assert.ok(first?.event === "code_hashes_anchored");
    assert.equal(first.data.share_keys_digest, sha256Hex(JSON.stringify(keys)));
    network.accept("a", "full", seedBackup(1), 10n ** 24n);
    const { statements } = network.accept("x", "full", anchorCall("one", null, 1));
    const json = network.world.transparency.seedBackups.get(1 as SeedVersion) ?? "";
    assert.deepEqual(statements?.[1]?.data, { ...told, digest: sha256Hex(json) });
  });

  test("behavior: proves the receipt of a handover, or that there is none", () => {
    const network = runningNetwork();
    const name = handoverName(1, "old", "new");
    const about = { nonce: nonceOf("one"), ...name };
    const none = network.accept("x", "full", anchorCall("one", name));
    assert.deepEqual(none.statements?.[1], {
      event: "handover_anchored",
      data: { ...about, receipt: null, time: timeAt(100) },
    });
    const receipt = handover(1, "old", "new", 200);
    network.accept("x", "full", receipt, 10n ** 24n);
    network.height = 300;
    const { receipt_hash, expires, signature } = receipt;
    const { statements } = network.accept("x", "full", anchorCall("one", name));
    assert.deepEqual(statements?.[1]?.data, {
      ...about,
      receipt: { receipt_hash, expires, signature, confirmed_in: 100 },
      time: timeAt(300),
    });
    const other = network.accept("x", "full", anchorCall("one", handoverName(1, "new", "old")));
    assert.deepEqual(other.statements?.[1]?.data, {
      ...about,
      ...handoverName(1, "new", "old"),
      receipt: null,
      time: timeAt(300),
    });
  });
});
