import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeEvent } from "../../../contract/src/interface/event-log.ts";
import { call, send } from "../../../sandbox/test/runtime/test-chain.ts";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import {
  ask,
  type EmbeddedWorld,
  EPOCH,
  produceBlocks,
  startWorld,
  trustGenesis,
} from "../../../sdk/test/lightclient/embedded-world.ts";
import { ANCHOR_EVENT, codeHashesDigest, requireVote, type VoteProof } from "../vote-proof.ts";

const NONCE = "dd".repeat(32);
const ALLOWED = ["bb".repeat(32), "aa".repeat(32)];
const WANTED = { contract: "alice", nonce: NONCE, codeHash: "aa".repeat(32) };
const DATA = { nonce: NONCE, digest: codeHashesDigest(ALLOWED), time: 1_786_622_400 };

test("behavior: a vote is proven by the contract's log under heads with the stake's signatures", async () => {
  const { head, proof } = await anchored(DATA);
  const vote = requireVote(head, proof, WANTED);
  assert.equal(vote.time, DATA.time);
  assert.ok(vote.head.height > head.height);
  assert.ok(proof.blocks.length > 1);
});

test("behavior: the list's order doesn't matter, what is on it does", () => {
  assert.equal(codeHashesDigest(ALLOWED), codeHashesDigest(ALLOWED.toReversed()));
  assert.notEqual(codeHashesDigest(ALLOWED), codeHashesDigest(ALLOWED.slice(1)));
});

test("behavior: a program that isn't on the list, another nonce, another contract or list is refused", async () => {
  const { head, proof } = await anchored(DATA);
  const code = (change: Partial<typeof WANTED>, allowedCodeHashes = ALLOWED) =>
    codeOf(() => requireVote(head, { ...proof, allowedCodeHashes }, { ...WANTED, ...change }));
  assert.equal(code({ codeHash: "cc".repeat(32) }), "VOTE_MISSING");
  assert.equal(code({ nonce: "ee".repeat(32) }), "VOTE_FOREIGN");
  assert.equal(code({ contract: "bob" }), "VOTE_FOREIGN");
  assert.equal(code({ codeHash: "cc".repeat(32) }, [...ALLOWED, "cc".repeat(32)]), "VOTE_FOREIGN");
});

test("behavior: without the blocks between, or with another receipt's proof, nothing is proven", async () => {
  const { head, proof } = await anchored(DATA);
  assert.equal(
    codeOf(() => requireVote(head, { ...proof, blocks: [] }, WANTED)),
    "OUTCOME_NOT_PROVEN",
  );
  const gap = proof.blocks.slice(1);
  assert.equal(
    codeOf(() => requireVote(head, { ...proof, blocks: gap }, WANTED)),
    "LIGHT_BLOCK_EPOCH",
  );
  const other = { ...proof, receiptId: "11111111111111111111111111111111" };
  assert.equal(
    codeOf(() => requireVote(head, other, WANTED)),
    "OUTCOME_OTHER",
  );
});

test("behavior: a call that failed, or logged something else, proves no vote", async () => {
  for (const data of [{ ...DATA, time: "soon" }, { nonce: NONCE }, {}]) {
    const { head, proof } = await anchored(data);
    assert.equal(
      codeOf(() => requireVote(head, proof, WANTED)),
      "VOTE_FOREIGN",
    );
  }
  const { head, proof } = await anchored(DATA, "something_else");
  assert.equal(
    codeOf(() => requireVote(head, proof, WANTED)),
    "VOTE_FOREIGN",
  );
});

async function anchored(data: object, event = ANCHOR_EVENT) {
  const world = startWorld();
  world.methods.set("anchor", () => ({
    logs: ["a line of somebody else", encodeEvent({ event, data } as never)],
  }));
  const head = await trustGenesis(world);
  produceBlocks(world, EPOCH);
  const [receipt] = send(world, "alice", "alice", [call("anchor")]).receipts;
  produceBlocks(world, 7);
  const { blocks, light_client_head } = await blocksFrom(world, head.blockHash);
  const wanted = { type: "receipt", receipt_id: receipt!.id, receiver_id: "alice" };
  const outcome = await ask(world, "EXPERIMENTAL_light_client_proof", { ...wanted, light_client_head });
  const proof: VoteProof = { blocks, receiptId: receipt!.id, outcome, allowedCodeHashes: ALLOWED };
  return { head, proof };
}

async function blocksFrom(world: EmbeddedWorld, from: string) {
  const blocks: unknown[] = [];
  for (let newest = from; ; ) {
    const answer = await ask(world, "next_light_client_block", { last_block_hash: newest });
    if (Object.keys(answer).length === 0) return { blocks, light_client_head: newest };
    blocks.push(answer);
    const { header } = await ask(world, "block", { block_id: answer.inner_lite.height });
    newest = header.hash;
  }
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
