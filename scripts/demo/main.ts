/**
 * `npm run demo`: the main job end to end. A network of three nodes loses one for good and gets it back without a
 * resharing. Prints a timeline and a verdict; exit code 0 only if every step held.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRpcReader, type ReadContract, state as readState } from "../../sdk/src/index.ts";
import { build } from "./build.ts";
import { type DemoChain, startChain } from "./chain.ts";
import { startCustomer } from "./customer.ts";
import { type DemoSettings, runBackup, runNode } from "./machines.ts";
import { setUpNetwork, startNetwork } from "./network.ts";
import type { RunningProgram } from "./programs.ts";
import { loseNode, recoverNode, startOldMachine } from "./recovery.ts";
import { secretsNowhere } from "./secrets.ts";
import { expectSignatures } from "./sign-both.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

const NETWORK_ID = "demo";
/** Answers that the customer waits for in every act. */
const ANSWERS_PER_ACT = 3;
const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-demo-"));
const programs: RunningProgram[] = [];
let chain: DemoChain | undefined;
let reader: ReadContract | undefined;
const timeline = createTimeline(moment, (line) => process.stdout.write(line));

process.stdout.write(
  `A node of a 2-of-3 signing network is lost and comes back. Folders and logs: ${folder}\n\n`,
);
try {
  await story(timeline);
  await stop();
  rmSync(folder, { recursive: true });
  process.stdout.write(
    `\nVERDICT: RECOVERED. All ${timeline.claims.length} steps held; the recovered network signs.\n`,
  );
} catch (error) {
  process.stdout.write(
    `\nVERDICT: FAILED after ${timeline.claims.length} steps. ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.stdout.write(`The machines' folders and logs are kept in ${folder}\n`);
  process.exitCode = 1;
  await stop();
}

async function story(line: Timeline): Promise<void> {
  const wasm = await build(line);
  chain = await startChain(wasm);
  const settings: DemoSettings = {
    rpcUrl: chain.rpcUrl,
    contractId: chain.contract.accountId,
    networkId: NETWORK_ID,
    folder,
  };
  reader = createRpcReader({ endpoint: { url: chain.rpcUrl }, contractId: settings.contractId });
  await line.held(
    "chain",
    `near-sandbox at ${chain.rpcUrl} through near-workspaces; contract deployed to ${settings.contractId}`,
  );
  const network = await setUpNetwork(chain, settings, reader, line);
  const initial = await startNetwork(chain, settings, network, reader, line);

  const nodes = network.nodes.map((machine) => track(runNode(settings, machine)));
  const backups = network.backups.map((machine) => track(runBackup(settings, machine)));
  for (const node of nodes) await node.waitFor("node.listed", ({ event }) => event === "node.listed");
  await line.held("nodes", "three processes run and are participants");
  for (const backup of backups)
    await backup.waitFor("backup.confirmed", ({ event }) => event === "backup.confirmed");
  await line.held("backups", "three processes registered, backed up over mutual TLS, receipts on chain");
  await expectSignatures(initial, nodes[0], "before", line);

  const lostProgram = nodes[2];
  const lostBackup = backups[2];
  if (lostProgram === undefined || lostBackup === undefined)
    throw new Error("expected three nodes and backups");
  const account = await chain.createOperator("customer");
  const customer = await startCustomer(settings, reader, account);
  await customer.answered(ANSWERS_PER_ACT);
  await line.held("customer", "asks the contract for one signature after another; every answer verifies");

  const lost = await loseNode(network, 2, lostProgram, line);
  const replacement = await recoverNode(settings, network, lost, lostBackup, initial, reader, line, track);

  await customer.answered(ANSWERS_PER_ACT);
  const stopped = nodes[1];
  stopped?.process.kill("SIGTERM");
  await stopped?.ended;
  await line.say("node-2", "stopped, so that no signature is possible without the recovered node");
  const signers = await expectSignatures(initial, nodes[0], "after", line);
  if (!signers.every((accounts) => accounts.includes(replacement.machine.account.accountId))) {
    throw new Error(
      `expected ${replacement.machine.account.accountId} among the signers, found ${JSON.stringify(signers)}`,
    );
  }
  await line.held(
    "network",
    `signs again with the recovered node's share; signers: ${signers[0]?.join(", ")}`,
  );
  await customer.answered(ANSWERS_PER_ACT);
  const { requests, longestGapMillis } = await customer.stop();
  await line.held(
    "customer",
    `${requests} requests on chain, through loss and recovery, every one answered validly; longest gap ${(longestGapMillis / 1000).toFixed(1)} s`,
  );
  await startOldMachine(settings, lost, reader, line);
  await secretsNowhere(folder, [...network.nodes, ...network.backups, replacement.machine], line);
}

function track(program: RunningProgram): RunningProgram {
  programs.push(program);
  return program;
}

async function stop(): Promise<void> {
  for (const { process: child } of programs) child.kill("SIGTERM");
  await Promise.all(programs.map(({ ended }) => ended));
  await chain?.stop();
}

async function moment(): Promise<{ readonly height: number; readonly state: string } | null> {
  if (chain === undefined) return null;
  if (reader === undefined) return { height: await chain.height(), state: "-" };
  const { value, blockHeight } = await readState(reader);
  return { height: blockHeight, state: value.kind };
}
