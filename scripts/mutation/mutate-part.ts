import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { EQUIVALENT } from "./equivalent.ts";
import { BUNDLED_TESTS, type Part } from "./parts.ts";

/** What became of a part's mutants; those that don't run at all and those known to be equivalent are left out. */
export interface PartReport {
  readonly total: number;
  /** A test failed, or the mutant ran into the time limit. */
  readonly found: number;
  /** A line for each of the others: its place, the code, what it became. */
  readonly undetected: readonly string[];
}

/** What to mutate and where to. */
export interface MutationRun {
  readonly part: Part;
  /** Globs or, for single spots, `<file>:<line>:<column>-<line>:<column>`. */
  readonly mutate: readonly string[];
  /** Path of the reports to write, without the ending. */
  readonly report: string;
  readonly concurrency: number;
}

type StrykerOptions = ConstructorParameters<typeof Stryker>[0];
type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

/** Runs the part's tests on each mutant. Throws when they fail on the sources as they are. */
export async function mutatePart(run: MutationRun): Promise<PartReport> {
  const mutants = await new Stryker(strykerOptions(run)).runMutationTest();
  const ran = mutants.filter(
    ({ status }) => !["RuntimeError", "CompileError", "Ignored", "Pending"].includes(status),
  );
  const found = ran.filter(({ status }) => status === "Killed" || status === "Timeout");
  const undetected = ran.filter((mutant) => !found.includes(mutant) && !isEquivalent(mutant));
  return {
    total: found.length + undetected.length,
    found: found.length,
    undetected: undetected.map(describe),
  };
}

function strykerOptions({ part, mutate, report, concurrency }: MutationRun): StrykerOptions {
  return {
    mutate: [...mutate],
    testRunner: "tap",
    plugins: ["@stryker-mutator/tap-runner"],
    tap: { testFiles: [BUNDLED_TESTS] },
    buildCommand: `node --import tsx scripts/mutation/bundle-tests.ts ${part.name}`,
    coverageAnalysis: "perTest",
    concurrency,
    tempDirName: "build/mutation/copies",
    ignorePatterns: [
      "/*",
      "!/contract",
      "!/docs",
      "!/sandbox*",
      "!/scripts",
      "!/sdk",
      "!/services",
      "!/*.json",
    ],
    // both would ask TypeScript for an interface that version 7 doesn't have
    disableTypeChecks: false,
    tsconfigFile: "none",
    reporters: ["progress-append-only", "html", "json"],
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
    thresholds: { high: 100, low: 100, break: null },
    // a machine with other work to do must not look like an endless loop
    timeoutMS: 30_000,
    allowEmpty: false,
    allowConsoleColors: false,
  };
}

function isEquivalent(mutant: Mutant): boolean {
  const code = codeOf(mutant);
  return EQUIVALENT.some(
    (known) =>
      known.file === relative(".", mutant.fileName) &&
      known.code === code &&
      known.becomes === oneLine(mutant.replacement),
  );
}

function describe(mutant: Mutant): string {
  const { line, column } = mutant.location.start;
  return `${mutant.status}: ${relative(".", mutant.fileName)}:${line}:${column}: ${codeOf(mutant)} -> ${oneLine(mutant.replacement)}`;
}

function codeOf({ fileName, location: { start, end } }: Mutant): string {
  const lines = readFileSync(fileName, "utf8")
    .split("\n")
    .slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? "").slice(0, end.column - 1);
  lines[0] = (lines[0] ?? "").slice(start.column - 1);
  return oneLine(lines.join("\n"));
}

function oneLine(code: string): string {
  return code.replaceAll(/\s+/g, " ").trim();
}
