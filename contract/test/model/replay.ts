/** Makes recorded calls on core and wasm side by side; what they store, log, send, answer and refuse must be equal. */
import assert from "node:assert/strict";
import type { FunctionCallOutcome } from "../../../sandbox/src/vm/interface.ts";
import { encodeEvent } from "../../src/interface/event-log.ts";
import { encodePanic } from "../../src/interface/panic.ts";
import { responseJson } from "../../src/interface/request-texts.ts";
import type { UpdateId } from "../../src/protocol/brand.ts";
import type { Outcome } from "../../src/protocol/context.ts";
import type { RequestEffect } from "../../src/protocol/requests/signature-request.ts";
import { signerKey, signerKeyBytes } from "../support/keys.ts";
import { runWasm, type Storage, type WasmStep } from "../support/wasm-contract.ts";
import { CONTRACT, EMPTY_WORLD, step, type World } from "../support/world.ts";
import { compareState, compareViews } from "./compare-views.ts";
import type { Dice } from "./dice.ts";
import type { TimedCall } from "./simulation.ts";
import { throughShell, type WireCall, wireCall } from "./wire-calls.ts";

/** What a replay met, for a test to ask whether it met enough. */
export interface ReplayTally {
  calls: number;
  accepted: number;
  readonly methods: Set<string>;
  readonly codes: Set<string>;
}

export function newTally(): ReplayTally {
  return { calls: 0, accepted: 0, methods: new Set(), codes: new Set() };
}

export function replay(wasm: Uint8Array, calls: readonly TimedCall[], dice: Dice, tally: ReplayTally): void {
  let world = EMPTY_WORLD;
  let storage: Storage = new Map();
  const codes = new Map<UpdateId, Uint8Array>();
  for (const recorded of calls) {
    const lie = dice.chance(4) ? dice.pick(["deposit", "indirect"] as const) : "none";
    const call = wireCall(recorded, lie);
    const inWasm = runOnWasm(wasm, storage, call);
    if (recorded.code) codes.set(world.updates.next_id, recorded.code);
    world = compareOutcome(world, call, inWasm, codes, tally);
    if (inWasm.outcome.storageChanges.size === 0) continue;
    storage = inWasm.storage;
    compareState(wasm, storage, world, call.height + (dice.chance(20) ? 21 : 0));
  }
  compareViews(wasm, storage, world, calls.at(-1)?.height ?? 0);
}

function runOnWasm(wasm: Uint8Array, storage: Storage, call: WireCall): WasmStep {
  return runWasm(wasm, storage, {
    method: call.method,
    input: call.input,
    caller: call.caller,
    signer: call.signer,
    signerKey: signerKeyBytes(call.signerLabel),
    height: call.height,
    depositYocto: call.depositYocto,
  });
}

/** The world after the call on the core, which did what the wasm did. */
function compareOutcome(
  world: World,
  call: WireCall,
  { outcome, panic, answer }: WasmStep,
  codes: ReadonlyMap<UpdateId, Uint8Array>,
  tally: ReplayTally,
): World {
  tally.calls++;
  tally.methods.add(call.method);
  const admitted = throughShell(call);
  const { result, world: next } = admitted.ok
    ? step(world, {
        command: admitted.value,
        caller: call.caller,
        signerKey: signerKey(call.signerLabel),
        height: call.height,
        depositYocto: call.depositYocto,
      })
    : { result: admitted, world };
  const about = `${call.caller} calls ${call.method} ${call.input}`.slice(0, 2000);
  assert.equal(panic, result.ok ? null : encodePanic(result.error), about);
  if (!result.ok) {
    tally.codes.add(result.error.name);
    assert.equal(outcome.storageChanges.size, 0);
    return world;
  }
  tally.accepted++;
  const { events, returns, statements = [] } = result.value;
  assert.deepEqual(outcome.logs, [...events, ...statements].map(encodeEvent), about);
  assert.equal(answer ?? "", returns === undefined ? "" : JSON.stringify(returns), about);
  assert.deepEqual(sentBy(outcome), wantedBy(result.value, codes), about);
  assert.deepEqual(answersOf(outcome), wantedAnswers(result.value), about);
  if (events.length === 0) assert.equal(outcome.storageChanges.size, 0, `${about}: a change without event`);
  return events.length > 0 ? next : world;
}

/** Receipts of a call as lines. */
function sentBy({ receipts }: FunctionCallOutcome): string[] {
  return receipts.flatMap(({ receiverId, actions }) =>
    actions.map((action) => {
      switch (action.kind) {
        case "Transfer":
          return `${receiverId} gets ${action.depositYocto}`;
        case "DeployContract":
          return `${receiverId} deploys ${Buffer.from(action.code).toString("hex")}`;
        case "FunctionCall":
          return `${receiverId} calls ${action.methodName}`;
        default:
          return action.kind;
      }
    }),
  );
}

/** The same lines, as the core wants them. */
function wantedBy(
  { transfers, deploy, requests }: Outcome,
  codes: ReadonlyMap<UpdateId, Uint8Array>,
): string[] {
  const paid = (transfers ?? []).map(({ account_id, amountYocto }) => `${account_id} gets ${amountYocto}`);
  if (requests) return [...paid, ...promisedBy(requests.effect)];
  if (deploy === undefined) return paid;
  const code = Buffer.from(codes.get(deploy) ?? []).toString("hex");
  return [...paid, `${CONTRACT} deploys ${code}`, `${CONTRACT} calls migrate`];
}

function promisedBy({ kind }: RequestEffect): string[] {
  switch (kind) {
    case "wait":
      return [`${CONTRACT} calls return_signature_and_clean_state_on_success`];
    case "fail":
      return [`${CONTRACT} calls fail_on_timeout`];
    case "answer":
      return [];
  }
}

/** What those who waited get. */
function answersOf({ resumedYields }: FunctionCallOutcome): string[] {
  return resumedYields.map(({ payload }) => Buffer.from(payload).toString());
}

function wantedAnswers({ requests }: Outcome): string[] {
  if (requests?.effect.kind !== "answer") return [];
  const { tickets, response } = requests.effect;
  return tickets.map(() => JSON.stringify(responseJson(response)));
}
