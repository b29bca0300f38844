/** Edges of the rules for an entry into Recovery that only show from one side. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Url } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { MAX_RETIRED_KEYS } from "../src/protocol/limits.ts";
import { allVote, resharingNetwork } from "./support/governance.ts";
import { signerKey } from "./support/keys.ts";
import {
  account,
  approval,
  CANCEL,
  CONCLUDE,
  entry,
  proof,
  runningNetwork,
  type Scenario,
  service,
} from "./support/network.ts";

const record = ({ world }: Scenario, name = "a") =>
  world.records.get(account(name)) ?? assert.fail("no record");

describe("behavior: entries into Recovery, the edges", () => {
  test("behavior: the list of retired keys never gets longer than it may be", () => {
    const network = runningNetwork();
    const names = Array.from({ length: MAX_RETIRED_KEYS }, (_, at) => `old-${at}`);
    const full = { ...record(network), retired_keys: names.map(signerKey) };
    const records = new Map(network.world.records).set(account("a"), full);
    network.world = { ...network.world, records };
    network.accept("a", "full", approval("a2", "a-fresh"), 1n);
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    network.accept("a", "a-fresh", CONCLUDE);
    assert.equal(record(network).node_key, signerKey("a-fresh"));
    assert.deepEqual(record(network).retired_keys, full.retired_keys);
  });

  test("behavior: a cool-down that an approval lifted doesn't come back for who replaces the record", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.accept("a", "full", CANCEL, 1n);
    network.accept("a", "full", approval("a3", "k2"), 1n);
    network.accept("a", "k2", entry("a", "a3", "k2"));
    assert.ok((record(network).cooldown?.ends_on ?? 0) > network.height);
    network.accept("a", "k3", entry("a", "a4", "k3"));
  });

  test("behavior: a TLS key is proved once; the same record may move to another address without a new proof", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    const { participant_info, ...rest } = entry("a", "a2", "k1");
    const moved: Command = {
      ...rest,
      participant_info: { ...participant_info, url: "https://moved.example" as Url },
      tls_key_proof: proof("a", "node", "a3", "k1"),
    };
    network.accept("a", "k1", moved);
    const { state } = network.world;
    assert.equal(state.kind === "Recovery" && state.recovering.prospective_info.url, "https://moved.example");
  });

  test("behavior: an entry uses up the approval that names its keys, and no other", () => {
    const network = runningNetwork();
    network.accept("a", "full", approval("a2", "k1"), 1n);
    network.accept("a", "k9", entry("a", "a9", "k9"));
    assert.equal(record(network).approval?.signer_account_pk, signerKey("k1"));
    network.accept("a", "k1", entry("a", "a2", "k1"));
    assert.equal(record(network).approval, null);
  });

  test("behavior: a network that requires approvals says so", () => {
    const network = runningNetwork({ require_recovery_approval: true });
    const { reason } = network.refuse("a", "k1", entry("a", "a2", "k1"), "APPROVAL_REQUIRED");
    assert.equal(reason, "required_by_config");
  });

  test("behavior: a candidate that stays out after all has its backup service's access key retired", () => {
    const network = resharingNetwork();
    network.accept("d", "d-service", service("d", "d-backup", "d-service"));
    allVote(network, ["a", "b"], { type: "vote_cancel_resharing" });
    assert.deepEqual(record(network, "d").retired_keys, [signerKey("d-service")]);
    assert.equal(record(network, "d").backup_service, null);
  });
});
