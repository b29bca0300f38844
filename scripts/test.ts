/**
 * `npm test` (quick) and `npm run test:full` (the slow suites): builds what the tests need, runs them and ends with
 * `N passed, N failed`. Exit code 0 only if nothing failed and, in CI, nothing was skipped for want of a tool.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
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
const GATES: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["types", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "."]],
  ["types of the contract", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "contract"]],
  ["format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]],
];

process.exit(await main(suite));

async function main(chosen: "quick" | "full"): Promise<number> {
  const tallies: TestTally[] = [await step("build", ["--import", "tsx", "scripts/build.ts"])];
  ensureSandbox();
  Object.assign(process.env, sandboxEnvironment());
  if (chosen === "quick") tallies.push(...(await runGates()));
  // Quick tests often wait for programs; slow ones use a core each.
  const filesAtATime = chosen === "quick" ? 3 : 2;
  tallies.push(await runNodeTests(findTests(chosen), filesAtATime));
  return report(tallies);
}

/** Beside each other, since each uses one core. */
async function runGates(): Promise<TestTally[]> {
  const snapshots = step("snapshots", ["--import", "tsx", "scripts/snapshots.ts", "check"]);
  const tallies: TestTally[] = [];
  for (const [name, args] of GATES) tallies.push(await step(name, args));
  tallies.push(await snapshots);
  tallies.push(await runAva(sandboxEnvironment()));
  return tallies;
}

/** One gate that is a command of its own; counts as one test. */
async function step(name: string, args: readonly string[]): Promise<TestTally> {
  process.stdout.write(`\n> ${name}\n`);
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  await once(child, "close");
  const passed = child.exitCode === 0 ? 1 : 0;
  if (passed === 0)
    process.stdout.write(`FAILED: ${name} (exit code ${child.exitCode ?? child.signalCode})\n`);
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
