import { base58 } from "@scure/base";
import { type Block, innerRestHash } from "../../chain/block.ts";
import type { FinalizedBlock } from "../../chain/chain.ts";
import type { MerklePath } from "../../chain/merkle.ts";
import type { Validator } from "../../genesis/genesis.ts";
import { ed25519SignatureView } from "./action-view.ts";

/** nearcore's `LightClientBlockView`; the validator is the one block producer of every epoch. */
export function lightClientBlockView(finalized: FinalizedBlock, validator: Validator): object {
  return {
    ...liteBlockView(finalized.block),
    next_block_inner_hash: base58.encode(finalized.nextInnerHash),
    next_bps: [
      {
        validator_stake_struct_version: "V1",
        account_id: validator.accountId,
        public_key: validator.publicKey,
        stake: String(validator.stakeYocto),
      },
    ],
    approvals_after_next: finalized.approvalsAfterNext.map(ed25519SignatureView),
  };
}

/** nearcore's `LightClientBlockLiteView`. */
export function liteBlockView(block: Block): object {
  return {
    prev_block_hash: block.prevHash,
    inner_rest_hash: base58.encode(innerRestHash(block)),
    inner_lite: {
      height: Number(block.height),
      epoch_id: base58.encode(block.epochId),
      next_epoch_id: base58.encode(block.nextEpochId),
      prev_state_root: base58.encode(block.prevStateRoot),
      outcome_root: base58.encode(block.outcomeRoot),
      timestamp: Number(block.timestampNanos),
      timestamp_nanosec: String(block.timestampNanos),
      next_bp_hash: base58.encode(block.nextBlockProducersHash),
      block_merkle_root: base58.encode(block.blockMerkleRoot),
    },
  };
}

export function merklePathView(path: MerklePath): object[] {
  return path.map(({ direction, hash }) => ({ hash: base58.encode(hash), direction }));
}
