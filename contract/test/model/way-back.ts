/** From wherever the network is, enough honest members or the passing of blocks lead back to Running. */
import assert from "node:assert/strict";
import type { BlockHeight } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { normalize } from "../../src/protocol/normalize.ts";
import { membersOf, thresholdOf } from "../../src/protocol/rules/members.ts";
import type { InitializedState } from "../../src/protocol/state.ts";
import { signerKey } from "../support/keys.ts";
import { step, type World } from "../support/world.ts";

/** `turn` chooses which members of those that suffice do it. */
export function checkWayBack(world: World, height: number, turn: number): void {
  const { state } = world;
  if (state.kind === "NotInitialized" || state.kind === "Running") return;
  const { kind } = afterVotes(world, state, height, turn);
  assert.equal(kind, "Running", `${state.kind} is left by the votes of enough members`);
  if (state.kind !== "Recovery") return;
  const { expires_on } = state.recovering;
  assert.equal(normalize(state, expires_on).kind, "Running", "blocks end a Recovery");
  assert.equal(normalize(state, (expires_on - 1) as BlockHeight).kind, "Recovery", "not a block too early");
}

function afterVotes(world: World, state: InitializedState, height: number, turn: number): World["state"] {
  const voters = votersOf(state, turn);
  const command = cancelOf(state);
  let current = world;
  for (const caller of voters) {
    const { kind } = normalize(current.state, height as BlockHeight);
    if (kind === "Running") break;
    const call = { command, caller, signerKey: signerKey("any"), height };
    const { result, world: next } = step(current, call);
    assert.ok(result.ok, `a member's vote to cancel is heard: ${JSON.stringify(result)}`);
    current = next;
  }
  return normalize(current.state, height as BlockHeight);
}

function votersOf(
  state: InitializedState,
  turn: number,
): ReturnType<typeof membersOf>["participants"][number][0][] {
  const members = membersOf(state).participants.map(([id]) => id);
  const others =
    state.kind === "Recovery" ? members.filter((id) => id !== state.recovering.account_id) : members;
  const needed = Math.min(thresholdOf(state), others.length);
  const from = turn % others.length;
  return [...others.slice(from), ...others.slice(0, from)].slice(0, needed);
}

function cancelOf(state: InitializedState): Command {
  switch (state.kind) {
    case "Initializing":
      return { type: "vote_cancel_keygen", next_domain_id: state.domains.next_domain_id };
    case "Resharing":
      return { type: "vote_cancel_resharing" };
    case "Recovery":
      return { type: "vote_cancel_recovery", recovery_id: state.recovery_id };
    default:
      throw new Error(`nothing to cancel in ${state.kind}`);
  }
}
