import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "../../../sdk/test/handover/explorer.ts";
import { type Mistake, recoverySpace, type Trouble } from "./recovery-model.ts";

const CALM: Trouble = { cancels: 0, lateCalls: 0 };

test("behavior: with crashes, losses, lagging views and a destroyed machine a Recovery keeps the share and comes to its end", () => {
  const { broken, stuck, states } = explore(recoverySpace(CALM));
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 5_000, `${states} states`);
});

test("behavior: the search finds that a receipt before the backup is stored can leave nobody with the share", () => {
  const hasty: Mistake = {
    backup: (action) =>
      action.kind === "fetch_backup"
        ? { kind: "confirm_backup", epoch_id: 4, keyset_hash: action.keyset_hash, digest: "digest" }
        : action,
  };
  assert.equal(ruleBroken(hasty), "nobody holds the share");
});

test("behavior: the search finds that concluding without the share lists a machine that can't sign", () => {
  const hasty: Mistake = {
    node: (action) =>
      action.kind === "await_keyshares"
        ? { kind: "conclude_recovery", recovery_id: action.recovery_id, keyset: {} as never }
        : action,
  };
  assert.equal(ruleBroken(hasty), "the contract lists a machine without the share");
});

test("behavior: the search finds that a service which erases when it should send leaves nobody with the share", () => {
  const forgetful: Mistake = {
    backup: (action) =>
      action.kind === "send_shares"
        ? { kind: "erase", keyset_hashes: [action.keyset_hash], reason: "superseded" }
        : action,
  };
  assert.equal(ruleBroken(forgetful), "nobody holds the share");
});

test("behavior: the search finds that standing down before the conclusion kills an honest node when the Recovery is cancelled", () => {
  const rash: Mistake = {
    node: (action) =>
      action.kind === "being_replaced" ? { kind: "stand_down", message: "replaced" } : action,
  };
  assert.equal(ruleBroken(rash, { cancels: 1, lateCalls: 0 }), "the listed machine stood down for good");
});

test("behavior: the search finds that a service which never sends is a dead end", () => {
  const idle: Mistake = {
    backup: (action) => (action.kind === "send_shares" ? { kind: "wait", reason: "backed_up" } : action),
  };
  const { broken, stuck } = explore(recoverySpace(CALM, idle));
  assert.equal(broken, null);
  assert.ok(stuck !== null && stuck.length > 0);
});

function ruleBroken(mistake: Mistake, trouble = CALM): string | undefined {
  return explore(recoverySpace(trouble, mistake)).broken?.rule;
}
