import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sha256Hex } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { AttestationKind } from "../src/protocol/records.ts";
import { sha256Hex } from "./support/keys.ts";
import {
  account,
  CONCLUDE,
  entry,
  initRunning,
  nodeInfo,
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
