import { base64 } from "@scure/base";
import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import { errorFromExecution } from "../errors/contract-error.ts";
import { RpcError } from "../errors/rpc-error.ts";
import { anyNode } from "./ask-any-node.ts";
import type { AskNode, RpcEndpoint } from "./json-rpc.ts";

/** Which block a view is answered at. `final` can't be rolled back; `optimistic` is the newest. */
export type BlockReference =
  | { readonly finality: "final" | "optimistic" }
  | { readonly height: number }
  | { readonly hash: string };

export const FINAL: BlockReference = { finality: "final" };

/** A view's result and the block it holds at. */
export interface ViewOutcome<Value = unknown> {
  readonly value: Value;
  readonly blockHeight: BlockHeight;
  readonly blockHash: string;
}

/** How a single view is asked. */
export interface ViewOptions {
  /** Default: `final`. */
  readonly at?: BlockReference;
  readonly signal?: AbortSignal;
}

/** The port through which views of the recovery contract are read. */
export interface ReadContract {
  /**
   * The parsed JSON that a view method returns (null for no value), unchecked.
   *
   * Throws RpcError, ContractError or ExecutionError.
   */
  view(method: string, args: unknown, options?: ViewOptions): Promise<ViewOutcome>;
}

/** What a reader needs. */
export interface RpcReaderOptions {
  readonly endpoint: RpcEndpoint;
  /** Asked in turn where the first can't answer. Whichever answers is believed. */
  readonly fallbackEndpoints?: readonly RpcEndpoint[];
  readonly contractId: string;
}

/**
 * Reads the contract from one endpoint at a time, without keys.
 *
 * One endpoint can lie. What lets a secret out is read through `createProvenReader`.
 */
export function createRpcReader(options: RpcReaderOptions): ReadContract {
  const nodes = anyNode([options.endpoint, ...(options.fallbackEndpoints ?? [])]);
  return {
    view: (method, args, { at = FINAL, signal } = {}) =>
      nodes.use((node) => viewOnNode(node, options.contractId, { method, args }, at, signal), signal),
  };
}

/** One view: the method's name on chain and its JSON arguments. */
export interface ViewCall {
  readonly method: string;
  readonly args: unknown;
}

/** Asks one node for one view. The building block of readers; throws as `ReadContract.view` does. */
export async function viewOnNode(
  node: AskNode,
  contractId: string,
  call: ViewCall,
  at: BlockReference,
  signal?: AbortSignal,
): Promise<ViewOutcome> {
  const args = base64.encode(new TextEncoder().encode(JSON.stringify(call.args ?? {})));
  const query = { request_type: "call_function", account_id: contractId, method_name: call.method };
  const params = { ...query, args_base64: args, ...blockParams(at) };
  const answer = (await node.ask("query", params, signal)) as Partial<CallFunctionResult> | null;
  if (typeof answer?.error === "string") throw errorFromExecution(answer.error);
  const { result, block_height: height, block_hash: hash } = answer ?? {};
  if (!isBytes(result) || !Number.isSafeInteger(height) || typeof hash !== "string") {
    throw new RpcError("RPC_ANSWER_INVALID", node.name, "sent a view result of another shape", {
      retryable: true,
    });
  }
  if (("hash" in at && at.hash !== hash) || ("height" in at && at.height !== height)) {
    // A balancer's nodes differ: what is put together from several views must be of one block.
    throw new RpcError(
      "RPC_ANSWER_INVALID",
      node.name,
      `answered at block ${height}, which wasn't asked for`,
      {
        retryable: true,
      },
    );
  }
  return { value: parseResult(result, node.name), blockHeight: height as BlockHeight, blockHash: hash };
}

/** The block reference in the form that NEAR's RPC takes. */
export function blockParams(at: BlockReference): Record<string, unknown> {
  if ("finality" in at) return { finality: at.finality };
  return { block_id: "height" in at ? at.height : at.hash };
}

interface CallFunctionResult {
  readonly result: unknown;
  readonly block_height: number;
  readonly block_hash: string;
  readonly error: string;
}

const MAX_BYTE = 255;

function isBytes(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= MAX_BYTE)
  );
}

function parseResult(bytes: number[], name: string): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes)));
  } catch (cause) {
    throw new RpcError("RPC_ANSWER_INVALID", name, "sent a view result that isn't JSON", {
      retryable: false,
      hints: ["Check that the contract id names the recovery contract."],
      cause,
    });
  }
}
