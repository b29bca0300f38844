import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { OracleParameters } from "./compare-parameters.ts";
import type { OracleCall } from "./oracle-call.ts";
import { callLine } from "./oracle-call.ts";

/** nearcore's answer to a call, as the oracle program prints it (see `program/src/response.rs`). */
export type OracleAnswer = { readonly ended: OracleOutcome } | { readonly fatal: string };

export interface OracleOutcome {
  readonly burntGas: string;
  readonly usedGas: string;
  readonly wasmInstructionGas: string;
  readonly profile: Readonly<Record<string, string>>;
  readonly logs: readonly string[];
  readonly returned: string;
  readonly balanceYocto: string;
  readonly subsidizedYocto: string;
  readonly storageUsageBytes: string;
  readonly errorDebug: string | null;
  readonly errorDisplay: string | null;
  readonly receipts: readonly {
    readonly receiverId: string;
    readonly dependsOn: readonly number[];
    readonly actions: readonly string[];
  }[];
  readonly storage: Readonly<Record<string, string>>;
  readonly hasWeights: boolean;
}

const PROGRAM = join(import.meta.dirname, "program");
const TARGET = join(import.meta.dirname, "..", "..", "build", "oracle");
const BINARY = join(TARGET, "debug", process.platform === "win32" ? "vm-oracle.exe" : "vm-oracle");

/** Calls per process: what a line holds is at most a few megabytes of contract. */
const BATCH = 100;
const MAX_OUTPUT_BYTES = 2 ** 30;

/** Why the oracle cannot be built here, or null when it can be tried. */
export function missingTool(): string | null {
  const cargo = spawnSync("cargo", ["--version"], { encoding: "utf8" });
  return cargo.status === 0 ? null : "needs tool cargo (https://rustup.rs), which was not found";
}

/** Builds the program (the first time for minutes). Throws with cargo's exit code. */
export function buildOracle(): void {
  const cargo = spawnSync("cargo", ["build", "--locked", "--target-dir", TARGET], {
    cwd: PROGRAM,
    stdio: "inherit",
  });
  if (cargo.status !== 0) {
    throw new Error(
      `expected cargo to build the oracle, found exit code ${cargo.status}; see its output above`,
    );
  }
}

/** The newest protocol version that this nearcore knows. */
export function newestOracleVersion(): number {
  return Number(run(["--newest"], ""));
}

export function oracleParameters(protocolVersion: number): OracleParameters {
  return JSON.parse(run(["--parameters", String(protocolVersion)], "")) as OracleParameters;
}

/** nearcore's answers, in order of the calls. */
export function askOracle(calls: readonly OracleCall[], protocolVersion: number): OracleAnswer[] {
  const answers: OracleAnswer[] = [];
  for (let start = 0; start < calls.length; start += BATCH) {
    const lines = calls.slice(start, start + BATCH).map((call) => `${callLine(call, protocolVersion)}\n`);
    const output = run([], lines.join("")).trim().split("\n");
    if (output.length !== lines.length) {
      throw new Error(`expected ${lines.length} answers of the oracle, found ${output.length}`);
    }
    answers.push(...output.map((line) => JSON.parse(line) as OracleAnswer));
  }
  return answers;
}

function run(args: readonly string[], input: string): string {
  const { status, stdout, stderr, error } = spawnSync(BINARY, args, {
    input,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, RUST_BACKTRACE: "0" },
  });
  if (status !== 0) {
    throw new Error(`expected the oracle to end with 0, found ${error?.message ?? status}: ${stderr}`);
  }
  return stdout;
}
