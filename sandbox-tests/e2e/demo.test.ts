import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const TIMEOUT_MILLIS = 240_000;

test("the demo: a lost node comes back, end to end, with real processes", () => {
  const demo = spawnSync("npm", ["run", "--silent", "demo"], { encoding: "utf8", timeout: TIMEOUT_MILLIS });
  assert.equal(demo.status, 0, `${demo.stdout}\n${demo.stderr}`);
  assert.match(demo.stdout, /VERDICT: RECOVERED\. All \d+ steps held; the recovered network signs\./);
  assert.match(demo.stdout, /impostor .*0 bytes/);
  assert.match(demo.stdout, /stood down with exit code 0/);
  const [, requests = "0", gap = "60"] =
    /(\d+) requests on chain, .*every one answered validly; longest gap ([\d.]+) s/.exec(demo.stdout) ?? [];
  assert.ok(Number(requests) >= 9, `${requests} requests`);
  // A request of a network that does not sign while a node is away would wait for the whole recovery.
  assert.ok(Number(gap) < 60, `longest gap ${gap} s`);
});
