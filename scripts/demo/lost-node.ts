import { createRpcReader } from "../../sdk/src/index.ts";
import { build } from "./build.ts";
import { startChain } from "./chain.ts";
import { startCustomer } from "./customer.ts";
import { type DemoSettings, runBackup, runNode } from "./machines.ts";
import { setUpNetwork, startNetwork } from "./network.ts";
import { loseNode, recoverNode, startOldMachine } from "./recovery.ts";
import { secretsNowhere } from "./secrets.ts";
import { expectSignatures } from "./sign-both.ts";
import type { Stage, Story } from "./stage.ts";

const NETWORK_ID = "demo";
/** Answers that the customer waits for in every act. */
const ANSWERS_PER_ACT = 3;

/** The main job: a network of three nodes loses one for good and gets it back without a resharing. */
export const LOST_NODE: Story = {
  intro: "A node of a 2-of-3 signing network is lost and comes back.",
  ending: "the recovered network signs.",
  play,
};

async function play({ folder, timeline: line, show, track }: Stage): Promise<void> {
  const wasm = await build(line);
  const chain = await startChain(wasm);
  show(chain, undefined);
  const settings: DemoSettings = {
    rpcUrl: chain.rpcUrl,
    contractId: chain.contract.accountId,
    networkId: NETWORK_ID,
    folder,
  };
  const reader = createRpcReader({ endpoint: { url: chain.rpcUrl }, contractId: settings.contractId });
  show(chain, reader);
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
