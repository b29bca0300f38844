import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import type { AskNode } from "../client/json-rpc.ts";
import { errorCode } from "../errors/base-error.ts";
import { RpcError } from "../errors/rpc-error.ts";

/** A block and the chunks that are new in it. */
export interface WalkedBlock {
  readonly height: BlockHeight;
  readonly hash: string;
  readonly prevHeight: BlockHeight;
  /** Milliseconds since 1970. */
  readonly timeMillis: number;
  readonly chunkHashes: readonly string[];
}

/** The blocks of a walk, newest first, without a hole among them. */
export interface Walk {
  readonly blocks: readonly WalkedBlock[];
  /** True when the walk reached `from`; otherwise the cap or the node's memory ended it. */
  readonly reachedStart: boolean;
  /** The highest height that should be there and isn't kept; null if the walk met none. */
  readonly notKept: number | null;
}

/** From which height (inclusive) back from which block, and at most how many blocks. */
export interface WalkRange {
  readonly from: number;
  readonly to: number;
  readonly maxBlocks: number;
}

/** Heights asked for at once. */
const WINDOW = 8;
/** Far more than NEAR has: each costs a request. */
const MAX_SHARDS = 256;

/**
 * Reads the blocks of a range backwards. Every block names the height of the one before it, so heights without a
 * block are told apart from blocks that the node doesn't have. Throws RpcError.
 */
export async function walkBlocks(node: AskNode, range: WalkRange, signal?: AbortSignal): Promise<Walk> {
  const blocks: WalkedBlock[] = [];
  let next = range.to;
  while (next >= range.from && blocks.length < range.maxBlocks) {
    const size = Math.min(WINDOW, range.maxBlocks - blocks.length, next - range.from + 1);
    const heights = Array.from({ length: size }, (_, index) => next - index);
    const found = await Promise.all(heights.map((height) => blockAt(node, height, signal)));
    const byHeight = new Map(
      found.flatMap((block) => (block === null ? [] : [[block.height as number, block]])),
    );
    const lowest = next - size + 1;
    while (next >= lowest) {
      const block = byHeight.get(next);
      if (block === undefined) return { blocks, reachedStart: false, notKept: next };
      blocks.push(block);
      next = block.prevHeight;
    }
  }
  return { blocks, reachedStart: next < range.from, notKept: null };
}

async function blockAt(
  node: AskNode,
  height: number,
  signal: AbortSignal | undefined,
): Promise<WalkedBlock | null> {
  let answer: unknown;
  try {
    answer = await node.ask("block", { block_id: height }, signal);
  } catch (error) {
    if (errorCode(error) === "UNKNOWN_BLOCK") return null;
    throw error;
  }
  const { chunks, header } = (answer ?? {}) as { chunks?: unknown; header?: Record<string, unknown> };
  const { hash, height: found, prev_height: prev, timestamp_nanosec: nanos } = header ?? {};
  const isBlock =
    found === height && typeof hash === "string" && Array.isArray(chunks) && chunks.length <= MAX_SHARDS;
  // The first block of a chain has none before it, and says so with its own height or not at all.
  const prevHeight = prev === height ? height - 1 : (prev ?? height - 1);
  const isChained = Number.isSafeInteger(prevHeight) && (prevHeight as number) < height;
  if (!isBlock || !isChained || typeof nanos !== "string" || !/^\d{1,20}$/.test(nanos)) {
    throw new RpcError("RPC_ANSWER_INVALID", node.name, "sent a block of another shape", { retryable: true });
  }
  return {
    height: height as BlockHeight,
    hash,
    prevHeight: prevHeight as BlockHeight,
    timeMillis: Number(BigInt(nanos) / 1_000_000n),
    chunkHashes: (chunks as readonly Record<string, unknown>[])
      // A chunk that was missed stands in the block once more as it was before.
      .filter((chunk) => chunk.height_included === height)
      .flatMap(({ chunk_hash: chunkHash }) => (typeof chunkHash === "string" ? [chunkHash] : [])),
  };
}
