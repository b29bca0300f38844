import type { Chain } from "./chain.ts";
import { produceBlock } from "./produce-block.ts";
import { settle } from "./submit.ts";

/**
 * Moves the chain `delta` blocks on without making those in between: the next block's height and time jump. Yields
 * that expire on the way time out in it.
 */
export function fastForward(chain: Chain, delta: bigint): void {
  if (delta <= 0n) return;
  chain.fastForwardedNanos += delta * chain.environment.meanBlockDelayNanos;
  produceBlock(chain, null, chain.head.height + delta);
  settle(chain);
}
