/** What a piece of text is for; a terminal shows it as colour, never as the only sign of anything. */
export type Tone = "plain" | "dim" | "strong" | "good" | "warn" | "bad";

/** Text of one tone. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of a report; `unbroken` lines are commands, which nobody may wrap. */
export interface Line {
  readonly spans: readonly Span[];
  readonly unbroken: boolean;
  /** Columns by which the line and its continuations are moved in. */
  readonly indent: number;
}

/** A span. */
export function span(text: string | number, tone: Tone = "plain"): Span {
  return { text: String(text), tone };
}

/** A line of spans and plain texts. */
export function line(...parts: readonly (Span | string)[]): Line {
  return { spans: parts.map(asSpan), unbroken: false, indent: 0 };
}

/** A heading with an empty line before it. */
export function heading(text: string): readonly Line[] {
  return [line(), line(span(text, "strong"))];
}

/** A line that is to be copied. */
export function command(text: string): Line {
  return { spans: [span(text)], unbroken: true, indent: 0 };
}

/** Lines moved in by two columns. */
export function indented(lines: readonly Line[]): readonly Line[] {
  return lines.map((each) => ({ ...each, indent: each.indent + 2 }));
}

function asSpan(part: Span | string): Span {
  return typeof part === "string" ? span(part) : part;
}
