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

test("behavior: the search finds that a program which goes on as receiver after it became sender makes two active programs", () => {
  const rule = "two programs are active";
  const space = chainSpace("both");
  const { broken } = explore({ ...space, forbidden: { [rule]: space.forbidden[rule]! } });
  assert.equal(broken?.rule, rule);
  assert.ok(broken.trace.includes('B: as receiver sees {"kind":"unseen"}'), broken.trace.join("\n"));
});
