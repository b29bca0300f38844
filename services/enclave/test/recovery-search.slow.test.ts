import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "../../../sdk/test/handover/explorer.ts";
import { recoverySpace } from "./recovery-model.ts";

test("behavior: calls that are carried out late or twice don't harm a Recovery", () => {
  const { broken, stuck, states } = explore(recoverySpace({ cancels: 0, lateCalls: 1 }));
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 100_000, `${states} states`);
});
