import {
  addCandidate,
  allVote,
  keyEventId,
  newParameters,
  proposal,
} from "../../../../contract/test/support/governance.ts";
import { signerKey } from "../../../../contract/test/support/keys.ts";
import { account } from "../../../../contract/test/support/network.ts";
import type { Keyset } from "../../../keyshare/keyshare.ts";
import { sampleShares } from "../../../keyshare/test/samples.ts";
import { currentKeyset } from "../../../operations/contract-view.ts";
import type { NodeParts } from "./node-program.ts";
import type { Program } from "./program.ts";
import { participantIdOf, type World } from "./world.ts";

/** The keyset that everybody's shares are of now. */
export function keysetOf({ contract }: World): Keyset {
  const state = contract.state();
  if (state.kind === "NotInitialized") throw new Error("no keyset: not initialized");
  return currentKeyset(state);
}

/** The network agrees to reshare; candidates among `join` have submitted their info before. */
export function startResharing(
  { contract }: World,
  change: {
    readonly leave?: readonly string[];
    readonly join?: readonly string[];
    readonly threshold: number;
  },
): void {
  const { network } = contract;
  const state = contract.state();
  const running =
    state.kind === "Running"
      ? state
      : "previous_running_state" in state
        ? state.previous_running_state
        : undefined;
  if (running === undefined) throw new Error(`no Resharing from ${state.kind}`);
  const body = proposal(network, change);
  const epoch = running.previously_cancelled_resharing_epoch_id ?? running.keyset.epoch_id;
  const voters = body.parameters.participants.participants.map(([id]) => id.replace(".near", ""));
  allVote(network, voters, newParameters(body, epoch + 1));
  network.height += 1;
}

/** The candidate pays, and its node `<name>` is known with the key `<name>-node`. */
export function admitCandidate({ contract }: World, name: string): void {
  addCandidate(contract.network, name);
  contract.network.height += 1;
}

/**
 * The participants complete the Resharing; the MPC nodes of the programs given have their new shares on disk before
 * the last vote, as the protocol asks.
 */
export async function completeResharing(
  world: World,
  importers: readonly { readonly name: string; readonly program: Program<NodeParts> }[],
): Promise<void> {
  const { contract } = world;
  const { network } = contract;
  const state = contract.state();
  if (state.kind !== "Resharing") throw new Error(`no Resharing to complete in ${state.kind}`);
  const { epoch_id, parameters } = state.resharing_key;
  const voters = parameters.participants.participants.map(([id]) => id.replace(".near", ""));
  const { keyset } = state.previous_running_state;
  const next = { epoch_id, domains: keyset.domains.map((each) => ({ ...each, attempt: 0 })) };
  for (const { name, program } of importers)
    await insist(program, (parts) => parts.importShares(next, sampleShares(next, participantIdOf(name))));
  const [leader = ""] = voters;
  for (const { domain_id } of keyset.domains) {
    const key_event_id = keyEventId(epoch_id, domain_id, 0);
    network.accept(leader, nodeKeyOf(world, leader), { type: "start_reshare_instance", key_event_id });
    for (const voter of voters)
      network.accept(voter, nodeKeyOf(world, voter), { type: "vote_reshared", key_event_id });
  }
  network.height += 1;
}

export function cancelResharing({ contract }: World, voters: readonly string[]): void {
  allVote(contract.network, voters, { type: "vote_cancel_resharing" });
  contract.network.height += 1;
}

/** Tries until the program comes through it, starting it again whenever it was killed. */
async function insist(program: Program<NodeParts>, act: (parts: NodeParts) => Promise<void>): Promise<void> {
  for (let attempts = 0; attempts < 10; attempts += 1) {
    const parts = program.running();
    const done = await (parts && act(parts))?.then(
      () => true,
      () => false,
    );
    if (done === true) return;
    await program.turn();
  }
  throw new Error(`${program.label} never came through: ${program.rest()}`);
}

function nodeKeyOf({ contract, programs }: World, name: string): string {
  const recorded = contract.view(name).node_key;
  const labels = [...programs.keys(), name].map((label) => `${label}-node`);
  const found = labels.find((label) => signerKey(label) === recorded);
  if (found === undefined) throw new Error(`${account(name)} has no known node key`);
  return found;
}
