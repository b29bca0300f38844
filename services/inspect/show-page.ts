import type { BlockReference } from "../../sdk/src/client/read-contract.ts";
import type { Inspected } from "../../sdk/src/inspect/inspected.ts";
import { type InspectSource, inspectAt } from "../../sdk/src/inspect/pinned-contract.ts";
import type { Page } from "./pages.ts";
import { type Output, printReport, type Shown, watchReport } from "./terminal.ts";

/** How a page is shown. */
export interface ShowOptions {
  readonly at: BlockReference;
  readonly isJson: boolean;
  readonly isWatched: boolean;
  readonly intervalMillis: number;
  readonly signal: AbortSignal;
}

/** Shows a page once, or until it is stopped. Throws what `inspectAt` throws. */
export async function showPage(
  page: Page,
  source: InspectSource,
  output: Output,
  options: ShowOptions,
): Promise<void> {
  const look = () => lookAt(page, source, output, options);
  if (!options.isWatched) return printReport(output, await look(), options.isJson);
  await watchReport(output, look, options, ({ json }) => (json as Inspected<unknown>).value);
}

async function lookAt(
  page: Page,
  source: InspectSource,
  output: Output,
  { at, signal }: ShowOptions,
): Promise<Shown> {
  const { value: read, ...where } = await inspectAt(source, at, (contract) => page.read(contract), signal);
  const json = { ...where, value: read.value };
  return { json, lines: read.lines(json, { now: Date.now(), width: output.columns() }) };
}
