import type { Block } from "../chain/block.ts";
import type { Chain } from "../chain/chain.ts";
import type { Params } from "./params.ts";
import { handlerError, parseError } from "./rpc-error.ts";

const FINALITIES = ["optimistic", "near-final", "final"];

/**
 * The block that `finality`, `block_id` (height or hash) or `sync_checkpoint` names; without any, the head. Every
 * finality is the head, since there is nobody to disagree. Throws UNKNOWN_BLOCK or PARSE_ERROR.
 */
export function referencedBlock(chain: Chain, params: Params): Block {
  const { block_id: blockId, finality, sync_checkpoint: checkpoint } = params;
  if (blockId !== undefined && blockId !== null) return blockById(chain, blockId);
  if (checkpoint !== undefined) return checkpointBlock(chain, checkpoint);
  if (finality === undefined || finality === null || FINALITIES.includes(String(finality))) return chain.head;
  throw parseError(
    `Failed parsing args: unknown finality \`${finality}\`, expected ${FINALITIES.join(", ")}`,
  );
}

/** The referenced block for a state query: only blocks since the last change of state can be answered. */
export function referencedState(chain: Chain, params: Params): Block {
  const block = referencedBlock(chain, params);
  if (block.height >= chain.stateHeight) return block;
  throw handlerError(
    "GARBAGE_COLLECTED_BLOCK",
    { block_height: Number(block.height), block_hash: block.hash },
    `The data for block #${block.height} is garbage collected on this node: the embedded chain keeps only the latest state`,
  );
}

function blockById(chain: Chain, blockId: unknown): Block {
  const height = heightOf(chain, blockId);
  const block = height === undefined ? undefined : chain.blocks.get(height);
  if (block !== undefined) return block;
  const reference = { block_reference: { block_id: blockId } };
  throw handlerError("UNKNOWN_BLOCK", reference, `DB Not Found Error: BLOCK: ${blockId}`);
}

function heightOf(chain: Chain, blockId: unknown): bigint | undefined {
  if (typeof blockId === "string") return chain.heightByHash.get(blockId);
  if (typeof blockId === "number" && Number.isSafeInteger(blockId) && blockId >= 0) return BigInt(blockId);
  throw parseError("Failed parsing args: expected a height or a block hash in `block_id`");
}

function checkpointBlock(chain: Chain, checkpoint: unknown): Block {
  const earliest = chain.blocks.values().next().value;
  if (checkpoint === "earliest_available" && earliest !== undefined) return earliest;
  const genesis = chain.blocks.get(chain.genesis.height);
  if (checkpoint === "genesis" && genesis !== undefined) return genesis;
  const reference = { block_reference: { sync_checkpoint: checkpoint } };
  throw handlerError("UNKNOWN_BLOCK", reference, "DB Not Found Error: BLOCK: checkpoint");
}
