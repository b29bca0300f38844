import { base58 } from "@scure/base";
import { produceBlock } from "../../../sandbox/src/chain/produce-block.ts";
import { handleRequest } from "../../../sandbox/src/rpc/handle-request.ts";
import type { RpcNode } from "../../../sandbox/src/rpc/node.ts";
import { innerRestHash } from "../../../sandbox/test/light-client/wire.ts";
import {
  call,
  NEAR,
  send,
  type TestChain,
  testChain,
  transfer,
} from "../../../sandbox/test/runtime/test-chain.ts";
import { readHeaderLite, readProducers } from "../../src/lightclient/light-block.ts";
import { advanceHead, type LightHead, trustHead } from "../../src/lightclient/light-head.ts";

export const EPOCH = 12;

/** A chain with accounts alice and bob, and a node that answers for it. */
export interface EmbeddedWorld extends TestChain {
  readonly node: RpcNode;
}

export function startWorld(): EmbeddedWorld {
  const world = testChain({ alice: 1_000n * NEAR, bob: 1_000n * NEAR }, 86, EPOCH);
  const { publicKey: nodePublicKey } = world.chain.genesis.validator;
  const blockWaiters = new Set<() => void>();
  return {
    ...world,
    node: { chain: world.chain, nodePublicKey, rpcAddress: "", startedAtMs: 0, blockWaiters },
  };
}

export function produceBlocks({ chain }: EmbeddedWorld, count: number): void {
  for (let index = 0; index < count; index++) produceBlock(chain, null);
}

/** What the node answers to an RPC method, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
export async function ask({ node }: EmbeddedWorld, method: string, params: unknown): Promise<any> {
  const { body } = await handleRequest(node, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  const { result, error } = JSON.parse(JSON.stringify(body));
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result;
}

/** A head of the genesis block, with the validators that the node shows. */
export async function trustGenesis(world: EmbeddedWorld): Promise<LightHead> {
  const { header } = await ask(world, "block", { block_id: 0 });
  const { current_validators } = await ask(world, "validators", [null]);
  const inner_rest_hash = base58.encode(innerRestHash(header));
  const lite = { prev_block_hash: header.prev_hash, inner_rest_hash, inner_lite: header };
  return trustHead(readHeaderLite(lite), readProducers(current_validators), null);
}

/** The newest head that the node leads to. */
export async function follow(world: EmbeddedWorld, from: LightHead): Promise<LightHead> {
  for (let head = from; ; ) {
    const answer = await ask(world, "next_light_client_block", { last_block_hash: head.blockHash });
    if (Object.keys(answer).length === 0) return head;
    head = advanceHead(head, answer);
  }
}

/** A transaction with several receipts and a log; ids of the transaction and of all its receipts. */
export function busyTransaction(world: EmbeddedWorld): readonly string[] {
  world.methods.set("say", () => ({ logs: ["said", "more"] }));
  send(world, "bob", "alice", [transfer(1n)]);
  const sent = send(world, "alice", "alice", [call("say"), transfer(1n), call("say")]);
  return [sent.hash, ...sent.receipts.map(({ id }) => id)];
}
