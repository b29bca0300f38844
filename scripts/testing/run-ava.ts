import { spawn } from "node:child_process";
import type { TestTally } from "./run-node-tests.ts";

/** Runs the near-workspaces suites with ava (TAP output, parsed for the tally) and prints each result as a line. */
export async function runAva(environment: NodeJS.ProcessEnv): Promise<TestTally> {
  const child = spawn(process.execPath, ["node_modules/ava/entrypoints/cli.mjs", "--tap"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let passed = 0;
  let failed = 0;
  let buffered = "";
  const skipped: string[] = [];
  child.stdout.setEncoding("utf8");
  for await (const chunk of child.stdout) {
    buffered += chunk;
    const lines = buffered.split("\n");
    buffered = lines.pop() ?? "";
    for (const line of lines) {
      if (/^ok .*# SKIP/.test(line)) skipped.push(line);
      else if (line.startsWith("ok ")) passed++;
      else if (line.startsWith("not ok ")) failed++;
      process.stdout.write(`${line}\n`);
    }
  }
  const exitCode = child.exitCode ?? (await new Promise<number | null>((done) => child.once("close", done)));
  if (exitCode !== 0 && failed === 0) failed = 1;
  return { passed, failed, skipped };
}
