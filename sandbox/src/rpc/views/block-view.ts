import { base58 } from "@scure/base";
import type { Block } from "../../chain/block.ts";
import type { Chain } from "../../chain/chain.ts";
import { ed25519SignatureView } from "./action-view.ts";

const ZERO_HASH = "1".repeat(32);

/** nearcore's `BlockView`: one chunk, which is always included. */
export function blockView(chain: Chain, block: Block): unknown {
  return {
    author: chain.genesis.validator.accountId,
    header: headerView(chain, block),
    chunks: [chunkHeaderView(chain, block)],
  };
}

/** nearcore's `ChunkHeaderView`; the chunk goes by its block's hash. */
export function chunkHeaderView(chain: Chain, block: Block): unknown {
  return {
    chunk_hash: block.hash,
    prev_block_hash: block.prevHash,
    outcome_root: base58.encode(block.chunkOutcomeRoot),
    prev_state_root: base58.encode(block.prevStateRoot),
    encoded_merkle_root: ZERO_HASH,
    encoded_length: 0,
    height_created: Number(block.height),
    height_included: Number(block.height),
    shard_id: 0,
    gas_used: Number(block.burntGas),
    gas_limit: Number(chain.genesis.gasLimit),
    rent_paid: "0",
    validator_reward: "0",
    balance_burnt: "0",
    outgoing_receipts_root: ZERO_HASH,
    tx_root: ZERO_HASH,
    validator_proposals: [],
    congestion_info: null,
    bandwidth_requests: null,
    signature: hashSignature(chain, block),
  };
}

function headerView(chain: Chain, block: Block): unknown {
  return {
    height: Number(block.height),
    prev_height: Number(block.prevHeight),
    epoch_id: base58.encode(block.epochId),
    next_epoch_id: base58.encode(block.nextEpochId),
    hash: block.hash,
    prev_hash: block.prevHash,
    prev_state_root: base58.encode(block.prevStateRoot),
    block_body_hash: ZERO_HASH,
    chunk_receipts_root: ZERO_HASH,
    chunk_headers_root: ZERO_HASH,
    chunk_tx_root: ZERO_HASH,
    outcome_root: base58.encode(block.outcomeRoot),
    chunks_included: 1,
    challenges_root: ZERO_HASH,
    timestamp: Number(block.timestampNanos),
    timestamp_nanosec: String(block.timestampNanos),
    random_value: base58.encode(block.randomness),
    validator_proposals: [],
    chunk_mask: [true],
    gas_price: String(block.gasPriceYocto),
    block_ordinal: block.ordinal,
    rent_paid: "0",
    validator_reward: "0",
    total_supply: String(block.totalSupplyYocto),
    challenges_result: [],
    last_final_block: block.lastFinalBlock,
    last_ds_final_block: block.lastDoomslugFinalBlock,
    next_bp_hash: base58.encode(block.nextBlockProducersHash),
    block_merkle_root: base58.encode(block.blockMerkleRoot),
    epoch_sync_data_hash: null,
    approvals: block.approvals.map(ed25519SignatureView),
    signature: hashSignature(chain, block),
    latest_protocol_version: block.protocolVersion,
    chunk_endorsements: [],
  };
}

/** Of the block's hash; ed25519 signatures are deterministic, so that they needn't be kept. */
function hashSignature({ environment }: Chain, block: Block): string {
  return ed25519SignatureView(environment.signAsValidator(base58.decode(block.hash)));
}
