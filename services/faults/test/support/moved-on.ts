import assert from "node:assert/strict";
import type { RecoveryId } from "../../../../contract/src/protocol/brand.ts";
import { account, CANCEL } from "../../../../contract/test/support/network.ts";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import { memberEntry } from "../../../operations/contract-view.ts";
import { COOLDOWN_BLOCKS, RECOVERY_BLOCKS } from "./core-contract.ts";
import type { CrashPoint } from "./crash-matrix.ts";
import type { Servers } from "./links.ts";
import {
  admitCandidate,
  cancelResharing,
  completeResharing,
  keysetOf,
  startResharing,
} from "./network-acts.ts";
import { requireSettledBackup, takeTurns } from "./stories.ts";
import { createWorld, type World } from "./world.ts";

/** What the contract does while a program is down. */
export type Move = (typeof MOVES)[number];
export const MOVES = [
  "cancelled by its operator",
  "cancelled by the others",
  "expired",
  "overtaken by a Resharing that is cancelled",
  "overtaken by a Resharing that goes on without the account",
] as const;

/** See `BLOCKS_THAT_A_VIEW_MAY_LAG` of the agent's decisions. */
const BLOCKS_UNTIL_IT_LOOKS_AGAIN = 200;
/** So long the others go on by themselves while one is down, in turns each. */
const TURNS_ALONE = 6;

/** The points that `tryMove` takes: those of a lost machine's return. */
export function movablePoints(points: readonly CrashPoint[]): readonly CrashPoint[] {
  return points.filter(({ story }) => story.name === "the machine is lost");
}

/**
 * Kills a program at a point, has the contract move on before it comes back, and checks that all rest where they
 * should; that the operator's one command, `reactivate`, leads a machine back whose Recovery was lost.
 *
 * @returns false when the move isn't possible at this point, since there is no Recovery to lose
 */
export async function tryMove(point: CrashPoint, move: Move, servers: Servers): Promise<boolean> {
  const { story, link, label, at, what } = point;
  const fates = { [label]: { deaths: [{ endsAt: at, aftermath: "everything" as const }], staysDown: true } };
  const world = createWorld({ link, servers, fates });
  await story.begin(world);
  world.node("a").destroy();
  world.startNode("a", "a2");
  await takeTurns(world, 2 * TURNS_ALONE);
  const killed = world.programs.get(label);
  assert.equal(killed?.deaths(), 1, `${label} at ${at}, ${what}`);
  if (!(await makeMove(world, move))) return false;
  killed.resume();
  await requireRightRest(world);
  return true;
}

/** The contract's part of a move; false when there is no Recovery. */
export async function makeMove(world: World, move: Move): Promise<boolean> {
  const { contract } = world;
  const { network } = contract;
  const state = contract.state();
  if (state.kind !== "Recovery") return false;
  switch (move) {
    case "cancelled by its operator":
      network.accept("a", "full", CANCEL);
      return true;
    case "cancelled by the others": {
      const recovery_id: RecoveryId = state.recovery_id;
      for (const name of ["b", "c"])
        network.accept(name, "full", { type: "vote_cancel_recovery", recovery_id });
      return true;
    }
    case "expired":
      network.height += RECOVERY_BLOCKS;
      return true;
    case "overtaken by a Resharing that is cancelled":
      startResharing(world, { threshold: 2 });
      cancelResharing(world, ["b", "c"]);
      return true;
    case "overtaken by a Resharing that goes on without the account":
      admitCandidate(world, "d");
      startResharing(world, { leave: ["a"], join: ["d"], threshold: 2 });
      await completeResharing(world, []);
      return true;
  }
}

/**
 * After a Recovery towards a2 that was lost, or was not: everybody comes to rest, and if it was, `reactivate` leads
 * back. Who is out keeps nothing.
 */
export async function requireRightRest(world: World): Promise<void> {
  await takeTurns(world, TURNS_ALONE);
  // A machine that has just asked for its entry takes the contract for slow at first.
  world.contract.network.height += BLOCKS_UNTIL_IT_LOOKS_AGAIN;
  await takeTurns(world, TURNS_ALONE);
  const state = world.contract.state();
  assert.ok(state.kind === "Running", state.kind);
  if (memberEntry(state, account("a")) === undefined) {
    // Out of the network: nobody keeps a share that would still sign.
    for (const label of ["a2", "s"]) assert.deepEqual(await world.heldBy(label), [], `${label} keeps shares`);
    return;
  }
  const replacement = world.node("a2");
  if (replacement.rest() === "idle serving") return requireSettledBackup(world, "a2");
  assert.match(replacement.rest(), /^refused /, replacement.rest());
  world.contract.network.height += COOLDOWN_BLOCKS + RECOVERY_BLOCKS;
  const disk = replacement.disk();
  replacement.destroy();
  world.startNode("a", "a3", disk);
  await requireSettledBackup(world, "a3");
  assert.deepEqual(await world.heldBy("a3"), [keysetHash(keysetOf(world))]);
  await world.requireSound();
}
