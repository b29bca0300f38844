import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OracleCall, parseCallLine } from "./oracle-call.ts";
import { RECORDING_DIRECTORY } from "./record-call.ts";

const TESTS = join(import.meta.dirname, "..", "test", "vm");

/** Every call that the VM's tests make, fuzzing left out: the tests run once more and record. Throws if they fail. */
export function recordedCalls(): OracleCall[] {
  const directory = mkdtempSync(join(tmpdir(), "vm-oracle-"));
  try {
    runTests(directory);
    return readdirSync(directory)
      .sort()
      .flatMap((file) => readFileSync(join(directory, file), "utf8").trim().split("\n"))
      .map(parseCallLine);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function runTests(directory: string): void {
  const files = readdirSync(TESTS).filter((file) => /^(?!fuzz).*(?<!\.slow)\.test\.ts$/.test(file));
  const tests = spawnSync(
    process.execPath,
    ["--import", "tsx", "--test", "--test-concurrency=2", ...files.sort().map((file) => join(TESTS, file))],
    { encoding: "utf8", env: { ...process.env, [RECORDING_DIRECTORY]: directory } },
  );
  if (tests.status !== 0) {
    throw new Error(`expected the VM's tests to pass, found exit code ${tests.status}:\n${tests.stdout}`);
  }
}
