import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Chain } from "../../src/chain/chain.ts";
import { testContract } from "../clients/test-contract.ts";
import { startLocalNode } from "./local-node.ts";
import { callInTurn, deployToAccounts, transactionSender } from "./many-transactions.ts";

const ACCOUNTS = 200;
const TRANSACTIONS = 10_000;
const MEGABYTE = 1024 * 1024;

/** The hashes of 86,400 blocks are kept, base58 texts in a map: what may still grow once all else is full. */
const KEPT_PER_BLOCK_BYTES = 400;

test("10,000 calls on 200 accounts with contracts leave no more behind than the blocks that are kept", async (context) => {
  const node = await startLocalNode();
  context.after(() => node.stop());
  const { chain } = node.running.node;
  const sender = transactionSender(node);
  const ids = await deployToAccounts(sender, node, ACCOUNTS, testContract());
  await callInTurn(sender, ids, "set", TRANSACTIONS / 2);
  assertOnlyKeptBlocks(chain);
  const before = { heap: usedHeapBytes(), height: chain.head.height };
  await callInTurn(sender, ids, "set", TRANSACTIONS / 2);
  assertOnlyKeptBlocks(chain);
  const growth = usedHeapBytes() - before.heap;
  const blocks = Number(chain.head.height - before.height);
  const allowed = blocks * KEPT_PER_BLOCK_BYTES + 2 * MEGABYTE;
  assert.ok(growth < allowed, `${growth} bytes more after ${blocks} blocks, expected fewer than ${allowed}`);
});

/** Everything that happened hangs on a block that is kept. */
function assertOnlyKeptBlocks(chain: Chain): void {
  const kept = [...chain.blocks.values()];
  assert.equal(kept.length, 5 * chain.genesis.epochLength);
  const sum = (count: (block: (typeof kept)[number]) => number) =>
    kept.reduce((total, block) => total + count(block), 0);
  assert.equal(
    chain.outcomes.size,
    sum(({ outcomeIds }) => outcomeIds.length),
  );
  assert.equal(
    chain.transactions.size,
    sum(({ transactionHashes }) => transactionHashes.length),
  );
  assert.equal(
    chain.receipts.size,
    sum(({ receiptIds }) => receiptIds.length),
  );
  assert.equal(chain.heightByHash.size, Number(chain.head.height) + 1);
  const nodes = chain.blockTree.levels.reduce((total, level) => total + level.size, 0);
  assert.ok(nodes < 3 * kept.length, `${nodes} nodes of the block tree`);
  const { postponedReceipts, receivedData, waitingReceiptByData, yieldedReceipts } = chain.state;
  for (const table of [postponedReceipts, receivedData, waitingReceiptByData, yieldedReceipts]) {
    assert.equal(table.size, 0);
  }
}

function usedHeapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
