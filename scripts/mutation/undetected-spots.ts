import { existsSync, readFileSync } from "node:fs";

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** The spots at which a report (`<path>.json`) has mutants that no test noticed. Throws when there is no report. */
export function undetectedSpots(report: string): string[] {
  const path = `${report}.json`;
  if (!existsSync(path)) throw new Error(`expected the report of an earlier run in ${path}, found none`);
  const { files } = JSON.parse(readFileSync(path, "utf8")) as Report;
  const spots = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      // a report counts columns from 1, a range from 0
      .map(
        ({ location: { start, end } }) =>
          `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
      ),
  );
  return [...new Set(spots)].sort();
}
