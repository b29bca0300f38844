import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as answers from "../src/interface/answers.ts";
import { base58Decode } from "../src/interface/base58.ts";
import { encodeEvent } from "../src/interface/event-log.ts";
import { encodePanic } from "../src/interface/panic.ts";
import { encodeState } from "../src/interface/state-codec.ts";
import type { BlockHeight } from "../src/protocol/brand.ts";
import { normalize, settledRecord } from "../src/protocol/normalize.ts";
import { signerKey, signerKeyBytes } from "./support/keys.ts";
import { account } from "./support/network.ts";
import { type TraceCall, trace } from "./support/traces.ts";
import { loadWasm, runWasm, type Storage, type WasmStep } from "./support/wasm-contract.ts";
import { EMPTY_WORLD, lookupOf, step, type World } from "./support/world.ts";

const TRACES = 60;
const SEED = 20260801;
const SHELL_TAKES_ONE_YOCTO = ["approve_recovery", "cancel_recovery"];
const SHELL_TAKES_NONE = [
  "init_running",
  "submit_participant_recovery_info",
  "conclude_recovery",
  "confirm_backup",
  "confirm_recovery",
];

test(`the wasm does what the core does, to the byte, on ${TRACES} random traces (seed ${SEED})`, async () => {
  const code = await loadWasm();
  for (const calls of fc.sample(trace(20), { numRuns: TRACES, seed: SEED })) replay(code, calls);
});

function replay(code: Uint8Array, calls: readonly TraceCall[]): void {
  let world = EMPTY_WORLD;
  let storage: Storage = new Map();
  let height = 100;
  for (const drawn of calls) {
    const call = { ...drawn, depositYocto: legalDeposit(drawn) };
    height += call.wait;
    const inWasm = runOnWasm(code, storage, call, height);
    const next = compareOutcome(world, call, height, inWasm);
    const isUntouched = next === world || (next.state === world.state && next.records === world.records);
    if (isUntouched) assert.deepEqual(inWasm.storage, storage);
    world = next;
    storage = inWasm.storage;
    if (!isUntouched || call.wait > 3) compareViews(code, storage, world, height);
  }
}

/** Deposits that the shell lets through; what it refuses is tested apart. */
function legalDeposit({ command, depositYocto }: TraceCall): bigint {
  if (SHELL_TAKES_ONE_YOCTO.includes(command.type)) return 1n;
  return SHELL_TAKES_NONE.includes(command.type) ? 0n : depositYocto;
}

function runOnWasm(code: Uint8Array, storage: Storage, call: TraceCall, height: number): WasmStep {
  const { type, ...args } = call.command;
  return runWasm(code, storage, {
    method: type,
    input: JSON.stringify(args),
    caller: account(call.name),
    signerKey: signerKeyBytes(call.signer),
    height,
    depositYocto: call.depositYocto,
  });
}

function compareOutcome(world: World, call: TraceCall, height: number, inWasm: WasmStep): World {
  const { result, world: next } = step(world, {
    command: call.command,
    caller: account(call.name),
    signerKey: signerKey(call.signer),
    height,
    depositYocto: call.depositYocto,
  });
  assert.equal(inWasm.panic, result.ok ? null : encodePanic(result.error));
  assert.deepEqual(inWasm.outcome.logs, result.ok ? result.value.events.map(encodeEvent) : []);
  if (result.ok && result.value.events.length > 0) return next;
  return world;
}

function compareViews(code: Uint8Array, storage: Storage, world: World, height: number): void {
  const ask = (method: string, args: object = {}): string | null =>
    runWasm(code, storage, {
      method,
      input: JSON.stringify(args),
      caller: "viewer.near",
      signerKey: signerKeyBytes("viewer"),
      height,
      isView: true,
    }).answer;
  const state = normalize(world.state, height as BlockHeight);
  const lookup = lookupOf(world);
  assert.equal(ask("state"), JSON.stringify(encodeState(state, base58Decode)));
  assert.equal(ask("recovery_info"), JSON.stringify(answers.recoveryInfo(state)));
  const account_id = account("a");
  const context = { height: height as BlockHeight, config: world.config, lookup };
  const record = settledRecord(world.state, account_id, context);
  const member = lookup.member(account_id);
  assert.equal(
    ask("participant_info", { account_id }),
    JSON.stringify(answers.participantInfo(account_id, member, record)),
  );
  assert.equal(ask("backup_service_info", { account_id }), JSON.stringify(record?.backup_service ?? null));
  assert.equal(ask("backup_receipt", { account_id }), JSON.stringify(record?.receipt ?? null));
}
