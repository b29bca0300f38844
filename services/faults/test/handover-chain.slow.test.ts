import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "../../../sdk/test/handover/explorer.ts";
import { chainSpace } from "./handover-chain.ts";

test("behavior: a program that took the seed over and hands it on serves never beside the next, and the seed is never lost", (context) => {
  const { broken, stuck, states } = explore(chainSpace("by_role"));
  context.diagnostic(`${states} states`);
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 5_000, `${states} states`);
});
