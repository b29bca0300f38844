import assert from "node:assert/strict";
import { test } from "node:test";
import { base58 } from "@scure/base";
import { fastForward } from "../../src/chain/fast-forward.ts";
import { produceBlock } from "../../src/chain/produce-block.ts";
import { handleRequest } from "../../src/rpc/handle-request.ts";
import type { RpcNode } from "../../src/rpc/node.ts";
import { call, NEAR, send, type TestChain, testChain, transfer } from "../runtime/test-chain.ts";
import { mutations } from "./mutations.ts";
import {
  advance,
  blockHash,
  hash,
  type LightClient,
  Refused,
  trusting,
  verifyAncestor,
  verifyOutcome,
  verifySignature,
  walk,
} from "./verifier.ts";
import { innerRestHash, type Json, outcomeLeaf } from "./wire.ts";

const EPOCH = 12;
const RETAINED = 5 * EPOCH;

test("heads: a client that knows the genesis block follows block by block across epochs", async () => {
  const world = start();
  let client = await trustingGenesis(world);
  const epochs = new Set<string>();
  for (let block = 0; block < 4 * EPOCH - 1; block++) {
    produceBlock(world.chain, null);
    client = await follow(world, client);
    epochs.add(client.epochId);
  }
  assert.equal(epochs.size, 4);
  assert.equal(client.height, world.chain.head.height - 2n);
});

test("heads: a client that stayed away steps over every epoch's last final block, also of forgotten blocks", async () => {
  const world = start();
  produceBlocks(world, EPOCH + 3);
  const client = await follow(world, await trustingGenesis(world));
  produceBlocks(world, EPOCH);
  const lagging = await firstStep(world, client);
  produceBlocks(world, 3 * RETAINED);
  assert.equal(world.chain.blocks.has(lagging.height), false);
  const { count, client: upToDate } = await countSteps(world, lagging);
  assert.ok(count >= 15, `${count} epochs`);
  assert.ok(upToDate.height >= world.chain.head.height - 4n);
});

test("heads: fast-forwarding leaves blocks that lead from epoch to epoch", async () => {
  const world = start();
  let client = await trustingGenesis(world);
  fastForward(world.chain, BigInt(20 * EPOCH + 5));
  assert.equal(world.chain.head.height, BigInt(20 * EPOCH + 5));
  const steps = await countSteps(world, client);
  assert.equal(steps.count, 20);
  client = steps.client;
  const sent = send(world, "alice", "bob", [transfer(NEAR)]);
  produceBlocks(world, 3);
  client = await follow(world, client);
  verifyOutcome(
    client,
    sent.hash,
    await proofOf(world, client, { type: "transaction", transaction_hash: sent.hash, sender_id: "alice" }),
  );
});

test("heads: nothing new is an empty answer, a block never seen is UNKNOWN_BLOCK", async () => {
  const world = start();
  produceBlocks(world, 1);
  const hashOf = (block: { readonly hash: string }) => ({ last_block_hash: block.hash });
  assert.deepEqual(await result(world, "next_light_client_block", hashOf(world.chain.head)), {});
  const unknown = await ask(world, "next_light_client_block", {
    last_block_hash: base58.encode(hash(Buffer.of(1))),
  });
  assert.equal(unknown.error.cause.name, "UNKNOWN_BLOCK");
});

test("heads: every change of a light client block is refused", async () => {
  const world = start();
  const client = await trustingGenesis(world);
  produceBlocks(world, EPOCH + 6);
  const view = await result(world, "next_light_client_block", {
    last_block_hash: base58.encode(client.headHash),
  });
  advance(client, view);
  // The same time stands there twice; clients hash the text.
  const changed = mutations(view).filter(({ name }) => name !== "inner_lite.timestamp");
  assert.ok(changed.length > 25, `${changed.length} mutations`);
  for (const { name, value } of changed) assert.throws(() => advance(client, value), Error, name);
  const silent = { ...view, approvals_after_next: [null] };
  assert.throws(() => advance(client, silent), new Refused("more than two thirds of the stake must approve"));
});

