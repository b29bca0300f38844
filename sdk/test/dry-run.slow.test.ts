import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDryRuns } from "./dry-run-against-wasm.ts";

const TRACES = 30;
const SEED = Math.floor(Math.random() * 2 ** 31);

test(`behavior: what a dry run foresees from views is what the contract then does (${TRACES} random traces, seed ${SEED})`, async (t) => {
  const { changes, no_effect, refused } = await checkDryRuns(TRACES, 40, SEED);
  t.diagnostic(`${changes.size} kinds of changes, ${no_effect.size} of no effect, ${refused.size} refusals`);
  assert.ok(refused.size >= 30 && changes.size >= 16 && no_effect.size >= 4);
});
