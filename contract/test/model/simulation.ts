/** One random sequence as it unfolds: the contract, its reference model, the money, and what was reached so far. */
import assert from "node:assert/strict";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import { signerKey } from "../support/keys.ts";
import { account } from "../support/network.ts";
import { EMPTY_WORLD, type Step, step, type World } from "../support/world.ts";
import { compareWithModel } from "./compare.ts";
import { type Dice, diceOf } from "./dice.ts";
import { checkWorld } from "./invariants.ts";
import { type Ledger, NEW_LEDGER, pay } from "./ledger.ts";
import { isOwed } from "./owed.ts";
import { PLAN_NAMES, PLANS, type PlanName } from "./plans.ts";
import { emptyModel, follow, type Model, settleModel } from "./reference-model.ts";
import { type Role, type Scene, type SimCall, sceneOf } from "./scene.ts";
import { openingCalls, rolesOf, type Setup } from "./setup.ts";
import { checkStep, edgesOf, HISTORY_BEGINS, type History } from "./step-checks.ts";
import { checkWayBack } from "./way-back.ts";

/** What someone does after `wait` blocks, with the choices that `seed` makes. */
export interface Action {
  readonly plan: PlanName;
  readonly seed: number;
  readonly wait: number;
}

/** Collected over all sequences of a test. */
export interface Coverage {
  /** How often each edge was taken, as `from trigger to`. */
  readonly edges: Map<string, number>;
  readonly codes: Map<ErrorCode, number>;
  calls: number;
}

export interface TimedCall extends SimCall {
  readonly height: number;
}

export interface Simulation {
  readonly roles: ReadonlyMap<string, Role>;
  readonly coverage: Coverage;
  /** Calls so far, for those who want to make them elsewhere. */
  readonly calls: TimedCall[];
  world: World;
  height: number;
  model: Model;
  ledger: Ledger;
  history: History;
}

export function newCoverage(): Coverage {
  return { edges: new Map(), codes: new Map(), calls: 0 };
}

export function begin(setup: Setup, coverage: Coverage): Simulation {
  const simulation: Simulation = {
    roles: rolesOf(setup),
    coverage,
    calls: [],
    world: EMPTY_WORLD,
    height: 100,
    model: emptyModel(),
    ledger: NEW_LEDGER,
    history: HISTORY_BEGINS,
  };
  for (const call of openingCalls(setup)) make(simulation, call);
  return simulation;
}

/** Makes the calls of an action, one after another, and checks everything after each; a failure names the call. */
export function act(simulation: Simulation, { plan, seed, wait }: Action): void {
  simulation.height += wait;
  const scene = sceneOf(simulation.world, simulation.height, simulation.roles);
  if (scene.present.length === 0) return;
  for (const call of callsOf(plan, scene, diceOf(seed))) make(simulation, call);
}

/** Those of another plan where this one has nothing to do. */
function callsOf(plan: PlanName, scene: Scene, dice: Dice): SimCall[] {
  const calls = PLANS[plan](scene, dice);
  return calls.length > 0 ? calls : PLANS[dice.pick(PLAN_NAMES)](scene, dice);
}

function make(simulation: Simulation, call: SimCall): void {
  try {
    makeChecked(simulation, call);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const found = `${call.name} as ${call.signer} calls ${JSON.stringify(call.command)}`;
    throw new Error(`${found}\nin ${JSON.stringify(simulation.world.state)}:\n${message}`, { cause: thrown });
  }
}

function makeChecked(simulation: Simulation, call: SimCall): void {
  const { world: before, height, coverage } = simulation;
  simulation.calls.push({ ...call, height });
  coverage.calls++;
  const { result, world } = run(before, call, height);
  settleModel(simulation.model, height);
  if (!result.ok) {
    count(coverage.codes, result.error.name);
    assert.ok(
      !isOwed(simulation.model, call, before, result.error.name),
      `refused: ${JSON.stringify(result.error)}`,
    );
    return;
  }
  const { events } = result.value;
  follow(simulation.model, call, height, events.length > 0);
  simulation.ledger = pay(simulation.ledger, call, result.value, world);
  if (events.length === 0) {
    assert.equal(world.state, before.state, "no event, no change");
    return;
  }
  for (const edge of edgesOf(before, call, result.value, height)) count(coverage.edges, edge);
  simulation.history = checkStep(before, world, result.value, simulation.history);
  checkWorld(world);
  compareWithModel(simulation.model, world, height);
  if (world.state !== before.state) checkWayBack(world, height, coverage.calls);
  simulation.world = world;
}

function run(world: World, call: SimCall, height: number): Step {
  return step(world, {
    command: call.command,
    caller: account(call.name),
    signerKey: signerKey(call.signer),
    height,
    depositYocto: call.depositYocto,
  });
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
