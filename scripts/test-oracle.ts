/**
 * `npm run test:oracle [seed]`: compares the embedded chain's VM with nearcore's own (near-vm-runner from crates.io),
 * to the unit of gas: every call of the VM's tests, 200 generated modules and 300 mutated ones, each on protocol 86
 * and on the newest version that both know. Without cargo it says so and ends with 0. See sandbox/oracle/README.md.
 */
import { compareCall, withoutEvictedBytes } from "../sandbox/oracle/compare-outcomes.ts";
import { asReleased, compareParameters } from "../sandbox/oracle/compare-parameters.ts";
import { generatedCalls, mutatedCalls } from "../sandbox/oracle/generated-calls.ts";
import type { OracleCall } from "../sandbox/oracle/oracle-call.ts";
import {
  askOracle,
  buildOracle,
  missingTool,
  newestOracleVersion,
  oracleParameters,
} from "../sandbox/oracle/oracle-program.ts";
import { recordedCalls } from "../sandbox/oracle/recorded-calls.ts";
import {
  DEFAULT_PROTOCOL_VERSION,
  PROTOCOL_VERSIONS,
  runtimeParameters,
} from "../sandbox/src/parameters/runtime-parameters.ts";

const GENERATED = 200;
const MUTATED = 300;
const SEEDS = 2 ** 31;

process.exit(main(process.argv[2]));

function main(seedText: string | undefined): number {
  const missing = missingTool();
  if (missing !== null) {
    print(`skipped: comparison with nearcore's VM: ${missing}`);
    return 0;
  }
  const seed = seedText === undefined ? Math.floor(Math.random() * SEEDS) : Number(seedText);
  if (!Number.isSafeInteger(seed)) {
    print(`expected a seed as an integer, found ${seedText}`);
    return 2;
  }
  buildOracle();
  print(`seed ${seed} (repeat with: npm run test:oracle ${seed})`);
  const calls = [...recordedCalls(), ...generatedCalls(seed, GENERATED), ...mutatedCalls(seed, MUTATED)];
  const common = PROTOCOL_VERSIONS.filter((version) => version <= newestOracleVersion());
  const versions = [...new Set([DEFAULT_PROTOCOL_VERSION, Math.max(...common)])];
  const different = common.reduce((sum, version) => sum + differentParameters(version), 0);
  return report(versions.reduce((sum, version) => sum + differentCalls(version, calls), different));
}

/** Prints where the tables of a version differ from nearcore's and returns how often. */
function differentParameters(version: number): number {
  const differences = compareParameters(runtimeParameters(version), oracleParameters(version));
  for (const difference of differences) print(`DIFFERENT on protocol ${version}: ${difference}`);
  return differences.length;
}

/** Prints which calls end differently and returns how many. */
function differentCalls(version: number, calls: readonly OracleCall[]): number {
  const full = asReleased(runtimeParameters(version), oracleParameters(version));
  const parameters = { full, free: withoutEvictedBytes(full) };
  const answers = askOracle(calls, version);
  const leftOut = new Map<string, number>();
  let different = 0;
  calls.forEach((call, i) => {
    const comparison = compareCall(call, parameters, answers[i]!);
    switch (comparison.kind) {
      case "Same":
        return;
      case "Incomparable":
        leftOut.set(comparison.reason, (leftOut.get(comparison.reason) ?? 0) + 1);
        return;
      case "Different":
        different++;
        print(`DIFFERENT on protocol ${version}: ${call.name}\n  ${comparison.differences.join("\n  ")}`);
        return;
    }
  });
  const compared = calls.length - [...leftOut.values()].reduce((sum, count) => sum + count, 0);
  print(`protocol ${version}: ${compared} calls compared, ${different} different`);
  for (const [reason, count] of leftOut) print(`  left out ${count}: ${reason}`);
  return different;
}

function report(different: number): number {
  print(different === 0 ? "no differences" : `${different} differences`);
  return different === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
