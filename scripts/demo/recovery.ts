import { cpSync, rmSync } from "node:fs";
import type { ProtocolState, RecoveryState, RunningState } from "../../contract/src/protocol/state.ts";
import { state as readState } from "../../sdk/src/actions/views.ts";
import type { ReadContract } from "../../sdk/src/client/read-contract.ts";
import { freePorts, type Impostor, startImpostor, startRelay } from "./impostor.ts";
import { type DemoSettings, initNode, type Machine, runNode } from "./machines.ts";
import { type DemoNetwork, giveRoleKeys } from "./network.ts";
import type { RunningProgram } from "./programs.ts";
import { ClaimFailed, expectEqual, type Timeline } from "./timeline.ts";
import { waitUntil } from "./wait-until.ts";

/** What the disaster leaves: the dead node's machine as it was, in case somebody switches it on again. */
export interface LostNode {
  readonly index: number;
  readonly machine: Machine;
  /** A copy of its folder, made before the folder was deleted. */
  readonly savedFolder: string;
}

export interface Replacement {
  readonly machine: Machine;
  readonly program: RunningProgram;
}

/** Kills a node with SIGKILL and deletes its folder. */
export async function loseNode(
  network: DemoNetwork,
  index: number,
  program: RunningProgram,
  timeline: Timeline,
): Promise<LostNode> {
  const machine = network.nodes[index];
  if (machine === undefined) throw new Error(`expected a node ${index}, found ${network.nodes.length} nodes`);
  const savedFolder = `${machine.folder}.old-machine`;
  program.process.kill("SIGKILL");
  expectEqual("how the node ended", await program.ended, "SIGKILL");
  cpSync(machine.folder, savedFolder, { recursive: true });
  rmSync(machine.folder, { recursive: true });
  await timeline.held(machine.name, "killed with SIGKILL, its folder and so its shares deleted");
  return { index, machine, savedFolder };
}

/** A replacement with fresh keys, which an impostor at its address tries to rob, comes back through Recovery. */
export async function recoverNode(
  settings: DemoSettings,
  network: DemoNetwork,
  lost: LostNode,
  backup: RunningProgram,
  before: RunningState,
  reader: ReadContract,
  timeline: Timeline,
  track: (program: RunningProgram) => RunningProgram,
): Promise<Replacement> {
  const account = network.nodes[lost.index]?.account ?? lost.machine.account;
  const [port = 0] = await freePorts(1);
  const impostor = await startImpostor();
  const relay = await startRelay(impostor.port);
  const address = { url: `https://127.0.0.1:${relay.port}`, port };
  const machine = await initNode(settings, `${lost.machine.name}-new`, account, address);
  await giveRoleKeys(reader, settings.contractId, machine, null);
  await timeline.say(
    "operator",
    `a replacement for ${lost.machine.name} with fresh NEAR and TLS keys; access key added`,
  );
  const program = track(runNode(settings, machine));
  await program.waitFor("recovery.submitted", ({ event }) => event === "recovery.submitted");
  const recovery = expectRecovery((await readState(reader)).value, machine);
  const { recovery_id, recovering } = recovery;
  await timeline.held(
    machine.name,
    `called submit_participant_recovery_info; Recovery ${recovery_id}, expires at block ${recovering.expires_on}`,
  );
  await expectNothingFor(impostor, backup, program, timeline);
  await impostor.close();
  relay.pointAt(port);
  await expectConclusion(settings, machine, program, backup, before, reader, timeline);
  return { machine, program };
}

function expectRecovery(state: ProtocolState, machine: Machine): RecoveryState {
  if (state.kind !== "Recovery")
    throw new ClaimFailed(`contract state: expected Recovery, found ${state.kind}`);
  expectEqual("the recovering account", state.recovering.account_id, machine.account.accountId);
  expectEqual(
    "the prospective TLS key",
    state.recovering.prospective_info.tls_public_key,
    machine.tlsPublicKey,
  );
  return state;
}

async function expectNothingFor(
  impostor: Impostor,
  backup: RunningProgram,
  node: RunningProgram,
  timeline: Timeline,
): Promise<void> {
  await waitUntil("the backup service reaches the impostor", async () => impostor.connections() > 0);
  await backup.waitFor(
    "a refusal of the impostor's key",
    (line) => line.event === "step.failed" || line.event === "step.blocked",
  );
  expectEqual("application data that the impostor received, bytes", impostor.bytesReceived(), 0);
  const got = node.lines.some((line) => line.event === "recovery.shares_received");
  expectEqual("whether shares arrived anywhere", got, false);
  await timeline.held(
    "impostor",
    `at the right address, for the right account, with TLS key ${impostor.tlsPublicKey.slice(0, 16)}…: ${impostor.connections()} connection(s), 0 bytes`,
  );
}

async function expectConclusion(
  settings: DemoSettings,
  machine: Machine,
  program: RunningProgram,
  backup: RunningProgram,
  before: RunningState,
  reader: ReadContract,
  timeline: Timeline,
): Promise<void> {
  await backup.waitFor("recovery.shares_sent", ({ event }) => event === "recovery.shares_sent");
  await timeline.held("backup", "saw Recovery, met the right TLS key, sent the shares");
  await program.waitFor("recovery.shares_received", ({ event }) => event === "recovery.shares_received");
  await timeline.held(machine.name, "every share checked against the contract's keyset and stored");
  await backup.waitFor("recovery.confirmed", ({ event }) => event === "recovery.confirmed");
  await program.waitFor("recovery.concluded", ({ event }) => event === "recovery.concluded");
  const after = await waitUntil("the contract is Running again", async () => {
    const { value } = await readState(reader);
    return value.kind === "Running" ? value : undefined;
  });
  expectSameNetwork(before, after, machine);
  await timeline.held(
    "contract",
    `Running: same account, id, keyset and epoch ${after.keyset.epoch_id}; new address and TLS key (${settings.contractId})`,
  );
}

/** Everything but the recovered participant's info and the revision must be as before. */
function expectSameNetwork(before: RunningState, after: RunningState, machine: Machine): void {
  const entries = before.parameters.participants.participants.map((entry) =>
    entry[0] === machine.account.accountId
      ? [entry[0], entry[1], { url: machine.url, tls_public_key: machine.tlsPublicKey }]
      : entry,
  );
  expectEqual("participants after the recovery", after.parameters.participants.participants, entries);
  expectEqual("keyset after the recovery", after.keyset, before.keyset);
  expectEqual("threshold after the recovery", after.parameters.threshold, before.parameters.threshold);
  expectEqual("domains after the recovery", after.domains, before.domains);
  expectEqual("participants_revision", after.participants_revision, before.participants_revision + 1);
}

/** The old machine is switched on again: it must change nothing and end by itself with exit code 0. */
export async function startOldMachine(
  settings: DemoSettings,
  lost: LostNode,
  reader: ReadContract,
  timeline: Timeline,
): Promise<void> {
  const before = (await readState(reader)).value;
  cpSync(lost.savedFolder, lost.machine.folder, { recursive: true });
  const program = runNode(settings, { ...lost.machine, name: `${lost.machine.name}-old` });
  await program.waitFor("node.standing_down", ({ event }) => event === "node.standing_down");
  expectEqual("exit code of the old machine", await program.ended, 0);
  expectEqual("the contract after the old machine's start", (await readState(reader)).value, before);
  await timeline.held(
    `${lost.machine.name} (old)`,
    "started again: saw that it was replaced, submitted nothing, stood down with exit code 0",
  );
}