test("outcomes: of transactions and of all their receipts are proved against a later head", async () => {
  const world = start();
  let client = await trustingGenesis(world);
  const { ids } = busyTransaction(world);
  produceBlocks(world, 7);
  client = await follow(world, client);
  for (const id of ids) {
    const type = id === ids[0] ? "transaction" : "receipt";
    const wanted =
      type === "transaction"
        ? { type, transaction_hash: id, sender_id: "alice" }
        : { type, receipt_id: id, receiver_id: "alice" };
    const proof = await proofOf(world, client, wanted);
    verifyOutcome(client, id, proof);
    const other = ids.find((candidate) => candidate !== id)!;
    assert.throws(() => verifyOutcome(client, other, proof), Refused);
  }
});

test("outcomes: every change of a proof is refused, except of what no header commits to", async () => {
  const world = start();
  let client = await trustingGenesis(world);
  const { ids } = busyTransaction(world);
  produceBlocks(world, 7);
  client = await follow(world, client);
  const id = ids[1]!;
  const proof = await proofOf(world, client, { type: "receipt", receipt_id: id, receiver_id: "alice" });
  verifyOutcome(client, id, proof);
  assert.ok(proof.outcome_proof.proof.length > 0, "the block has several outcomes");
  assert.ok(proof.outcome_proof.outcome.logs.length > 0, "the outcome has a log");
  const uncommitted = /^(outcome_proof\.outcome\.metadata|block_header_lite\.inner_lite\.timestamp$)/;
  const changed = mutations(proof).filter(({ name }) => !uncommitted.test(name));
  assert.ok(changed.length > 50, `${changed.length} mutations`);
  for (const { name, value } of changed) assert.throws(() => verifyOutcome(client, id, value), Error, name);
});

test("outcomes: what isn't confirmed, not known, or after the head has no proof", async () => {
  const world = start();
  const genesis = world.chain.head.hash;
  const id = send(world, "alice", "bob", [transfer(1n)]).receipts.at(-1)!.id;
  const wanted = { type: "receipt", receipt_id: id, receiver_id: "bob", light_client_head: genesis };
  const tip = await ask(world, "light_client_proof", wanted);
  assert.equal(tip.error.cause.name, "NOT_CONFIRMED");
  produceBlocks(world, 3);
  const before = await ask(world, "light_client_proof", wanted);
  assert.match(before.error.data, /is ahead of head block/);
  const unknown = await ask(world, "light_client_proof", { ...wanted, receipt_id: genesis });
  assert.equal(unknown.error.cause.name, "UNKNOWN_TRANSACTION_OR_RECEIPT");
  const typo = await ask(world, "light_client_proof", { ...wanted, type: "block" });
  assert.equal(typo.error.cause.name, "PARSE_ERROR");
  const { receiver_id: _, ...nobody } = wanted;
  assert.equal((await ask(world, "light_client_proof", nobody)).error.cause.name, "PARSE_ERROR");
});

test("transaction status: each outcome's path leads to the root in the next block's chunk", async () => {
  const world = start();
  const { ids } = busyTransaction(world);
  produceBlocks(world, 1);
  const status = await result(world, "tx", { tx_hash: ids[0], sender_account_id: "alice" });
  const outcomes = [status.transaction_outcome, ...status.receipts_outcome];
  assert.deepEqual(outcomes.map(({ id }: Json) => id).sort(), [...ids].sort());
  for (const outcome of outcomes) {
    const executed = await result(world, "block", { block_id: outcome.block_hash });
    const next = await result(world, "block", { block_id: executed.header.height + 1 });
    const root = base58.encode(walk(outcomeLeaf(outcome), outcome.proof));
    assert.equal(root, next.chunks[0].outcome_root);
    assert.equal(base58.encode(hash(base58.decode(root))), next.header.outcome_root);
  }
});

