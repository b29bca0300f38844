import assert from "node:assert/strict";
import { base58Decode } from "../../contract/src/interface/base58.ts";
import { decodeEvent } from "../../contract/src/interface/event-log.ts";
import { decodePanic } from "../../contract/src/interface/panic.ts";
import { encodeState } from "../../contract/src/interface/state-codec.ts";
import type { ProtocolState } from "../../contract/src/protocol/state.ts";
import { NEWCOMERS, STRANGER } from "../../contract/test/model/cast.ts";
import { diceOf } from "../../contract/test/model/dice.ts";
import type { TimedCall } from "../../contract/test/model/simulation.ts";
import { recordTraces } from "../../contract/test/model/traces.ts";
import { type WireCall, wireCall } from "../../contract/test/model/wire-calls.ts";
import { signerKey, signerKeyBytes } from "../../contract/test/support/keys.ts";
import { account } from "../../contract/test/support/network.ts";
import { timeAt } from "../../contract/test/support/transparency-world.ts";
import { loadWasm, runWasm, type Storage, type WasmStep } from "../../contract/test/support/wasm-contract.ts";
import { CONTRACT } from "../../contract/test/support/world.ts";
import type { AnyCall } from "../src/dryrun/admit-call.ts";
import { type Foreseen, openDryRuns } from "../src/dryrun/dry-run.ts";
import { wasmReader } from "./wasm-reader.ts";

/** The others are in the state. */
const OUTSIDERS = [...NEWCOMERS, STRANGER].map(account);

/** What all traces met, by kind of outcome: error codes, and methods. */
export interface Met {
  readonly changes: Set<string>;
  readonly no_effect: Set<string>;
  readonly refused: Set<string>;
}

/** Foresees every call of random traces from the wasm's views, has the wasm carry it out, and compares. */
export async function checkDryRuns(traces: number, length: number, seed: number): Promise<Met> {
  const wasm = await loadWasm();
  const met: Met = { changes: new Set(), no_effect: new Set(), refused: new Set() };
  for (const [at, calls] of recordTraces(traces, length, seed).entries()) {
    const dice = diceOf(seed + at);
    let storage: Storage = new Map();
    let height = 0;
    for (const recorded of calls) {
      const call = wireCall(recorded, dice.chance(5) ? "deposit" : "none");
      // The newest block that a reader can have seen before the call.
      const seen = Math.max(height, call.height - 1);
      height = call.height;
      const dry = await foresee(wasm, storage, seen, { recorded, call });
      const done = carryOut(wasm, storage, call);
      await compare(wasm, dry, done);
      storage = done.storage;
      met[dry.foreseen.kind].add(label(dry.foreseen, call));
    }
  }
  return met;
}

interface Made {
  readonly recorded: TimedCall;
  readonly call: WireCall;
}

interface Dry {
  readonly call: WireCall;
  /** The state that the views showed. */
  readonly before: ProtocolState;
  readonly foreseen: Foreseen;
}

async function foresee(wasm: Uint8Array, storage: Storage, seen: number, made: Made): Promise<Dry> {
  const reader = wasmReader(wasm, storage, seen);
  const runs = await openDryRuns({ reader, contractId: CONTRACT, alsoRead: OUTSIDERS });
  const { recorded, call } = made;
  const { type: method, ...args } = recorded.command;
  const update = { code: recorded.code ?? null, config: "config" in args ? args.config : null };
  const foreseen = await runs.foresee({
    ...({ method, args: method === "propose_update" ? update : args } as AnyCall),
    accountId: call.caller,
    signerKey: signerKey(call.signerLabel),
    height: call.height,
    time: timeAt(call.height),
    depositYocto: call.depositYocto,
  });
  return { call, before: runs.state, foreseen };
}

function carryOut(wasm: Uint8Array, storage: Storage, call: WireCall): WasmStep {
  const { signerLabel, signer: _, ...given } = call;
  return runWasm(wasm, storage, { ...given, signerKey: signerKeyBytes(signerLabel) });
}

async function compare(wasm: Uint8Array, { call, before, foreseen }: Dry, done: WasmStep): Promise<void> {
  const about = `${call.caller} calls ${call.method} ${String(call.input).slice(0, 1000)}`;
  if (foreseen.kind === "refused") {
    const { code: name, info } = foreseen.error;
    assert.deepEqual(decodePanic(done.panic ?? "accepted"), { name, info: plain(info) }, about);
    return;
  }
  assert.equal(done.panic, null, about);
  assertLike(done.answer ? JSON.parse(done.answer) : undefined, foreseen.returns, about);
  const paid = foreseen.transfers.map(({ account_id, amountYocto }) => [account_id, amountYocto]);
  assert.deepEqual(transfersOf(done), paid, about);
  if (foreseen.kind === "no_effect") {
    assert.equal(done.outcome.storageChanges.size, 0, about);
    return;
  }
  const logged = done.outcome.logs.map((line) => decodeEvent(line));
  const isExpiryUnseen = before.kind !== "Recovery" && logged[0]?.event === "recovery_expired";
  assertLike(isExpiryUnseen ? logged.slice(1) : logged, foreseen.events, about);
  const after = await wasmReader(wasm, done.storage, call.height).view("state", {});
  assertLike(after.value, encodeState(foreseen.state, base58Decode), about);
}

function transfersOf({ outcome }: WasmStep): unknown[] {
  return outcome.receipts.flatMap(({ receiverId, actions }) =>
    actions.flatMap((action) => (action.kind === "Transfer" ? [[receiverId, action.depositYocto]] : [])),
  );
}

/** Equal as JSON, but for numbers that were foreseen as unknown. */
function assertLike(found: unknown, foreseen: unknown, about: string): void {
  assert.deepEqual(plain(withUnknown(found, foreseen)), plain(foreseen), about);
}

function withUnknown(found: unknown, foreseen: unknown): unknown {
  if (Number.isNaN(foreseen)) return typeof found === "number" || found === null ? Number.NaN : found;
  if (typeof found !== "object" || found === null || typeof foreseen !== "object") return found;
  const entries = Object.entries(found).map(
    ([name, value]) =>
      [name, withUnknown(value, (foreseen as Record<string, unknown> | null)?.[name])] as const,
  );
  return Array.isArray(found) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function label(foreseen: Foreseen, { method }: WireCall): string {
  return foreseen.kind === "refused" ? foreseen.error.code : `${method} ${foreseen.kind}`;
}
