import {
  block,
  chunk,
  gasPrice,
  genesisConfig,
  networkInfo,
  protocolConfig,
  status,
  validators,
} from "./methods/chain-info.ts";
import { blockProof, lightClientProof, nextLightClientBlock } from "./methods/light-client.ts";
import { query, queryOf } from "./methods/query.ts";
import { sandboxDumpState, sandboxFastForward, sandboxPatchState } from "./methods/sandbox.ts";
import {
  broadcastAsync,
  broadcastCommit,
  receiptById,
  receiptToTransaction,
  sendTransaction,
  transactionStatus,
  transactionStatusWithReceipts,
} from "./methods/transactions.ts";
import type { RpcNode } from "./node.ts";

/** Takes the request's `params` as they came; throws RpcError. */
export type RpcMethod = (node: RpcNode, params: unknown) => unknown;

/** All methods of the embedded chain by name. */
export const RPC_METHODS: ReadonlyMap<string, RpcMethod> = new Map<string, RpcMethod>([
  ["status", status],
  ["health", () => null],
  ["block", block],
  ["chunk", chunk],
  ["query", query],
  ["gas_price", gasPrice],
  ["validators", validators],
  ["network_info", networkInfo],
  ["genesis_config", genesisConfig],
  ["send_tx", sendTransaction],
  ["broadcast_tx_commit", broadcastCommit],
  ["broadcast_tx_async", broadcastAsync],
  ["tx", transactionStatus],
  ["EXPERIMENTAL_tx_status", transactionStatusWithReceipts],
  ["EXPERIMENTAL_receipt", receiptById],
  ["EXPERIMENTAL_receipt_to_tx", receiptToTransaction],
  ["next_light_client_block", nextLightClientBlock],
  ["light_client_proof", lightClientProof],
  ["EXPERIMENTAL_light_client_proof", lightClientProof],
  ["EXPERIMENTAL_light_client_block_proof", blockProof],
  ["EXPERIMENTAL_protocol_config", protocolConfig],
  ["EXPERIMENTAL_genesis_config", genesisConfig],
  ["EXPERIMENTAL_view_account", queryOf("view_account")],
  ["EXPERIMENTAL_view_code", queryOf("view_code")],
  ["EXPERIMENTAL_view_state", queryOf("view_state")],
  ["EXPERIMENTAL_view_access_key", queryOf("view_access_key")],
  ["EXPERIMENTAL_view_access_key_list", queryOf("view_access_key_list")],
  ["EXPERIMENTAL_call_function", queryOf("call_function")],
  ["sandbox_patch_state", sandboxPatchState],
  ["sandbox_fast_forward", sandboxFastForward],
  ["sandbox_dump_state", sandboxDumpState],
]);

/** Methods of nearcore that the embedded chain leaves out, refused by name. */
export const UNSUPPORTED_METHODS: ReadonlySet<string> = new Set([
  "adv_produce_blocks",
  "block_effects",
  "changes",
  "client_config",
  "maintenance_windows",
  "EXPERIMENTAL_changes",
  "EXPERIMENTAL_changes_in_block",
  "EXPERIMENTAL_congestion_level",
  "EXPERIMENTAL_maintenance_windows",
  "EXPERIMENTAL_split_storage_info",
  "EXPERIMENTAL_validators_ordered",
  "EXPERIMENTAL_view_gas_key",
  "EXPERIMENTAL_view_gas_key_list",
  "EXPERIMENTAL_view_gas_key_nonces",
]);
