import { base58 } from "@scure/base";
import { type Block, type BlockHeader, blockHash } from "./block.ts";
import { blockProducersHash, type Chain, type Epoch } from "./chain.ts";
import { appendLeaf, combineHashes, growingRoot, sha256 } from "./merkle.ts";

/** Makes the block at `height` the head, still without content, and moves epoch and block tree on. */
export function openBlock(chain: Chain, height: bigint): Block {
  const previous = chain.head;
  const previousHash = base58.decode(previous.hash);
  chain.epoch = epochAt(chain.epoch, height, BigInt(chain.genesis.epochLength), previousHash);
  chain.blockTree = appendLeaf(chain.blockTree, previousHash);
  const header: BlockHeader = {
    height,
    prevHash: previous.hash,
    prevHeight: previous.height,
    epochId: chain.epoch.id,
    nextEpochId: chain.epoch.nextId,
    prevStateRoot: sha256(previousHash),
    outcomeRoot: chain.headOutcomeRoot,
    timestampNanos: nextTimestamp(chain),
    nextBlockProducersHash: blockProducersHash(chain.genesis),
    blockMerkleRoot: growingRoot(chain.blockTree),
    randomness: combineHashes(previous.randomness, previousHash),
    gasPriceYocto: previous.gasPriceYocto,
    ordinal: previous.ordinal + 1,
  };
  const block: Block = {
    ...header,
    hash: blockHash(header),
    epochHeight: chain.epoch.height,
    outcomeIds: [],
    transactionHashes: [],
    receiptIds: [],
    burntGas: 0n,
  };
  chain.head = block;
  chain.blocks.set(height, block);
  chain.heightByHash.set(block.hash, height);
  return block;
}

/** Wall clock plus what was fast-forwarded, and always after the previous block. */
function nextTimestamp(chain: Chain): bigint {
  const now = chain.environment.nowNanos() + chain.fastForwardedNanos;
  const earliest = chain.head.timestampNanos + 1n;
  return now > earliest ? now : earliest;
}

/** The epoch at `height`; a jump over several epochs ends in a made-up id, since their last blocks don't exist. */
function epochAt(epoch: Epoch, height: bigint, length: bigint, previousHash: Uint8Array): Epoch {
  const passed = (height - epoch.startHeight) / length;
  if (passed === 0n) return epoch;
  const id = passed === 1n ? epoch.nextId : combineHashes(epoch.nextId, sha256(Buffer.from(String(passed))));
  return {
    height: epoch.height + passed,
    startHeight: epoch.startHeight + passed * length,
    id,
    nextId: previousHash,
  };
}
