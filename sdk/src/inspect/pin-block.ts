import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import type { AskNode } from "../client/json-rpc.ts";
import type { BlockReference } from "../client/read-contract.ts";
import { errorCode } from "../errors/base-error.ts";
import { ProofError } from "../errors/proof-error.ts";
import { RpcError } from "../errors/rpc-error.ts";
import { InspectError } from "./inspect-error.ts";
import type { PinnedBlock } from "./inspected.ts";

/** A block and the endpoints that have it. */
export interface Pin {
  readonly block: PinnedBlock;
  readonly nodes: readonly AskNode[];
}

/** Of several endpoints two must agree; a single one is believed. */
const MUST_AGREE = 2;
const NANOS_PER_MILLI = 1_000_000n;
/** Blocks over which the mean time between two is taken; the shorter one where a height has no block. */
const SPANS = [100, 20];

/**
 * Chooses the block: the newest final one that two endpoints have (or the only one has), or the one asked for.
 * Endpoints that don't answer or lag are left out.
 *
 * Throws ProofError `ENDPOINTS_DISAGREE` and `QUORUM_NOT_REACHED`, InspectError `BLOCK_NOT_KEPT`, RpcError.
 */
export async function pinBlock(
  nodes: readonly AskNode[],
  at: BlockReference,
  signal?: AbortSignal,
): Promise<Pin> {
  const needed = Math.min(MUST_AGREE, nodes.length);
  const heads = await answersOf(nodes, (node) => headerOf(node, at, signal), needed, at);
  const heights = heads.map(({ header }) => header.height).sort((left, right) => right - left);
  const height = heights[needed - 1] as BlockHeight;
  const able = heads.filter(({ header }) => header.height >= height).map(({ node }) => node);
  const answers = await answersOf(able, (node) => headerOf(node, { height }, signal), needed, { height });
  const header = agreedHeader(answers);
  const [first] = answers;
  const blockMillis = first === undefined ? null : await meanBlockMillis(first.node, header, signal);
  return { block: { ...header, blockMillis }, nodes: answers.map(({ node }) => node) };
}

type Header = Omit<PinnedBlock, "blockMillis">;

interface Answer {
  readonly node: AskNode;
  readonly header: Header;
}

async function answersOf(
  nodes: readonly AskNode[],
  ask: (node: AskNode) => Promise<Header>,
  needed: number,
  at: BlockReference,
): Promise<readonly Answer[]> {
  const settled = await Promise.allSettled(nodes.map(async (node) => ({ node, header: await ask(node) })));
  const answers = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (answers.length >= needed && answers.length > 0) return answers;
  const faults = settled.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  const missing = faults.find((fault) => errorCode(fault) === "UNKNOWN_BLOCK");
  if (missing !== undefined && !("finality" in at)) throw blockNotKept(at, missing);
  if (nodes.length === 1) throw faults[0];
  throw new ProofError(
    "QUORUM_NOT_REACHED",
    `Expected ${needed} of ${nodes.length} endpoints to show the same block, but too few answered.`,
    "Check the endpoints, or give other ones.",
    faults,
  );
}

/** For a block whose state no endpoint keeps. */
export function blockNotKept(at: BlockReference, cause: unknown): InspectError {
  const name = "height" in at ? `at height ${at.height}` : `${JSON.stringify(at)}`;
  return new InspectError(
    "BLOCK_NOT_KEPT",
    `The endpoint doesn't have the block ${name}, or no longer keeps its state.`,
    "Ordinary nodes keep about the last two days, and some heights have no block: give a height nearby, or the URL of an archival endpoint.",
    cause,
  );
}

function agreedHeader(answers: readonly Answer[]): Header {
  const [first, ...others] = answers as readonly [Answer, ...Answer[]];
  for (const { node, header } of others) {
    if (header.hash === first.header.hash && header.timeMillis === first.header.timeMillis) continue;
    throw disagreement(first.node, node, `block ${first.header.height}`);
  }
  return first.header;
}

/** For two endpoints that contradict each other. */
export function disagreement(one: AskNode, other: AskNode, about: string): ProofError {
  return new ProofError(
    "ENDPOINTS_DISAGREE",
    `The endpoints ${one.name} and ${other.name} contradict each other about ${about}.`,
    "At least one of them lies or is broken: find out which, and don't act on what either shows.",
  );
}

async function headerOf(node: AskNode, at: BlockReference, signal?: AbortSignal): Promise<Header> {
  const params = "finality" in at ? at : { block_id: "height" in at ? at.height : at.hash };
  const answer = (await node.ask("block", params, signal)) as { header?: Record<string, unknown> } | null;
  const { height, hash, timestamp_nanosec: nanos } = answer?.header ?? {};
  const isHeader = Number.isSafeInteger(height) && typeof hash === "string" && /^[\w-]{1,64}$/.test(hash);
  if (!isHeader || typeof nanos !== "string" || !/^\d{1,20}$/.test(nanos)) {
    throw new RpcError("RPC_ANSWER_INVALID", node.name, "sent a block header of another shape", {
      retryable: true,
    });
  }
  const isAsked = "height" in at ? height === at.height : "hash" in at ? hash === at.hash : true;
  if (!isAsked) {
    throw new RpcError("RPC_ANSWER_INVALID", node.name, "sent another block than the one asked for", {
      retryable: true,
    });
  }
  return { height: height as BlockHeight, hash, timeMillis: Number(BigInt(nanos) / NANOS_PER_MILLI) };
}

/** Only to show how long blocks last; a wrong answer misleads no decision. */
async function meanBlockMillis(node: AskNode, header: Header, signal?: AbortSignal): Promise<number | null> {
  for (const span of SPANS) {
    const height = (header.height - span) as BlockHeight;
    const earlier = height > 0 ? await headerOf(node, { height }, signal).catch(() => null) : null;
    const mean = earlier === null ? 0 : (header.timeMillis - earlier.timeMillis) / span;
    if (mean > 0) return mean;
  }
  return null;
}
