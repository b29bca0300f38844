import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "./explorer.ts";
import { handoverSpace } from "./handover-model.ts";

test("behavior: a second handover after one that expired, with messages of both under way, is as safe", () => {
  const { broken, stuck, states } = explore(handoverSpace(2));
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 30_000, `${states} states`);
});
