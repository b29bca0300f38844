import { type Block, emptyBlock, innerHash } from "./block.ts";
import { blockPath } from "./block-tree.ts";
import type { Chain, FinalizedBlock, StoredOutcome } from "./chain.ts";
import { type MerklePath, merklePath } from "./merkle.ts";

export type NextFinalized =
  | { readonly kind: "Found"; readonly finalized: FinalizedBlock }
  | { readonly kind: "UpToDate" }
  | { readonly kind: "UnknownBlock" };

/**
 * The block that a light client should learn of next, as nearcore chooses it: the latest final block when the client
 * knows the block producers of the head's epoch, else the last final block of the epoch after the client's.
 */
export function nextFinalizedBlock(chain: Chain, lastKnownHash: string): NextFinalized {
  const last = knownPosition(chain, lastKnownHash);
  if (last === undefined) return { kind: "UnknownBlock" };
  const isNear = [last.epochId, last.nextEpochId].some((id) => isSame(id, chain.head.epochId));
  const finalized = isNear
    ? lastFinalized(chain, chain.head)
    : chain.pastEpochs.find(({ id }) => isSame(id, last.nextEpochId))?.lastFinal;
  if (!finalized || finalized.block.height <= last.height) return { kind: "UpToDate" };
  return { kind: "Found", finalized };
}

/** Files the epoch that ends with the head. */
export function closeEpoch(chain: Chain): void {
  chain.pastEpochs.push({ ...chain.epoch, lastFinal: headerOnly(lastFinalized(chain, chain.head)) });
}

/** Path from an outcome to the root of its block's one chunk, which the next block's header commits to. */
export function outcomePath({ block, index }: StoredOutcome): MerklePath {
  return merklePath(block.outcomeTree, index);
}

/** The first block that commits to a block's outcomes; undefined while there is none. */
export function confirmingBlock(chain: Chain, block: Block): Block | undefined {
  return block.nextHeight === null ? undefined : chain.blocks.get(block.nextHeight);
}

/** Path from a block's hash to the root that `head`'s header commits to; null when the block isn't before it. */
export function ancestorPath(chain: Chain, block: Block, head: Block): MerklePath | null {
  return blockPath(chain.blockTree, block.ordinal - 1, head.ordinal - 1);
}

/** A block that the chain still has, or the last final one of an epoch. */
export function knownBlock(chain: Chain, hash: string): Block | undefined {
  const height = chain.heightByHash.get(hash);
  const block = height === undefined ? undefined : chain.blocks.get(height);
  return block ?? chain.pastEpochs.find(({ lastFinal }) => lastFinal?.block.hash === hash)?.lastFinal?.block;
}

type Position = Pick<Block, "height" | "epochId" | "nextEpochId">;

/** Hashes outlive their blocks, and so do epochs: enough to say what comes next. */
function knownPosition(chain: Chain, hash: string): Position | undefined {
  const block = knownBlock(chain, hash);
  if (block !== undefined) return block;
  if (hash === chain.genesisHash) return { height: chain.genesis.height, epochId: ZERO, nextEpochId: ZERO };
  const height = chain.heightByHash.get(hash);
  if (height === undefined) return undefined;
  const epoch = [...chain.pastEpochs, chain.epoch].findLast(({ startHeight }) => startHeight <= height)!;
  return { height, epochId: epoch.id, nextEpochId: epoch.nextId };
}

const ZERO = new Uint8Array(32);

function headerOnly(finalized: FinalizedBlock | undefined): FinalizedBlock | null {
  if (finalized === undefined) return null;
  const { block } = finalized;
  return { ...finalized, block: emptyBlock(block, block.chunkOutcomeRoot, block.epochHeight) };
}

/**
 * The last final block that `header` knows of, with the signatures on the block after it. These must be by the
 * producers of its own epoch, so that a final block at an epoch's end is replaced by an earlier one.
 */
function lastFinalized(chain: Chain, header: Block): FinalizedBlock | undefined {
  const final = knownBlock(chain, header.lastFinalBlock);
  if (final === undefined) return undefined;
  const chosen = withinEpoch(chain, final);
  const next = chosen && chain.blocks.get(chosen.height + 1n);
  const afterNext = chosen && chain.blocks.get(chosen.height + 2n);
  if (chosen === undefined || next === undefined || afterNext === undefined) return undefined;
  return { block: chosen, nextInnerHash: innerHash(next), approvalsAfterNext: afterNext.approvals };
}

function withinEpoch(chain: Chain, final: Block): Block | undefined {
  const oneAhead = chain.blocks.get(final.height + 1n);
  const twoAhead = chain.blocks.get(final.height + 2n);
  if (sameEpoch(twoAhead, final)) return final;
  return knownBlock(chain, sameEpoch(oneAhead, final) ? oneAhead!.lastFinalBlock : final.lastFinalBlock);
}

function sameEpoch(block: Block | undefined, other: Block): boolean {
  return block !== undefined && isSame(block.epochId, other.epochId);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
