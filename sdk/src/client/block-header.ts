import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import { RpcError } from "../errors/rpc-error.ts";
import type { AskNode } from "./json-rpc.ts";
import { type BlockReference, blockParams, FINAL } from "./read-contract.ts";

/** What identifies a block, and its time. */
export interface BlockHeader {
  readonly height: BlockHeight;
  /** base58. */
  readonly hash: string;
  /** Milliseconds since 1970, rounded down. */
  readonly timeMillis: number;
}

/** The newest final block that a node knows. Throws RpcError. */
export function finalHeader(node: AskNode, signal?: AbortSignal): Promise<BlockHeader> {
  return header(node, FINAL, signal);
}

/** The block at a height. Throws RpcError, also when the node answers with another height. */
export async function headerAt(
  node: AskNode,
  height: BlockHeight,
  signal?: AbortSignal,
): Promise<BlockHeader> {
  const found = await header(node, { height }, signal);
  if (found.height !== height) throw invalid(node, `a block at ${found.height} instead of ${height}`);
  return found;
}

const NANOS_PER_MILLI = 1_000_000n;

async function header(
  node: AskNode,
  at: BlockReference,
  signal: AbortSignal | undefined,
): Promise<BlockHeader> {
  const answer = (await node.ask("block", blockParams(at), signal)) as {
    header?: Record<string, unknown>;
  } | null;
  const { height, hash, timestamp_nanosec: nanos } = answer?.header ?? {};
  if (!Number.isSafeInteger(height) || typeof hash !== "string" || typeof nanos !== "string") {
    throw invalid(node, "a block header of another shape");
  }
  if (!/^\d{1,20}$/.test(nanos)) throw invalid(node, "a block time that isn't a number");
  return { height: height as BlockHeight, hash, timeMillis: Number(BigInt(nanos) / NANOS_PER_MILLI) };
}

function invalid(node: AskNode, what: string): RpcError {
  return new RpcError("RPC_ANSWER_INVALID", node.name, `sent ${what}`, { retryable: true });
}
