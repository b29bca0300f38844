import type { StateChange } from "../diff-states.ts";
import type { Inspected, PinnedBlock } from "../inspected.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { indented, type Line, line, span } from "./lines.ts";

/** What differs between an earlier block and the report's own. */
export interface StateDiff {
  readonly before: PinnedBlock;
  readonly changes: readonly StateChange[];
}

/** One fact a line, or two lines where it changed from one value to another. */
export function renderDiff(report: Inspected<StateDiff>, options: PrintOptions): readonly Line[] {
  const { before, changes } = report.value;
  const none = [line("The states are the same.")];
  return [
    ...headerLines(report, options),
    line("compared with block ", span(before.height, "strong"), span(` ${before.hash}`, "dim")),
    line(),
    ...(changes.length === 0 ? none : changes.flatMap(changeLines)),
  ];
}

function changeLines({ after, before, fact }: StateChange): readonly Line[] {
  return [
    line(span(fact, "strong")),
    ...indented([
      ...(before === undefined ? [] : [line(span("- ", "bad"), String(before))]),
      ...(after === undefined ? [] : [line(span("+ ", "good"), String(after))]),
    ]),
  ];
}
