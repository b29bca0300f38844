import type { Block } from "../../chain/block.ts";
import type { Chain, StoredOutcome } from "../../chain/chain.ts";
import { ancestorPath, confirmingBlock, knownBlock, nextFinalizedBlock } from "../../chain/light-client.ts";
import type { MerklePath } from "../../chain/merkle.ts";
import type { RpcNode } from "../node.ts";
import { namedParams, type Params, textParam } from "../params.ts";
import { handlerError, parseError } from "../rpc-error.ts";
import { lightClientBlockView, liteBlockView, merklePathView } from "../views/light-client-view.ts";
import { outcomeView } from "../views/outcome-view.ts";

/** `next_light_client_block`: what follows `last_block_hash` for a light client; `{}` when nothing new is final. */
export function nextLightClientBlock({ chain }: RpcNode, params: unknown): object {
  const hash = textParam(namedParams(params, ["last_block_hash"]), "last_block_hash");
  const next = nextFinalizedBlock(chain, hash);
  switch (next.kind) {
    case "Found":
      return lightClientBlockView(next.finalized, chain.genesis.validator);
    case "UpToDate":
      return {};
    case "UnknownBlock":
      throw unknownBlock(hash);
  }
}

/**
 * `light_client_proof`: proves the outcome of a transaction or receipt against the block `light_client_head`, which
 * must come after the block that confirms the outcome.
 */
export function lightClientProof({ chain }: RpcNode, params: unknown): object {
  const named = namedParams(params, []);
  const id = outcomeId(named);
  const head = blockParam(chain, named, "light_client_head");
  const stored = chain.outcomes.get(id);
  if (stored === undefined) {
    const text = `${id} has not been executed, or its outcome is no longer kept`;
    throw handlerError("UNKNOWN_TRANSACTION_OR_RECEIPT", { transaction_or_receipt_id: id }, text);
  }
  const confirming = confirmingBlock(chain, stored.block);
  if (confirming === undefined) throw notConfirmed(id, stored);
  return {
    outcome_proof: { ...outcomeView(chain, stored), block_hash: confirming.hash },
    // The block's tree over its chunks has one leaf, so that there is no way to go.
    outcome_root_proof: [],
    block_header_lite: liteBlockView(confirming),
    block_proof: merklePathView(pathToHead(chain, confirming, head)),
  };
}

/** `EXPERIMENTAL_light_client_block_proof`: proves that `block_hash` is an ancestor of `light_client_head`. */
export function blockProof({ chain }: RpcNode, params: unknown): object {
  const named = namedParams(params, ["block_hash", "light_client_head"]);
  const block = blockParam(chain, named, "block_hash");
  const head = blockParam(chain, named, "light_client_head");
  return {
    block_header_lite: liteBlockView(block),
    block_proof: merklePathView(pathToHead(chain, block, head)),
  };
}

/** nearcore finds the shard by the account, which therefore must be there. */
function outcomeId(params: Params): string {
  switch (params.type) {
    case "transaction":
      textParam(params, "sender_id");
      return textParam(params, "transaction_hash");
    case "receipt":
      textParam(params, "receiver_id");
      return textParam(params, "receipt_id");
    default:
      throw parseError(
        `Failed parsing args: unknown variant \`${params.type}\` in \`type\`, expected transaction or receipt`,
      );
  }
}

function blockParam(chain: Chain, params: Params, name: string): Block {
  const hash = textParam(params, name);
  const block = knownBlock(chain, hash);
  if (block === undefined) throw unknownBlock(hash);
  return block;
}

function pathToHead(chain: Chain, block: Block, head: Block): MerklePath {
  const path = ancestorPath(chain, block, head);
  if (path !== null) return path;
  const text =
    block.ordinal >= head.ordinal
      ? `block ${block.hash} is ahead of head block ${head.hash}`
      : `block ${block.hash} is no longer kept`;
  throw handlerError("INTERNAL_ERROR", { error_message: text }, text);
}

function unknownBlock(hash: string) {
  const text = `Block either has never been observed on the node or has been garbage collected: ${hash}`;
  return handlerError("UNKNOWN_BLOCK", {}, text);
}

function notConfirmed(id: string, { block }: StoredOutcome) {
  const text = `${id} was executed in block ${block.hash}, and no block after it confirms that yet`;
  return handlerError("NOT_CONFIRMED", { transaction_or_receipt_id: id }, text);
}
