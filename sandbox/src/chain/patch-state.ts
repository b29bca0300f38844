import { applyRecord, type StateRecord } from "../genesis/records.ts";
import type { Chain } from "./chain.ts";
import { produceBlock } from "./produce-block.ts";

/** Writes records into the state at once and makes a block, so that the height shows the change. */
export function patchState(chain: Chain, records: readonly StateRecord[]): void {
  for (const record of records) applyRecord(chain.state, chain.trie, record);
  chain.trie.flush();
  chain.stateHeight = produceBlock(chain, null).height;
}
