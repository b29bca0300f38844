import type { Line, Span, Tone } from "./lines.ts";
import { safeText } from "./safe-text.ts";

/** How a report is printed. */
export interface Paper {
  /** Columns; lines are wrapped to it. Infinity where nothing is to be wrapped. */
  readonly width: number;
  /** With ANSI colours. */
  readonly isColoured: boolean;
}

/** The report as text, each line ended. Whatever the spans hold, nothing but our own colours can steer a terminal. */
export function printLines(lines: readonly Line[], paper: Paper): string {
  return lines.map((line) => `${printLine(line, paper)}\n`).join("");
}

function printLine(line: Line, paper: Paper): string {
  const spans = line.spans.map(({ text, tone }) => ({ text: safeText(text), tone }));
  const wrapped = line.unbroken ? [spans] : wrap(spans, Math.max(MIN_WIDTH, paper.width - line.indent));
  return wrapped
    .map((row, at) => {
      const margin = " ".repeat(line.indent + (at === 0 ? 0 : CONTINUED));
      const text = row.map((each) => printSpan(each, paper)).join("");
      return text === "" ? "" : `${margin}${text}`.replace(/ +$/, "");
    })
    .join("\n");
}

/** Narrower than this nothing can be read anyway. */
const MIN_WIDTH = 20;
/** Columns by which the further rows of a line are moved in. */
const CONTINUED = 2;

/** Breaks at blanks; a word longer than the line is cut, so that nothing is lost. */
function wrap(spans: readonly Span[], width: number): readonly (readonly Span[])[] {
  const rows: Span[][] = [[]];
  let used = 0;
  const breakLine = () => {
    rows.push([]);
    used = CONTINUED;
  };
  for (const { text, tone } of spans) {
    for (const word of text.match(/ +|[^ ]+/g) ?? []) {
      if (used > CONTINUED && used + word.length > width) breakLine();
      const isBlankAtStart = word.startsWith(" ") && rows.length > 1 && rows.at(-1)?.length === 0;
      let rest = isBlankAtStart ? "" : word;
      while (used + rest.length > width) {
        const cut = cutBefore(rest, width - used);
        rows.at(-1)?.push({ text: rest.slice(0, cut), tone });
        rest = rest.slice(cut);
        breakLine();
      }
      rows.at(-1)?.push({ text: rest, tone });
      used += rest.length;
    }
  }
  return rows;
}

/** Where to cut so that no character is cut in two. */
function cutBefore(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at;
}

const CODES: Readonly<Record<Tone, string>> = {
  plain: "",
  dim: "\u001b[2m",
  strong: "\u001b[1m",
  good: "\u001b[32m",
  warn: "\u001b[33m",
  bad: "\u001b[1;31m",
};

function printSpan({ text, tone }: Span, { isColoured }: Paper): string {
  const code = CODES[tone];
  return isColoured && code !== "" ? `${code}${text}\u001b[0m` : text;
}
