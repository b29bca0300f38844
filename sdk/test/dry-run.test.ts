import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_CONFIG } from "../../contract/src/protocol/limits.ts";
import { signerKey } from "../../contract/test/support/keys.ts";
import type { ReadContract } from "../src/client/read-contract.ts";
import { formatPublicKey } from "../src/crypto/key-texts.ts";
import { dryRun } from "../src/dryrun/dry-run.ts";
import { checkDryRuns } from "./dry-run-against-wasm.ts";
import { RUNNING_STATE } from "./sample-state.ts";

const SEED = 20261121;

test(`behavior: what a dry run foresees from views is what the contract then does (8 random traces, seed ${SEED})`, async (t) => {
  const { changes, no_effect, refused } = await checkDryRuns(8, 25, SEED);
  t.diagnostic(`${changes.size} kinds of changes, ${no_effect.size} of no effect, ${refused.size} refusals`);
  assert.ok(refused.size >= 15 && changes.size >= 10 && no_effect.size >= 3);
});

test("behavior: a dry run reads one block only, and no more accounts than the rules ask for", async () => {
  const asked: string[] = [];
  const answers: Record<string, unknown> = {
    state: RUNNING_STATE,
    proposed_updates: [],
    config: DEFAULT_CONFIG,
  };
  const reader: ReadContract = {
    view: async (method, args, options) => {
      const { account_id } = args as { account_id?: string };
      asked.push([method, account_id, JSON.stringify(options?.at)].filter(Boolean).join(" "));
      return { value: answers[method] ?? null, blockHeight: 7 as never, blockHash: "h" };
    },
  };
  const call = { accountId: "stranger.near", signerKey: signerKey("x") } as const;
  const foreseen = await dryRun(
    { reader, contractId: "mpc.near" },
    { ...call, method: "vote_update", args: { id: 1 } },
  );
  assert.ok(foreseen.kind === "refused");
  assert.equal(foreseen.error.code, "NOT_A_MEMBER");
  const pinned = '{"hash":"h"}';
  const views = ["recovery_info", "config", "proposed_updates"].map((method) => `${method} ${pinned}`);
  assert.deepEqual(asked, ['state {"finality":"final"}', ...views]);
});

test("behavior: a key that the contract takes from nobody is foreseen to be refused; what is no key is an error", async () => {
  const answers: Record<string, unknown> = {
    state: RUNNING_STATE,
    config: DEFAULT_CONFIG,
    proposed_updates: [],
  };
  const reader: ReadContract = {
    view: async (method) => ({ value: answers[method] ?? null, blockHeight: 7 as never, blockHash: "h" }),
  };
  const where = { reader, contractId: "mpc.near" };
  const call = { accountId: "a.near", method: "vote_update", args: { id: 1 } } as const;
  const secp256k1 = formatPublicKey("secp256k1", new Uint8Array(64).fill(1));
  const foreseen = await dryRun(where, { ...call, signerKey: secp256k1 });
  assert.ok(foreseen.kind === "refused");
  assert.deepEqual(foreseen.error.info, { found: "secp256k1", expected: "ed25519" });
  await assert.rejects(dryRun(where, { ...call, signerKey: "key" }), { code: "BAD_KEY" });
});
