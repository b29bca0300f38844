import { base58 } from "@scure/base";
import { type Block, type BlockHeader, emptyBlock } from "./block.ts";
import { approvalMessage, blockProducersHash } from "./block-producer.ts";
import { appendBlock, blockTreeRoot } from "./block-tree.ts";
import type { Chain, Epoch } from "./chain.ts";
import { closeEpoch } from "./light-client.ts";
import { combineHashes, merkleRoot, sha256 } from "./merkle.ts";

/** Makes the block at `height` the head, still without content, and moves epoch and block tree on. */
export function openBlock(chain: Chain, height: bigint): Block {
  const previous = chain.head;
  const previousHash = base58.decode(previous.hash);
  const epoch = epochAt(chain.epoch, height, BigInt(chain.genesis.epochLength), previousHash);
  if (epoch !== chain.epoch) closeEpoch(chain);
  chain.epoch = epoch;
  appendBlock(chain.blockTree, previousHash);
  const chunkOutcomeRoot = merkleRoot(previous.outcomeTree);
  const header: BlockHeader = {
    height,
    prevHash: previous.hash,
    prevHeight: previous.height,
    epochId: epoch.id,
    nextEpochId: epoch.nextId,
    prevStateRoot: sha256(previousHash),
    outcomeRoot: sha256(chunkOutcomeRoot),
    timestampNanos: nextTimestamp(chain),
    nextBlockProducersHash: blockProducersHash(chain.genesis),
    blockMerkleRoot: blockTreeRoot(chain.blockTree),
    randomness: combineHashes(previous.randomness, previousHash),
    gasPriceYocto: previous.gasPriceYocto,
    totalSupplyYocto: previous.totalSupplyYocto,
    ...finality(previous, height),
    ordinal: previous.ordinal + 1,
    approvals: [approval(chain, previousHash, height)],
    protocolVersion: chain.environment.parameters.protocolVersion,
  };
  const block = emptyBlock(header, chunkOutcomeRoot, epoch.height);
  previous.nextHeight = height;
  chain.head = block;
  chain.blocks.set(height, block);
  chain.heightByHash.set(block.hash, height);
  return block;
}

function approval({ environment, head }: Chain, headHash: Uint8Array, height: bigint): Uint8Array {
  return environment.signAsValidator(approvalMessage({ hash: headHash, height: head.height }, height));
}

/** Doomslug: a block is final once two more follow at the next heights. */
function finality(
  previous: Block,
  height: bigint,
): Pick<BlockHeader, "lastFinalBlock" | "lastDoomslugFinalBlock"> {
  const follows = previous.height + 1n === height;
  return {
    lastDoomslugFinalBlock: follows ? previous.hash : previous.lastDoomslugFinalBlock,
    lastFinalBlock:
      follows && previous.lastDoomslugFinalBlock === previous.prevHash
        ? previous.prevHash
        : previous.lastFinalBlock,
  };
}

/** Wall clock plus what was fast-forwarded, and always after the previous block. */
function nextTimestamp(chain: Chain): bigint {
  const now = chain.environment.nowNanos() + chain.fastForwardedNanos;
  const earliest = chain.head.timestampNanos + 1n;
  return now > earliest ? now : earliest;
}

/** The epoch at `height`; a jump over whole epochs ends in a made-up id, since these have no blocks. */
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
