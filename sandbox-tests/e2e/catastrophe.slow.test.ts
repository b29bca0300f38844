import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const TIMEOUT_MILLIS = 240_000;

test("the catastrophe: upgrades by vote, every enclave destroyed, the seed comes back, end to end", () => {
  const args = ["run", "--silent", "demo", "--", "--catastrophe"];
  const demo = spawnSync("npm", args, { encoding: "utf8", timeout: TIMEOUT_MILLIS });
  assert.equal(demo.status, 0, `${demo.stdout}\n${demo.stderr}`);
  assert.match(
    demo.stdout,
    /VERDICT: RECOVERED\. All \d+ steps held; the recovered enclave serves with the same key\./,
  );
  for (const said of [
    /refuses a program with the committee's word only: UPGRADE_NOT_VOTED/,
    /let in by the vote alone, proven by a light-client outcome proof/,
    /1 of 2 shares, waiting for node-2\.test\.near, node-3\.test\.near/,
    /another's share in its place is named: node-2\.test\.near/,
    /safe mode .*sealed the seed \w+… to enclave-4, offline/,
    /compared the seed with the published commitment; open with the same key/,
  ]) {
    assert.match(demo.stdout, said);
  }
});
