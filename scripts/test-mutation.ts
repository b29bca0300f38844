/**
 * `npm run test:mutation [-- part …]`: changes the sources of each part (scripts/mutation/parts.ts) one spot at a time
 * and runs the part's quick tests; a change that no test notices is printed with its place. Reports lie in
 * build/mutation. Exit code 0 only if every part finds at least as much as its entry asks for. Takes about 25 minutes
 * per thousand mutants on one core. With `--again` only those spots are changed that the last run found untested, as
 * long as the sources are the same, and all must be found.
 */
import { parseArgs } from "node:util";
import { mutatePart } from "./mutation/mutate-part.ts";
import { PARTS, type Part, partNamed } from "./mutation/parts.ts";
import { undetectedSpots } from "./mutation/undetected-spots.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { again: { type: "boolean", default: false }, concurrency: { type: "string", default: "1" } },
});
const concurrency = Number(values.concurrency);
if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
  throw new Error(`--concurrency: expected a whole number from 1 on, found ${values.concurrency}`);
}
const parts: readonly Part[] = positionals.length > 0 ? positionals.map(partNamed) : PARTS;
let failed = 0;
for (const part of parts) if (!(await (values.again ? passesAgain(part) : passes(part)))) failed++;
process.exitCode = failed === 0 ? 0 : 1;

async function passes(part: Part): Promise<boolean> {
  return judge(part, part.mutate, reportOf(part), part.leastPercent);
}

async function passesAgain(part: Part): Promise<boolean> {
  const spots = undetectedSpots(reportOf(part));
  if (spots.length > 0) return judge(part, spots, `${reportOf(part)}-again`, 100);
  print(`${part.name}: the last run left nothing undetected`);
  return true;
}

async function judge(part: Part, mutate: readonly string[], report: string, least: number): Promise<boolean> {
  const { found, total, undetected } = await mutatePart({ part, mutate, report, concurrency });
  const percent = total === 0 ? 100 : (100 * found) / total;
  for (const line of undetected) print(line);
  const verdict = percent >= least ? "" : `, FAILED: expected at least ${least} %`;
  print(`${part.name}: ${found} of ${total} mutants found, ${percent.toFixed(1)} %${verdict}`);
  return verdict === "";
}

function reportOf({ name }: Part): string {
  return `build/mutation/${name}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
