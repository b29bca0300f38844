import type { ViewResult } from "../../../contract/src/interface/methods.ts";
import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import { MAX_PATH_CHARACTERS } from "../../../contract/src/protocol/limits.ts";
import type { RequestId } from "../../../contract/src/protocol/requests/signature-request.ts";
import type { AskNode } from "../client/json-rpc.ts";
import { deriveTweak } from "../crypto/derived-keys.ts";
import { BaseError } from "../errors/base-error.ts";
import { readEvents, type SeenEvent } from "./read-events.ts";

/** The view `pending_requests`. */
export type PendingRequests = ViewResult<"pending_requests">;

/** Who asked for a signature, and under which path. */
export interface Asker {
  readonly predecessorId: AccountId;
  /** Whatever the caller chose, at most 1,024 characters. */
  readonly path: string;
}

export type Askers = ReadonlyMap<RequestId, Asker>;

/** A request waits for 200 blocks: older events tell of none that waits. */
const MAX_BLOCKS = 200;

/**
 * Looks for who asked in the contract's events, since the contract keeps a hash of it only. An event counts if it has
 * that very hash, so no endpoint can name another asker; it can only leave one unnamed. Asks one endpoint after the
 * other while some are missing; those that fail are passed over.
 */
export async function findAskers(
  nodes: readonly AskNode[],
  contractId: string,
  waiting: PendingRequests,
  signal?: AbortSignal,
): Promise<Askers> {
  let askers = rememberedAskers(nodes, waiting);
  for (const node of nodes) {
    const heights = waiting
      .filter(({ request_id }) => !askers.has(request_id))
      .map(({ requested_in }) => requested_in);
    if (heights.length === 0) break;
    const range = { from: Math.min(...heights), to: Math.max(...heights), maxBlocks: MAX_BLOCKS };
    const found = askersIn(await eventsOf(node, contractId, range, signal), waiting);
    askers = new Map([...askers, ...found]);
  }
  for (const node of nodes) remembered.set(node, askers);
  return askers;
}

/** The askers of these requests that the events name. Pure. */
export function askersIn(events: readonly SeenEvent[], waiting: PendingRequests): Askers {
  const tweaks = new Map(waiting.map(({ request, request_id }) => [request_id, request.tweak.join()]));
  const found = new Map<RequestId, Asker>();
  for (const { data, event } of events) {
    const tweak = event === "signature_requested" ? tweaks.get(data.request_id as RequestId) : undefined;
    const asker = tweak === undefined ? null : askerOf(data, tweak);
    if (asker !== null) found.set(data.request_id as RequestId, asker);
  }
  return found;
}

/** A comma in an account would move the end of the path: no account has one. */
const ACCOUNT = /^[a-z0-9._-]{2,64}$/;

function askerOf({ path, predecessor_id }: SeenEvent["data"], tweak: string): Asker | null {
  if (typeof path !== "string" || path.length > MAX_PATH_CHARACTERS) return null;
  if (typeof predecessor_id !== "string" || !ACCOUNT.test(predecessor_id)) return null;
  const predecessorId = predecessor_id as AccountId;
  return deriveTweak(predecessorId, path).join() === tweak ? { predecessorId, path } : null;
}

/** What was found out about a request stays true: who looks again and again reads each event once. */
const remembered = new WeakMap<AskNode, Askers>();

function rememberedAskers(nodes: readonly AskNode[], waiting: PendingRequests): Askers {
  const known = nodes.map((node) => remembered.get(node));
  const askers = new Map<RequestId, Asker>();
  for (const { request_id } of waiting) {
    const asker = known.find((each) => each?.has(request_id))?.get(request_id);
    if (asker !== undefined) askers.set(request_id, asker);
  }
  return askers;
}

async function eventsOf(
  node: AskNode,
  contractId: string,
  range: Parameters<typeof readEvents>[2],
  signal: AbortSignal | undefined,
): Promise<readonly SeenEvent[]> {
  try {
    return (await readEvents(node, contractId, range, signal)).events;
  } catch (error) {
    // What waits is shown all the same.
    if (error instanceof BaseError && !signal?.aborted) return [];
    throw error;
  }
}
