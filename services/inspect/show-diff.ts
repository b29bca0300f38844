import { state } from "../../sdk/src/actions/views.ts";
import { diffStates } from "../../sdk/src/inspect/diff-states.ts";
import { inspectAt, type PinnedContract } from "../../sdk/src/inspect/pinned-contract.ts";
import { renderDiff } from "../../sdk/src/inspect/render/render-diff.ts";
import { type SourceOptions, sourceOf } from "./source-options.ts";
import { type Output, printReport } from "./terminal.ts";

/** Prints what differs between two blocks. Throws what `inspectAt` throws. */
export async function showDiff(
  heights: { readonly before: number; readonly after: number },
  options: SourceOptions & { readonly json: boolean },
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const source = sourceOf(options);
  const readState = async ({ reader }: PinnedContract) => (await state(reader)).value;
  const before = await inspectAt(source, { height: heights.before }, readState, signal);
  const after = await inspectAt(source, { height: heights.after }, readState, signal);
  const report = {
    ...after,
    value: { before: before.block, changes: diffStates(before.value, after.value) },
  };
  const lines = renderDiff(report, { now: Date.now(), width: output.columns() });
  printReport(output, { json: report, lines }, options.json);
}
