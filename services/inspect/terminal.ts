import { isDeepStrictEqual } from "node:util";
import { wait } from "../../sdk/src/client/retry.ts";
import type { Line } from "../../sdk/src/inspect/render/lines.ts";
import { type Paper, printLines } from "../../sdk/src/inspect/render/print-lines.ts";
import { safeText } from "../../sdk/src/inspect/render/safe-text.ts";
import { oneLine } from "../operations/program-error.ts";

/** Where reports go. A terminal has colours and is wrapped to; what is piped is plain, a line a line. */
export interface Output {
  readonly isTerminal: boolean;
  readonly isColoured: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
  write(text: string): void;
}

/** The program's standard output; NO_COLOR is heeded. */
export const STANDARD_OUTPUT: Output = {
  isTerminal: process.stdout.isTTY === true,
  isColoured: process.stdout.isTTY === true && !process.env.NO_COLOR,
  columns: () => process.stdout.columns ?? Number.POSITIVE_INFINITY,
  rows: () => process.stdout.rows ?? Number.POSITIVE_INFINITY,
  write: (text) => {
    process.stdout.write(text);
  },
};

/** One report: the data that `--json` prints, and its lines for people. */
export interface Shown {
  readonly json: unknown;
  readonly lines: readonly Line[];
}

/** Prints one report. Amounts that don't fit a JSON number are printed as decimal text. */
export function printReport(output: Output, { json, lines }: Shown, isJson: boolean): void {
  output.write(isJson ? `${jsonText(json, 2)}\n` : printLines(lines, paperOf(output)));
}

/**
 * Prints the report again and again until the signal is aborted: drawn over on a terminal, otherwise added when
 * `isNews` says that something but the block changed. A failed look is reported and the last report stays.
 */
export async function watchReport(
  output: Output,
  look: () => Promise<Shown>,
  options: { readonly isJson: boolean; readonly intervalMillis: number; readonly signal: AbortSignal },
  newsOf: (shown: Shown) => unknown,
): Promise<void> {
  const { intervalMillis, isJson, signal } = options;
  let last: Shown | null = null;
  let failure: string | null = null;
  while (!signal.aborted) {
    const before: { shown: Shown | null; failure: string | null } = { shown: last, failure };
    try {
      last = await look();
      failure = null;
    } catch (error) {
      if (signal.aborted) return;
      failure = oneLine(error);
    }
    if (output.isTerminal && !isJson) redraw(output, last, failure);
    else append(output, { last, failure, before, isJson, newsOf });
    await wait(intervalMillis, signal);
  }
}

interface Step {
  readonly last: Shown | null;
  readonly failure: string | null;
  readonly before: { readonly shown: Shown | null; readonly failure: string | null };
  readonly isJson: boolean;
  readonly newsOf: (shown: Shown) => unknown;
}

function append(output: Output, { before, failure, isJson, last, newsOf }: Step): void {
  if (failure !== null) {
    if (failure === before.failure) return;
    output.write(isJson ? `${jsonText({ unavailable: failure }, 0)}\n` : `unavailable: ${failure}\n`);
    return;
  }
  if (last === null) return;
  const isNews = before.shown === null || !isDeepStrictEqual(newsOf(before.shown), newsOf(last));
  if (!isNews && before.failure === null) return;
  if (isJson) output.write(`${jsonText(last.json, 0)}\n`);
  else output.write(`${before.shown === null ? "" : "\n"}${printLines(last.lines, paperOf(output))}`);
}

const HOME = "\u001b[H";
const REST_OF_LINE = "\u001b[K";
const REST_OF_SCREEN = "\u001b[J";

/** Draws over instead of clearing, so that nothing flickers. */
function redraw(output: Output, shown: Shown | null, failure: string | null): void {
  const text = shown === null ? "" : printLines(shown.lines, paperOf(output));
  const notice = failure === null ? [] : [`not up to date: ${safeText(failure)}`];
  const all = [...notice, ...text.split("\n").slice(0, -1)];
  const room = Math.max(1, output.rows() - 1);
  const cut = all.length > room ? [...all.slice(0, room - 1), `… ${all.length - room + 1} more lines`] : all;
  output.write(`${HOME}${cut.map((line) => `${line}${REST_OF_LINE}\n`).join("")}${REST_OF_SCREEN}`);
}

function paperOf(output: Output): Paper {
  return { width: output.columns(), isColoured: output.isColoured };
}

/** JSON escapes control characters by itself; the rest that steers terminals is escaped here. */
function jsonText(value: unknown, indent: number): string {
  const text = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === "bigint" ? String(item) : item),
    indent,
  );
  return text.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
