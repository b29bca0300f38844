import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { CALL_ARGUMENTS, VIEW_ARGUMENTS } from "../src/interface/arguments.ts";
import { base58Decode } from "../src/interface/base58.ts";
import { decodeArguments } from "../src/interface/decode.ts";
import { METHODS } from "../src/interface/methods.ts";
import { decodePanic, encodePanic } from "../src/interface/panic.ts";
import type { AnySchema } from "../src/interface/schema.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { ErrorCode } from "../src/protocol/errors.ts";
import { checkedPathsOf, legalValue, NONSENSE, replaceAt } from "./support/arguments.ts";
import { signerKeyBytes } from "./support/keys.ts";
import { approval, CANCEL, entry, initRunning, nodeInfo } from "./support/network.ts";
import { loadWasm, runWasm, type Storage, type WasmCall, type WasmStep } from "./support/wasm-contract.ts";

const EMPTY: Storage = new Map();
const SEED = Math.floor(Math.random() * 2 ** 31);
const FUZZ_RUNS = 150;

/** What is not even UTF-8 is told apart; `INTERNAL` is the engine's code for whatever the contract did not foresee. */
const REFUSALS_OF_BROKEN_STORAGE = ["UNREADABLE_STATE", "INTERNAL"];

let code: Uint8Array;
let running: Storage;

before(async () => {
  code = await loadWasm();
  const started = call(EMPTY, initRunning(), { caller: "mpc.near" });
  assert.equal(started.panic, null);
  running = call(started.storage, nodeInfo("a", "a-node")).storage;
});

function call(storage: Storage, command: Command, change: Partial<WasmCall> = {}): WasmStep {
  const { type, ...args } = command;
  return runWasm(code, storage, {
    method: type,
    input: JSON.stringify(args),
    caller: "a.near",
    signerKey: signerKeyBytes("a-node"),
    height: 100,
    ...change,
  });
}

function refuses(expected: ErrorCode, command: Command, change: Partial<WasmCall>, storage = running): void {
  const { panic, storage: after, outcome } = call(storage, command, change);
  assert.equal(decodePanic(panic ?? "")?.name, expected, panic ?? "no panic");
  assert.deepEqual(after, storage);
  assert.deepEqual(outcome.logs, []);
}

