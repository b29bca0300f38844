/** The contract over plain JSON-RPC, without keys: `mpc-recovery/transport/json-rpc`. Needs no NEAR library. */
export type { RpcEndpoint } from "../client/json-rpc.ts";
export { provenAsReader } from "../client/proven-as-reader.ts";
export {
  createProvenReader,
  type ProvenReaderOptions,
  type ProvenViews,
  type ReadProvenContract,
  type Trust,
} from "../client/proven-reader.ts";
export {
  type BlockReference,
  createRpcReader,
  type ReadContract,
  type RpcReaderOptions,
  type ViewOptions,
  type ViewOutcome,
} from "../client/read-contract.ts";
export type { RetryPolicy } from "../client/retry.ts";
