import { indented, type Line, line, type Span, span } from "./lines.ts";
import { safeText } from "./safe-text.ts";

/** A table: one heading and one cell a row for every column. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Span[])[];
}

const GAP = 2;

/** The table in columns where it fits, otherwise each row as a block with the headings as labels. */
export function tableLines({ headings, rows }: Table, width: number): readonly Line[] {
  const widths = headings.map((text, at) =>
    Math.max(text.length, ...rows.map((cells) => lengthOf(cells[at]))),
  );
  const total = widths.reduce((sum, each) => sum + each + GAP, -GAP);
  return total <= width ? columns(headings, rows, widths) : blocks(headings, rows);
}

function columns(
  headings: readonly string[],
  rows: Table["rows"],
  widths: readonly number[],
): readonly Line[] {
  const header = headings.map((text) => span(text, "dim"));
  return [header, ...rows].map((cells) => ({
    ...line(
      ...cells.flatMap((cell, at) => {
        const isLast = at === cells.length - 1;
        const padding = isLast ? 0 : (widths[at] ?? 0) - lengthOf(cell) + GAP;
        return padding > 0 ? [cell, " ".repeat(padding)] : [cell];
      }),
    ),
    unbroken: true,
  }));
}

function blocks(headings: readonly string[], rows: Table["rows"]): readonly Line[] {
  return rows.flatMap(([first, ...others]) => [
    line(first ?? ""),
    ...indented(
      others.flatMap((cell, at) =>
        cell.text === "" ? [] : [line(span(`${headings[at + 1]}: `, "dim"), cell)],
      ),
    ),
  ]);
}

/** Of what will be printed. */
function lengthOf(cell: Span | undefined): number {
  return safeText(cell?.text ?? "").length;
}
