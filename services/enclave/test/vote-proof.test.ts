import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeEvent } from "../../../contract/src/interface/event-log.ts";
import { call, send } from "../../../sandbox/test/runtime/test-chain.ts";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import {
  ask,
  EPOCH,
  follow,
  produceBlocks,
  startWorld,
  trustGenesis,
} from "../../../sdk/test/lightclient/embedded-world.ts";
import { ANCHOR_EVENT, type AnchorProof, requireAnchor } from "../anchor-proof.ts";
import { codeHashesDigest, requireVote } from "../vote-proof.ts";

const NONCE = "dd".repeat(32);
const ALLOWED = ["bb".repeat(32), "aa".repeat(32)];
const WANTED = { contract: "alice", nonce: NONCE };
const PROGRAM = "aa".repeat(32);
const DATA = {
  nonce: NONCE,
  digest: codeHashesDigest(ALLOWED),
  share_keys_digest: "cc".repeat(32),
  rollout_policy: "shadow",
  time: 1_786_622_400,
};

test("behavior: a vote is proven by the contract's log under heads with the stake's signatures", async () => {
  const { head, proof } = await anchored(DATA);
  const anchor = requireAnchor(head, proof, WANTED);
  assert.deepEqual([anchor.time, anchor.rolloutPolicy], [DATA.time, "shadow"]);
  const vote = requireVote(anchor, ALLOWED, PROGRAM);
  assert.deepEqual([vote.time, vote.codeHash], [DATA.time, PROGRAM]);
});

test("behavior: the list's order doesn't matter, what is on it does", () => {
  assert.equal(codeHashesDigest(ALLOWED), codeHashesDigest(ALLOWED.toReversed()));
  assert.notEqual(codeHashesDigest(ALLOWED), codeHashesDigest(ALLOWED.slice(1)));
});

test("behavior: a program that isn't on the list, another nonce, another contract or list is refused", async () => {
  const { head, proof } = await anchored(DATA);
  const code = (change: Partial<typeof WANTED>, allowed = ALLOWED, program = PROGRAM) =>
    codeOf(() => requireVote(requireAnchor(head, proof, { ...WANTED, ...change }), allowed, program));
  const other = "cc".repeat(32);
  assert.equal(code({}), "accepted");
  assert.equal(code({}, ALLOWED, other), "VOTE_MISSING");
  assert.equal(code({}, [...ALLOWED, other], other), "VOTE_FOREIGN");
  assert.equal(code({ nonce: "ee".repeat(32) }), "ANCHOR_FOREIGN");
  assert.equal(code({ contract: "bob" }), "ANCHOR_FOREIGN");
});

test("behavior: against a head before it, or with another receipt's proof, nothing is proven", async () => {
  const { start, head, proof } = await anchored(DATA);
  const code = (from: typeof head, receiptId: string) =>
    codeOf(() => requireAnchor(from, { ...proof, receiptId }, WANTED));
  assert.equal(code(start, proof.receiptId), "OUTCOME_NOT_PROVEN");
  assert.equal(code(head, "11111111111111111111111111111111"), "OUTCOME_OTHER");
});

test("behavior: a call that logged something else, or not all of it, proves nothing", async () => {
  const without = (name: keyof typeof DATA) => ({ ...DATA, [name]: undefined });
  const wrong = [
    { ...DATA, time: "soon" },
    { ...DATA, rollout_policy: "anarchy" },
    { ...DATA, digest: "AA".repeat(32) },
    ...(Object.keys(DATA) as (keyof typeof DATA)[]).map(without),
    {},
  ];
  for (const data of wrong) {
    const { head, proof } = await anchored(data);
    assert.equal(
      codeOf(() => requireAnchor(head, proof, WANTED)),
      "ANCHOR_FOREIGN",
      JSON.stringify(data),
    );
  }
  const { head, proof } = await anchored(DATA, "something_else");
  assert.equal(
    codeOf(() => requireAnchor(head, proof, WANTED)),
    "ANCHOR_FOREIGN",
  );
});

test("behavior: what a call logged before it failed proves nothing", async () => {
  const { head, proof } = await anchored(DATA, ANCHOR_EVENT, PANIC);
  assert.equal(
    codeOf(() => requireAnchor(head, proof, WANTED)),
    "ANCHOR_FOREIGN",
  );
});

const PANIC = { error: { kind: "HostError", name: "GuestPanic", fields: { panic_msg: "no" } } } as const;

async function anchored(data: object, event = ANCHOR_EVENT, ending: typeof PANIC | object = {}) {
  const world = startWorld();
  world.methods.set("anchor", () => ({
    logs: ["a line of somebody else", encodeEvent({ event, data } as never)],
    ...ending,
  }));
  const start = await trustGenesis(world);
  produceBlocks(world, EPOCH);
  const [receipt] = send(world, "alice", "alice", [call("anchor")]).receipts;
  produceBlocks(world, 7);
  const head = await follow(world, start);
  const params = { type: "receipt", receipt_id: receipt!.id, receiver_id: "alice" };
  const light_client_head = head.blockHash;
  const outcome = await ask(world, "EXPERIMENTAL_light_client_proof", { ...params, light_client_head });
  const proof: AnchorProof = { receiptId: receipt!.id, outcome };
  return { start, head, proof };
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
