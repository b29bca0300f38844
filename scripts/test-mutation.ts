/**
 * `npm run test:mutation [-- part …]`: changes the sources of each part (scripts/mutation/parts.ts) one spot at a time
 * and runs the part's quick tests; a change that no test notices is printed with its place. Reports lie in
 * build/mutation. Exit code 0 only if every part finds at least as much as its entry asks for. Takes about 25 minutes
 * per thousand mutants on one core; `--incremental` takes over what an earlier run found about code and tests that
 * have not changed.
 */
import { parseArgs } from "node:util";
import { mutatePart } from "./mutation/mutate-part.ts";
import { PARTS, type Part, partNamed } from "./mutation/parts.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    incremental: { type: "boolean", default: false },
    concurrency: { type: "string", default: "1" },
  },
});
const concurrency = Number(values.concurrency);
if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
  throw new Error(`--concurrency: expected a whole number from 1 on, found ${values.concurrency}`);
}
const parts: readonly Part[] = positionals.length > 0 ? positionals.map(partNamed) : PARTS;
let failed = 0;
for (const part of parts) {
  const { found, total, undetected } = await mutatePart(part, {
    incremental: values.incremental,
    concurrency,
  });
  const percent = total === 0 ? 100 : (100 * found) / total;
  for (const line of undetected) print(line);
  const verdict = percent >= part.leastPercent ? "" : `, FAILED: expected at least ${part.leastPercent} %`;
  if (verdict !== "") failed++;
  print(`${part.name}: ${found} of ${total} mutants found, ${percent.toFixed(1)} %${verdict}`);
}
process.exitCode = failed === 0 ? 0 : 1;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
