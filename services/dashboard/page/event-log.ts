import type { AskNode } from "../../../sdk/src/client/json-rpc.ts";
import { type EventGap, readEvents, type SeenEvent } from "../../../sdk/src/inspect/read-events.ts";

/** The events that the page knows, newest first, and what it could not look at. */
export interface EventLog {
  readonly events: readonly SeenEvent[];
  /** Lowest and highest block looked through; null before the first. */
  readonly from: number | null;
  readonly to: number | null;
  readonly gaps: readonly EventGap[];
}

export const NO_EVENTS: EventLog = { events: [], from: null, to: null, gaps: [] };

/** Blocks looked back through when the page opens, and at most for each look after. */
const MAX_BLOCKS = 200;
const MAX_EVENTS = 200;

/** The log with what happened up to the block. Throws RpcError. */
export async function continueLog(
  log: EventLog,
  node: AskNode,
  contractId: string,
  height: number,
  signal: AbortSignal,
): Promise<EventLog> {
  if (log.to !== null && log.to >= height) return log;
  const isFirst = log.to === null;
  const from = isFirst ? Math.max(0, height - MAX_BLOCKS) : (log.to ?? 0) + 1;
  const report = await readEvents(node, contractId, { from, to: height, maxBlocks: MAX_BLOCKS }, signal);
  // What lies before the page was opened isn't missing.
  const gaps = report.gaps.filter(({ reason }) => !isFirst || reason === "transaction_not_found");
  return {
    events: [...[...report.events].reverse(), ...log.events].slice(0, MAX_EVENTS),
    from: log.from ?? report.from,
    to: height,
    gaps: [...gaps, ...log.gaps].slice(0, MAX_EVENTS),
  };
}
