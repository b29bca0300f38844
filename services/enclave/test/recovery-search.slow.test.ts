import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "../../../sdk/test/handover/explorer.ts";
import { recoverySpace } from "./recovery-model.ts";

test("behavior: calls that are carried out late or twice don't harm a Recovery", () => {
  const { broken, stuck, states } = explore(recoverySpace({ cancels: 0, lateCalls: 1 }));
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 20_000, `${states} states`);
});

test("behavior: a Recovery that is cancelled, and tried again with new keys, keeps the share and comes to its end", () => {
  const { broken, stuck, states } = explore(recoverySpace({ cancels: 1, lateCalls: 0 }));
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 200_000, `${states} states`);
});