describe("the shell of the wasm", () => {
  test("behavior: calls through another contract are refused", () => {
    refuses("NOT_DIRECT_CALL", nodeInfo("a", "a-node"), { signer: "b.near" });
  });

  test("behavior: private methods are for the contract's own account", () => {
    refuses("PRIVATE_METHOD", initRunning(), { caller: "a.near" }, EMPTY);
    refuses("UNEXPECTED_STATE", initRunning(), { caller: "mpc.near" });
  });

  test("behavior: deposits are taken only where a method needs one", () => {
    refuses("DEPOSIT_NOT_ACCEPTED", entry("a", "a2", "k1"), { depositYocto: 1n });
    for (const depositYocto of [0n, 2n, 10n ** 24n]) {
      refuses("DEPOSIT_REQUIRED", CANCEL, { depositYocto });
      refuses("DEPOSIT_REQUIRED", approval("a2", "k1"), { depositYocto });
    }
    assert.equal(call(running, approval("a2", "k1"), { depositYocto: 1n }).panic, null);
  });

  test("behavior: access keys other than ed25519 are refused", () => {
    const signerKey = Buffer.concat([Buffer.of(1), Buffer.alloc(64, 7)]);
    refuses("UNSUPPORTED_KEY_TYPE", nodeInfo("a", "a-node"), { signerKey });
  });

  test("behavior: what is not UTF-8 or not JSON is refused", () => {
    for (const input of [
      Buffer.of(0xff),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.from('{"a":"\xc3("}', "latin1"),
    ]) {
      refuses("INVALID_UTF8", CANCEL, { input, depositYocto: 1n });
    }
    refuses("INVALID_JSON", CANCEL, { input: "{", depositYocto: 1n });
    refuses("INPUT_TOO_LONG", CANCEL, { input: `"${"x".repeat(70_000)}"`, depositYocto: 1n });
    refuses("INPUT_TOO_DEEP", CANCEL, { input: "[".repeat(60_000), depositYocto: 1n });
    const nested = "[".repeat(60) + "]".repeat(60);
    refuses("INVALID_ARGUMENT", CANCEL, { input: nested, depositYocto: 1n });
    // The engine's parser has less stack than Node's; it gives up in good order.
    const deepest = "[".repeat(320) + "]".repeat(320);
    refuses("INVALID_JSON", CANCEL, { input: deepest, depositYocto: 1n });
  });

  test("behavior: stored bytes that are not readable are refused and stay as they are", () => {
    for (const key of running.keys()) {
      for (const bytes of [Uint8Array.of(0xff, 0xfe), Buffer.from("garbage")]) {
        const broken = new Map(running).set(key, bytes);
        const { panic, storage } = call(broken, nodeInfo("a", "k2"), { depositYocto: 1n });
        // A part that this call does not read can't stop it, and must not be overwritten.
        if (panic === null) assert.deepEqual(storage.get(key), bytes, key);
        else
          assert.ok(REFUSALS_OF_BROKEN_STORAGE.includes(decodePanic(panic)?.name ?? ""), `${key}: ${panic}`);
        if (panic !== null) assert.deepEqual(storage, broken);
      }
    }
  });

  test("behavior: a registered-key call writes nothing at all", () => {
    const { outcome, panic } = call(running, entry("a", "a", "a-node"));
    assert.equal(panic, null);
    assert.equal(outcome.storageChanges.size, 0);
    assert.deepEqual(outcome.logs, []);
  });

  test("behavior: before the start views answer or refuse with a code", () => {
    const view = (method: string, input = "{}") =>
      runWasm(code, EMPTY, {
        method,
        input,
        caller: "x.near",
        signerKey: signerKeyBytes("x"),
        height: 1,
        isView: true,
      });
    assert.equal(view("state").answer, '"NotInitialized"');
    assert.equal(view("recovery_info").answer, "null");
    assert.equal(view("accepts_requests", '{"domain_id":0}').answer, "false");
    assert.equal(decodePanic(view("config").panic ?? "")?.name, "UNEXPECTED_STATE");
    assert.equal(decodePanic(view("public_key").panic ?? "")?.name, "UNEXPECTED_STATE");
  });

  test(`behavior: spoiled arguments get the codec's code and change nothing (${FUZZ_RUNS} calls, seed ${SEED})`, () => {
    const schemas: Readonly<Record<string, AnySchema>> = { ...CALL_ARGUMENTS, ...VIEW_ARGUMENTS };
    const names = Object.keys(schemas).filter((name) => name in METHODS && schemas[name]?.type === "object");
    const spoiled = fc
      .constantFrom(...names)
      .chain((name) =>
        legalValue(schemas[name] as AnySchema).chain((value) =>
          fc
            .tuple(fc.constantFrom(...checkedPathsOf(value)), fc.constantFrom(...NONSENSE))
            .map(([path, nonsense]) => ({ name, input: JSON.stringify(replaceAt(value, path, nonsense)) })),
        ),
      );
    fc.assert(
      fc.property(spoiled, ({ name, input }) => compareRefusal(schemas[name] as AnySchema, name, input)),
      { numRuns: FUZZ_RUNS, seed: SEED },
    );
  });
});

function compareRefusal(schema: AnySchema, method: string, input: string): void {
  const expected = decodeArguments(schema, input, base58Decode);
  const spec = METHODS[method as keyof typeof METHODS];
  const isView = spec.kind === "view";
  const needsYocto = spec.kind === "call" && spec.deposit.startsWith("one_yocto");
  const { panic, storage } = runWasm(code, running, {
    method,
    input,
    caller: "mpc.near",
    signerKey: signerKeyBytes("a-node"),
    height: 100,
    isView,
    depositYocto: needsYocto ? 1n : 0n,
  });
  assert.ok(!expected.ok);
  assert.equal(panic, encodePanic(expected.error));
  assert.deepEqual(storage, running);
}
