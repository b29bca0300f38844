import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sha256Hex, Url } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { AttestationKind } from "../src/protocol/records.ts";
import type { ParticipantInfo } from "../src/protocol/state.ts";
import { addCandidate } from "./support/governance.ts";
import { sha256Hex } from "./support/keys.ts";
import {
  account,
  CONCLUDE,
  entry,
  infoOf,
  initRunning,
  nodeInfo,
  proof,
  runningNetwork,
  scenario,
} from "./support/network.ts";

function attested(command: Command, quote: string, kind: AttestationKind = "dstack-tdx"): Command {
  return { ...command, attestation: { kind, sha256: sha256Hex(quote) as Sha256Hex } } as Command;
}

test("behavior: where required, node info and entries need evidence, and it ages in blocks", () => {
  const network = scenario();
  network.accept("mpc", "owner", initRunning({ require_attestation: true, attestation_max_age_blocks: 15 }));
  network.refuse("a", "a-node", nodeInfo("a", "a-node"), "ATTESTATION_REQUIRED");
  network.accept("a", "a-node", attested(nodeInfo("a", "a-node"), "q1"));
  network.refuse("a", "k1", entry("a", "a2", "k1"), "ATTESTATION_REQUIRED");
  network.accept("a", "k1", attested(entry("a", "a2", "k1"), "q2"));
  network.height = 116;
  const info = network.refuse("a", "k1", CONCLUDE, "ATTESTATION_TOO_OLD");
  assert.deepEqual(info, { submitted_on: 100, height: 116, max_age_blocks: 15 });
  network.height = 115;
  network.accept("a", "k1", CONCLUDE);
  assert.equal(network.world.records.get(account("a"))?.attestation?.sha256, sha256Hex("q2"));
});

test("behavior: the same evidence sent again gets no younger, other evidence does", () => {
  const network = runningNetwork();
  network.accept("a", "a-node", attested(nodeInfo("a", "a-node"), "q1"));
  network.height += 50;
  network.ignore("a", "a-node", attested(nodeInfo("a", "a-node"), "q1"));
  network.accept("a", "a-node", attested(nodeInfo("a", "a-node"), "q2"));
  assert.equal(network.world.records.get(account("a"))?.attestation?.height, 150);
});

test("behavior: dev evidence is refused unless the settings allow it", () => {
  const strict = runningNetwork();
  strict.refuse("a", "a-node", attested(nodeInfo("a", "a-node"), "q", "dev"), "DEV_ATTESTATION_NOT_ALLOWED");
  const lenient = runningNetwork({ allow_insecure_dev_attestation: true });
  lenient.accept("a", "a-node", attested(nodeInfo("a", "a-node"), "q", "dev"));
});

test("behavior: evidence is of one TLS key: a record or a candidate with another key brings its own", () => {
  const network = runningNetwork();
  network.world = { ...network.world, config: { ...network.world.config, require_attestation: true } };
  network.accept("a", "k1", attested(entry("a", "a2", "k1"), "q1"));
  network.refuse("a", "k2", entry("a", "a3", "k2"), "ATTESTATION_REQUIRED");
  network.height += 5;
  network.accept("a", "k1", { ...entry("a", "a2", "k1"), participant_info: moved("a", "a2") });
  const { state } = network.world;
  assert.ok(state.kind === "Recovery");
  assert.deepEqual(state.attestation, {
    kind: "dstack-tdx",
    sha256: sha256Hex("q1"),
    height: network.height - 5,
  });
});

test("behavior: a candidate that changes its TLS key leaves the evidence of the old one behind", () => {
  const network = runningNetwork();
  addCandidate(network, "d");
  network.accept("d", "d-node", attested(nodeInfo("d", "d-node"), "q1"));
  network.accept("d", "d-node", {
    type: "submit_participant_info",
    participant_info: infoOf("d", "d2"),
    tls_key_proof: proof("d", "node", "d2", "d-node"),
    attestation: null,
  });
  assert.equal(network.world.records.get(account("d"))?.attestation, null);
});

test("behavior: dev evidence taken before the settings forbade it does not conclude", () => {
  const network = runningNetwork({ allow_insecure_dev_attestation: true });
  network.accept("a", "k1", attested(entry("a", "a2", "k1"), "q", "dev"));
  const config = {
    ...network.world.config,
    require_attestation: true,
    allow_insecure_dev_attestation: false,
  };
  network.world = { ...network.world, config };
  network.refuse("a", "k1", CONCLUDE, "DEV_ATTESTATION_NOT_ALLOWED");
});

function moved(name: string, tlsLabel: string): ParticipantInfo {
  return { ...infoOf(name, tlsLabel), url: "https://moved.example" as Url };
}
