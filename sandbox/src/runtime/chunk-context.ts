import type { RunFunctionCall, RuntimeParameters } from "../vm/interface.ts";
import type { ChunkTrie } from "./chunk-trie.ts";
import type { WorldState } from "./state.ts";

/** What all receipts of one block's chunk share. Heights in blocks, time in nanoseconds. */
export interface ChunkContext {
  readonly state: WorldState;
  readonly trie: ChunkTrie;
  readonly parameters: RuntimeParameters;
  readonly runFunctionCall: RunFunctionCall;
  readonly chainId: string;
  readonly height: bigint;
  readonly timestampNanos: bigint;
  readonly epochHeight: bigint;
  readonly gasPriceYocto: bigint;
  /** The block's random value, 32 bytes. */
  readonly randomness: Uint8Array;
}
