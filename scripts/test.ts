/**
 * `npm test` (quick) and `npm run test:full` (the slow suites): builds what the tests need, runs them and ends with
 * `N passed, N failed`. Exit code 0 only if nothing failed and, in CI, nothing was skipped for want of a tool.
 */
import { spawnSync } from "node:child_process";
import { ensureSandbox, sandboxEnvironment } from "../sandbox/src/launcher/ensure-sandbox.ts";
import { findTests } from "./testing/find-tests.ts";
import { runAva } from "./testing/run-ava.ts";
import { runNodeTests, type TestTally } from "./testing/run-node-tests.ts";

const suite = process.argv[2];
if (suite !== "quick" && suite !== "full") {
  process.stderr.write(
    `expected "quick" or "full", found ${JSON.stringify(suite)}; use npm test or npm run test:full\n`,
  );
  process.exit(2);
}
process.exit(await main(suite));

async function main(chosen: "quick" | "full"): Promise<number> {
  const tallies: TestTally[] = [step("build", ["--import", "tsx", "scripts/build.ts"])];
  ensureSandbox();
  Object.assign(process.env, sandboxEnvironment());
  if (chosen === "quick") {
    tallies.push(step("types", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "."]));
    tallies.push(
      step("types of the contract", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "contract"]),
    );
    tallies.push(step("format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]));
    tallies.push(step("snapshots", ["--import", "tsx", "scripts/snapshots.ts", "check"]));
    tallies.push(await runAva(sandboxEnvironment()));
  }
  tallies.push(await runNodeTests(findTests(chosen)));
  return report(tallies);
}

/** One gate that is a command of its own; counts as one test. */
function step(name: string, args: readonly string[]): TestTally {
  process.stdout.write(`\n> ${name}\n`);
  const result = spawnSync(process.execPath, args, { stdio: "inherit" });
  const passed = result.status === 0 ? 1 : 0;
  if (passed === 0) process.stdout.write(`FAILED: ${name} (exit code ${result.status ?? result.signal})\n`);
  return { passed, failed: 1 - passed, skipped: [] };
}

function report(tallies: readonly TestTally[]): number {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const skipped = tallies.flatMap((tally) => tally.skipped);
  const missingTools = process.env.CI === "true" ? skipped.filter((line) => line.includes("needs tool")) : [];
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0) + missingTools.length;
  for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
  for (const line of missingTools)
    process.stdout.write(`FAILED in CI, which must install the tool: ${line}\n`);
  process.stdout.write(
    `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}\n`,
  );
  return failed === 0 ? 0 : 1;
}
