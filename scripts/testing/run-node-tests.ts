import { run } from "node:test";
import { spec } from "node:test/reporters";

export interface TestTally {
  readonly passed: number;
  readonly failed: number;
  /** One line per skipped test: its name and the reason it printed. */
  readonly skipped: readonly string[];
}

/**
 * Runs `node:test` files, each in a process of its own, so many at a time, and prints the spec report.
 * Suites are not counted; a file that fails to load counts as one failure.
 */
export async function runNodeTests(files: readonly string[], concurrency: number): Promise<TestTally> {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  const stream = run({ files: [...files], concurrency });
  stream.on("test:pass", (event) => {
    if (isContainer(event)) return;
    if (event.skip === undefined) passed++;
    else skipped.push(`${event.name}: ${event.skip === true ? "no reason given" : event.skip}`);
  });
  stream.on("test:fail", (event) => {
    if (!isContainer(event) || !hasFailedSubtests(event)) failed++;
  });
  const report = stream.compose(new spec());
  for await (const chunk of report) process.stdout.write(chunk);
  return { passed, failed, skipped };
}

interface TestEvent {
  readonly name: string;
  readonly file?: string | undefined;
  readonly nesting: number;
  readonly details: { readonly type?: string | undefined; readonly error?: unknown };
}

function isContainer(event: TestEvent): boolean {
  return event.details.type === "suite" || (event.nesting === 0 && event.file === event.name);
}

function hasFailedSubtests(event: TestEvent): boolean {
  const error = event.details.error;
  return (
    typeof error === "object" &&
    error !== null &&
    "failureType" in error &&
    error.failureType === "subtestsFailed"
  );
}
