import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

test("the doctor finds everything needed where the tests run, one line a thing, with a fix for what is missing", () => {
  const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", "scripts/doctor.ts"], {
    encoding: "utf8",
    timeout: 120_000,
  });
  assert.equal(status, 0, stdout);
  for (const line of stdout.trim().split("\n").slice(0, -1)) {
    assert.match(line, line.startsWith("ok ") ? /^ok +.+?: ./ : /^optional .+?: .+; fix: .+/);
  }
  for (const thing of ["Node", "platform", "disk", "packages", "toolchain", "near-sandbox"]) {
    assert.match(stdout, new RegExp(`^ok +${thing}: `, "m"));
  }
});
