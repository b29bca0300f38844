/**
 * `npm run test:oracle [seed]`: compares the embedded chain's VM with nearcore's own (near-vm-runner from crates.io),
 * to the unit of gas: every call of the VM's tests, 200 generated modules and 300 mutated ones, each on protocol 86
 * and on the newest version that both know. Without cargo it says so and ends with 0. See sandbox/oracle/README.md.
 */
import { checkEvictedBytes, compareCall, withoutEvictedBytes } from "../sandbox/oracle/compare-outcomes.ts";
import { generatedCalls, mutatedCalls } from "../sandbox/oracle/generated-calls.ts";
import type { OracleCall } from "../sandbox/oracle/oracle-call.ts";
import {
  askOracle,
  buildOracle,
  missingTool,
  newestOracleVersion,
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

interface Tally {
  readonly compared: number;
  readonly different: number;
  /** Calls by the reason why the mock cannot speak about them. */
  readonly incomparable: ReadonlyMap<string, number>;
}

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
  const tallies = versionsToCompare().map((version) => compareOn(version, calls));
  const different = tallies.reduce((sum, tally) => sum + tally.different, 0);
  print(different === 0 ? "no differences" : `${different} differences`);
  return different === 0 ? 0 : 1;
}

function versionsToCompare(): number[] {
  const newest = newestOracleVersion();
  const common = PROTOCOL_VERSIONS.filter((version) => version <= newest);
  return [...new Set([DEFAULT_PROTOCOL_VERSION, Math.max(...common)])];
}

function compareOn(version: number, calls: readonly OracleCall[]): Tally {
  const parameters = runtimeParameters(version);
  const free = withoutEvictedBytes(parameters);
  const answers = askOracle(calls, version);
  const incomparable = new Map<string, number>();
  let different = 0;
  calls.forEach((call, i) => {
    const comparison = compareCall(call, free, answers[i]!);
    const evicted = checkEvictedBytes(call, parameters, free);
    if (comparison.kind === "Incomparable") {
      incomparable.set(comparison.reason, (incomparable.get(comparison.reason) ?? 0) + 1);
    }
    const differences = comparison.kind === "Different" ? [...comparison.differences] : [];
    if (evicted !== null) differences.push(evicted);
    if (differences.length === 0) return;
    different++;
    print(`DIFFERENT on protocol ${version}: ${call.name}\n  ${differences.join("\n  ")}`);
  });
  const compared = calls.length - [...incomparable.values()].reduce((sum, count) => sum + count, 0);
  print(`protocol ${version}: ${compared} calls compared, ${different} different`);
  for (const [reason, count] of incomparable) print(`  left out ${count}: ${reason}`);
  return { compared, different, incomparable };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
