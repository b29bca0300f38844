import type { Chain } from "./chain.ts";
import { produceBlock } from "./produce-block.ts";
import { settle } from "./submit.ts";

/** At the end of an epoch, three blocks in a row make one of them final within the epoch. */
const BLOCKS_AT_EPOCH_END = 3n;

/** Beyond this a jump over whole epochs leaves them out, so that no request takes seconds. */
const MAX_EPOCHS_WITH_BLOCKS = 1_000n;

/**
 * Moves the chain `delta` blocks on without making those in between, except the last ones of every epoch and the
 * first of the next as nearcore does, so that light clients can follow. Height and time jump; yields that expire on
 * the way time out.
 */
export function fastForward(chain: Chain, delta: bigint): void {
  if (delta <= 0n) return;
  const target = chain.head.height + delta;
  while (chain.head.height < target) {
    const height = nextStop(chain, target);
    chain.fastForwardedNanos += (height - chain.head.height) * chain.environment.meanBlockDelayNanos;
    produceBlock(chain, null, height);
  }
  settle(chain);
}

function nextStop({ epoch, genesis, head }: Chain, target: bigint): bigint {
  const length = BigInt(genesis.epochLength);
  const nextEpoch = epoch.startHeight + length;
  if (target < nextEpoch || target - nextEpoch > MAX_EPOCHS_WITH_BLOCKS * length) return target;
  const next = head.height + 1n;
  const lastBlocks = nextEpoch - BLOCKS_AT_EPOCH_END;
  return next < lastBlocks ? lastBlocks : next;
}
