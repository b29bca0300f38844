import { pinBlock } from "../../sdk/src/inspect/pin-block.ts";
import { readEvents } from "../../sdk/src/inspect/read-events.ts";
import { headerLines } from "../../sdk/src/inspect/render/header.ts";
import { line } from "../../sdk/src/inspect/render/lines.ts";
import { renderEvents } from "../../sdk/src/inspect/render/render-events.ts";
import { anyNode } from "./inspect-node.ts";
import { blockOf, type SourceOptions, sourceOf } from "./source-options.ts";
import { type Output, printReport } from "./terminal.ts";

/** What `events` is given. */
export interface EventsOptions extends SourceOptions {
  /** First height to look at. */
  readonly since: number;
  readonly at?: number;
  readonly maxBlocks: number;
  readonly json: boolean;
}

/** Prints the events from a height to the block. Throws ProofError, RpcError, InspectError. */
export async function showEvents(options: EventsOptions, output: Output, signal: AbortSignal): Promise<void> {
  const { contractId, json, maxBlocks, rpcUrl, since } = options;
  const { block, nodes } = await pinBlock(sourceOf(options).nodes, blockOf(options), signal);
  const range = { from: since, to: block.height, maxBlocks };
  const value = await readEvents(anyNode(rpcUrl), contractId, range, signal);
  const report = { contractId, block, endpoints: nodes.map(({ name }) => name), value };
  const header = headerLines(report, { now: Date.now(), width: output.columns() });
  printReport(output, { json: report, lines: [...header, line(), ...renderEvents(value)] }, json);
}
