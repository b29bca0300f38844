import { base58 } from "@scure/base";
import type { Chain } from "../../chain/chain.ts";
import { referencedBlock } from "../block-reference.ts";
import type { RpcNode } from "../node.ts";
import { namedParams } from "../params.ts";
import { handlerError } from "../rpc-error.ts";
import { transactionView } from "../views/action-view.ts";
import { blockView, chunkHeaderView } from "../views/block-view.ts";
import { genesisConfigView, protocolConfigView } from "../views/config-view.ts";
import { receiptView } from "../views/outcome-view.ts";

/** What `version` says; the release name tells clients that this is no neard. */
export const VERSION = {
  version: "2.13.0-embedded",
  build: "mpc-recovery",
  commit: "",
  rustc_version: "none",
};

export function status(node: RpcNode): object {
  const { chain } = node;
  const { genesis, head } = chain;
  const { protocolVersion } = chain.environment.parameters;
  const earliest = chain.blocks.values().next().value ?? head;
  const { accountId, publicKey } = genesis.validator;
  return {
    version: VERSION,
    chain_id: genesis.chainId,
    protocol_version: protocolVersion,
    latest_protocol_version: protocolVersion,
    rpc_addr: node.rpcAddress,
    validators: [{ account_id: accountId, is_slashed: false }],
    sync_info: {
      latest_block_hash: head.hash,
      latest_block_height: Number(head.height),
      latest_state_root: base58.encode(head.prevStateRoot),
      latest_block_time: isoTime(head.timestampNanos),
      syncing: false,
      earliest_block_hash: earliest.hash,
      earliest_block_height: Number(earliest.height),
      earliest_block_time: isoTime(earliest.timestampNanos),
      epoch_id: base58.encode(head.epochId),
      epoch_start_height: Number(chain.epoch.startHeight),
    },
    validator_account_id: accountId,
    validator_public_key: publicKey,
    node_public_key: node.nodePublicKey,
    node_key: node.nodePublicKey,
    uptime_sec: Math.floor((Date.now() - node.startedAtMs) / 1000),
    genesis_hash: chain.genesisHash,
    detailed_debug_status: null,
  };
}

export function block(node: RpcNode, params: unknown): unknown {
  return blockView(node.chain, referencedBlock(node.chain, namedParams(params, ["block_id"])));
}

/** `chunk` by block and shard, or by chunk id, which here is the block's hash. */
export function chunk(node: RpcNode, params: unknown): object {
  const named = namedParams(params, ["chunk_id", "shard_id"]);
  const { shard_id: shardId } = named;
  if (shardId !== undefined && shardId !== null && shardId !== 0) {
    throw handlerError("INVALID_SHARD_ID", { shard_id: shardId }, `Shard id ${shardId} does not exist`);
  }
  const { chain } = node;
  const found = referencedBlock(chain, { block_id: named.block_id ?? named.chunk_id });
  const receipts = [...found.outcomeIds].flatMap((id) => chain.receipts.get(id) ?? []);
  const transactions = found.transactionHashes.flatMap((hash) => chain.transactions.get(hash) ?? []);
  return {
    author: chain.genesis.validator.accountId,
    header: chunkHeaderView(chain, found),
    transactions: transactions.map(({ transaction }) => transactionView(transaction)),
    receipts: receipts.map(receiptView),
  };
}

export function gasPrice(node: RpcNode, params: unknown): object {
  const found = referencedBlock(node.chain, namedParams(params, ["block_id"]));
  return { gas_price: String(found.gasPriceYocto) };
}

export function validators({ chain }: RpcNode): object {
  const validator = validatorView(chain);
  return {
    current_validators: [{ ...validator, ...uptimeView(chain) }],
    next_validators: [validator],
    current_fishermen: [],
    next_fishermen: [],
    current_proposals: [],
    prev_epoch_kickout: [],
    epoch_start_height: Number(chain.epoch.startHeight),
    epoch_height: Number(chain.epoch.height),
  };
}

export function protocolConfig({ chain }: RpcNode): unknown {
  return protocolConfigView(chain);
}

export function genesisConfig({ chain }: RpcNode): unknown {
  return genesisConfigView(chain.genesis);
}

export function networkInfo(): object {
  return {
    active_peers: [],
    num_active_peers: 0,
    peer_max_count: 0,
    sent_bytes_per_sec: 0,
    received_bytes_per_sec: 0,
    known_producers: [],
  };
}

function validatorView({ genesis }: Chain) {
  const { accountId, publicKey, stakeYocto } = genesis.validator;
  return { account_id: accountId, public_key: publicKey, stake: String(stakeYocto), shards: [0] };
}

function uptimeView({ epoch, head }: Chain) {
  const blocks = Number(head.height - epoch.startHeight);
  return {
    is_slashed: false,
    num_produced_blocks: blocks,
    num_expected_blocks: blocks,
    num_produced_chunks: blocks,
    num_expected_chunks: blocks,
    num_produced_chunks_per_shard: [blocks],
    num_expected_chunks_per_shard: [blocks],
    shards_produced: [0],
    num_produced_endorsements: 0,
    num_expected_endorsements: 0,
    num_produced_endorsements_per_shard: [0],
    num_expected_endorsements_per_shard: [0],
    shards_endorsed: [],
  };
}

function isoTime(nanos: bigint): string {
  const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`;
}