test("ancestors: every block kept is proved against every later one, and none against an earlier", async () => {
  const world = start();
  produceBlocks(world, RETAINED + 30);
  const blocks = [...world.chain.blocks.values()];
  for (const [index, block] of blocks.entries()) {
    const later = blocks[Math.min(blocks.length - 1, index + 1 + ((index * 7) % 23))]!;
    const asked = { block_hash: block.hash, light_client_head: later.hash };
    const answer = await ask(world, "EXPERIMENTAL_light_client_block_proof", asked);
    if (block === later) assert.match(answer.error.data, /is ahead of head block/);
    else verifyAncestor({ blockMerkleRoot: later.blockMerkleRoot } as LightClient, answer.result);
  }
});

test("headers: the hash follows from the block view, and the producer has signed it", async () => {
  const world = start();
  produceBlocks(world, 5);
  busyTransaction(world);
  const { validator } = world.chain.genesis;
  for (const { height } of world.chain.blocks.values()) {
    const { header } = await result(world, "block", { block_id: Number(height) });
    const view = {
      inner_lite: header,
      inner_rest_hash: base58.encode(innerRestHash(header)),
      prev_block_hash: header.prev_hash,
    };
    assert.equal(base58.encode(blockHash(view)), header.hash, `block ${height}`);
    assert.ok(verifySignature(validator.publicKey, base58.decode(header.hash), header.signature));
  }
});

interface World extends TestChain {
  readonly node: RpcNode;
}

function start(): World {
  const world = testChain({ alice: 100n * NEAR, bob: 10n * NEAR, carol: 10n * NEAR }, 86, EPOCH);
  const node = {
    chain: world.chain,
    nodePublicKey: world.chain.genesis.validator.publicKey,
    rpcAddress: "",
    startedAtMs: 0,
    blockWaiters: new Set<() => void>(),
  };
  return { ...world, node };
}

/** A transaction whose receipts run in blocks with several outcomes; ids with the transaction's first. */
function busyTransaction(world: World): { readonly ids: readonly string[] } {
  world.methods.set("fan_out", () => ({ logs: ["one", "two"], burntGas: 5n }));
  const sent = send(world, "alice", "alice", [call("fan_out"), transfer(1n)]);
  return { ids: [sent.hash, ...sent.receipts.map(({ id }) => id)] };
}

/** Trusts the genesis block and its one block producer. */
async function trustingGenesis(world: World): Promise<LightClient> {
  const { header } = await result(world, "block", { block_id: 0 });
  const { current_validators: producers } = await result(world, "validators", [null]);
  return trusting(header, producers);
}

async function follow(world: World, client: LightClient): Promise<LightClient> {
  return (await countSteps(world, client)).client;
}

async function firstStep(world: World, client: LightClient): Promise<LightClient> {
  const asked = { last_block_hash: base58.encode(client.headHash) };
  return advance(client, await result(world, "next_light_client_block", asked));
}

async function countSteps(world: World, from: LightClient): Promise<{ client: LightClient; count: number }> {
  let client = from;
  for (let count = 0; ; count++) {
    const asked = { last_block_hash: base58.encode(client.headHash) };
    const view = await result(world, "next_light_client_block", asked);
    if (Object.keys(view).length === 0) return { client, count };
    client = advance(client, view);
    assert.equal(base58.encode(client.headHash), base58.encode(blockHash(view)));
  }
}

function proofOf(world: World, client: LightClient, wanted: object): Promise<Json> {
  const light_client_head = base58.encode(client.headHash);
  return result(world, "EXPERIMENTAL_light_client_proof", { ...wanted, light_client_head });
}

function produceBlocks({ chain }: World, count: number): void {
  for (let index = 0; index < count; index++) produceBlock(chain, null);
}

async function result(world: World, method: string, params: unknown): Promise<Json> {
  const answer = await ask(world, method, params);
  if (answer.error !== undefined) throw new Error(JSON.stringify(answer.error));
  return answer.result;
}

async function ask({ node }: World, method: string, params: unknown): Promise<Json> {
  const { body } = await handleRequest(node, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return JSON.parse(JSON.stringify(body));
}
