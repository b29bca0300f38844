/**
 * `npm run test:soak [-- --minutes 30 --seed 7]`: four operators with nodes, backup services and RPC endpoints of
 * their own on the embedded chain; round after round something is killed, lost, cut off or reshared, by a plan that
 * follows from the seed. After each round the network must be at rest, every share verified by the programs, a request
 * made in the midst of it answered, and every member able to sign. Prints a timeline, the seed and what long-lived
 * programs took; exit code 0 only if all of it held. On failure the machines' folders and logs are kept.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRpcReader, state as readState } from "../sdk/src/index.ts";
import { build } from "./demo/build.ts";
import { type DemoChain, startChain } from "./demo/chain.ts";
import { createTimeline } from "./demo/timeline.ts";
import { runRounds } from "./soak/run-rounds.ts";
import { setUpSoak } from "./soak/set-up.ts";
import { killEverything, type Soak } from "./soak/world.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const minutes = wholeNumber("minutes");
const seed = wholeNumber("seed");
const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-soak-"));
let chain: DemoChain | undefined;
let soak: Soak | undefined;
const timeline = createTimeline(moment, (line) => process.stdout.write(line));

process.stdout.write(
  `${minutes} minutes with seed ${seed} (again: npm run test:soak -- --minutes ${minutes} --seed ${seed}). Folders and logs: ${folder}\n\n`,
);
try {
  chain = await startChain(await build(timeline));
  soak = await setUpSoak(chain, folder, timeline);
  const report = await runRounds(soak, seed, minutes * 60_000, timeline);
  for (const line of report) process.stdout.write(`${line}\n`);
  process.stdout.write(`\nVERDICT: HELD. Seed ${seed}.\n`);
  await stop();
  rmSync(folder, { recursive: true });
} catch (error) {
  process.stdout.write(
    `\nVERDICT: FAILED with seed ${seed}. ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.stdout.write(`The machines' folders and logs are kept in ${folder}\n`);
  process.exitCode = 1;
  await stop();
}

async function stop(): Promise<void> {
  if (soak !== undefined) await killEverything(soak);
  await chain?.stop();
}

async function moment(): Promise<{ readonly height: number; readonly state: string } | null> {
  if (chain === undefined) return null;
  const height = await chain.height();
  if (soak === undefined) return { height, state: "-" };
  const reader = createRpcReader({ endpoint: { url: chain.rpcUrl }, contractId: chain.contract.accountId });
  return { height, state: (await readState(reader)).value.kind };
}

function wholeNumber(name: "minutes" | "seed"): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`--${name}: expected a whole number, found ${JSON.stringify(values[name])}\n`);
  process.exit(2);
}
