/** Malformed arguments against codec and wasm: refused with a code, nothing changed, little gas burnt. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { base58Decode } from "../../src/interface/base58.ts";
import { decodeArguments } from "../../src/interface/decode.ts";
import { METHODS } from "../../src/interface/methods.ts";
import { decodePanic, encodePanic } from "../../src/interface/panic.ts";
import { encodeProposeUpdate, readProposeUpdate } from "../../src/interface/propose-update.ts";
import type { AnySchema } from "../../src/interface/schema.ts";
import { ERROR_TEXTS } from "../../src/protocol/error-texts.ts";
import { attempt, type ErrorCode, type ProtocolError, type Result } from "../../src/protocol/errors.ts";
import { updateCostYocto } from "../../src/protocol/rules/updates.ts";
import { signerKeyBytes } from "../support/keys.ts";
import { runWasm, type Storage, type WasmStep } from "../support/wasm-contract.ts";
import { type Malformed, malformedBorsh, malformedJson, SCHEMAS } from "./malformed.ts";

/**
 * What reading the worst malformed arguments may burn: those as long as a transaction allows are read once. Seed backups,
 * which may be longer, take up to 160 Tgas of what their sender pays for.
 */
export const MAX_REFUSAL_GAS = 20_000_000_000_000n;

/** Codes that malformed arguments must bring out. */
export const DECODER_CODES: readonly ErrorCode[] = [
  "INVALID_UTF8",
  "INVALID_JSON",
  "INPUT_TOO_LONG",
  "INPUT_TOO_DEEP",
  "INVALID_ARGUMENT",
  "MISSING_FIELD",
  "UNKNOWN_FIELD",
  "DUPLICATE_FIELD",
  "WRONG_KEY_KIND",
  "UNSUPPORTED_KEY_TYPE",
  "INVALID_BORSH",
  "CODE_TOO_LONG",
];

const BATCH = 1000;
const MOST_BATCHES = 100;

const malformed = fc.oneof({ weight: 6, arbitrary: malformedJson }, { weight: 1, arbitrary: malformedBorsh });

/** Nothing but refusals with a code comes out of the codec; returns the codes. */
export function fuzzCodec(runs: number, seed: number): ReadonlySet<string> {
  const codes = new Set<string>();
  fc.assert(
    fc.property(malformed, (call) => {
      const read = readInNode(call);
      if (read.ok) assert.ok(!call.isIllegal, `${call.method} accepts ${shown(call.input)}`);
      else codes.add(read.error.name);
      if (read.ok) requireStable(call, read.value);
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  return codes;
}

/** For every code of the decoder the first random input that brings it out, however rare. */
export function firstOfEachCode(seed: number): ReadonlyMap<ErrorCode, Malformed> {
  const found = new Map<ErrorCode, Malformed>();
  const isComplete = () => DECODER_CODES.every((code) => found.has(code));
  for (let batch = 0; batch < MOST_BATCHES && !isComplete(); batch++) {
    for (const call of fc.sample(malformed, { numRuns: BATCH, seed: seed + batch })) {
      const read = readInNode(call);
      if (!read.ok && !found.has(read.error.name)) found.set(read.error.name, call);
    }
  }
  return found;
}

export interface WasmFuzz {
  readonly codes: ReadonlySet<string>;
  readonly worstGas: bigint;
}

/** The same through the wasm: the codec's refusal to the byte, no change, no log, no payment, bounded gas. */
export function fuzzWasm(wasm: Uint8Array, storage: Storage, runs: number, seed: number): WasmFuzz {
  const codes = new Set<string>();
  let worstGas = 0n;
  fc.assert(
    fc.property(malformed, (call) => {
      const read = readInNode(call);
      const step = callWasm(wasm, storage, call);
      const { panic, outcome } = step;
      if (read.ok) {
        if (panic !== null) assert.ok((decodePanic(panic)?.name ?? "") in ERROR_TEXTS, panic);
        return;
      }
      codes.add(read.error.name);
      assert.equal(panic, encodePanic(read.error), shown(call.input));
      assert.equal(outcome.storageChanges.size + outcome.logs.length + outcome.receipts.length, 0);
      assert.ok(outcome.burntGas < MAX_REFUSAL_GAS, `${outcome.burntGas} gas for ${shown(call.input)}`);
      if (outcome.burntGas > worstGas) worstGas = outcome.burntGas;
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  return { codes, worstGas };
}

/** What one refusal burns, and its code. */
export function refusalGas(
  wasm: Uint8Array,
  storage: Storage,
  call: Malformed,
): { readonly code: string; readonly gas: bigint } {
  const { panic, outcome } = callWasm(wasm, storage, call);
  assert.equal(outcome.storageChanges.size, 0);
  return { code: decodePanic(panic ?? "")?.name ?? assert.fail(panic ?? "accepted"), gas: outcome.burntGas };
}

/** Core and wasm refuse these arguments with the same text; returns the code. */
export function sharedRefusal(wasm: Uint8Array, storage: Storage, call: Malformed): string {
  const read = readInNode(call);
  if (read.ok) return assert.fail(`${call.method} accepts ${shown(call.input)}`);
  assert.equal(callWasm(wasm, storage, call).panic, encodePanic(read.error), shown(call.input));
  return read.error.name;
}

function callWasm(wasm: Uint8Array, storage: Storage, { method, input }: Malformed): WasmStep {
  const spec = METHODS[method as keyof typeof METHODS];
  const deposits = {
    none: 0n,
    if_operator: 0n,
    one_yocto: 1n,
    one_yocto_or_more: 1n,
    any_amount: updateCostYocto(1000),
  };
  return runWasm(wasm, storage, {
    method,
    input,
    caller: "mpc.near",
    signerKey: signerKeyBytes("a-node"),
    height: 100,
    isView: spec.kind === "view",
    depositYocto: spec.kind === "call" ? deposits[spec.deposit] : 0n,
  });
}

function readInNode({ method, input }: Malformed): Result<unknown, ProtocolError> {
  if (method === "propose_update") return attempt(() => readProposeUpdate(input, base58Decode));
  const text = utf8(input);
  if (text === null) return { ok: false, error: { name: "INVALID_UTF8", info: {} } };
  return decodeArguments(SCHEMAS[method] as AnySchema, text, base58Decode);
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What damage left legal means the same once more. */
function requireStable({ method, input }: Malformed, value: unknown): void {
  if (method === "propose_update") {
    const update = value as ReturnType<typeof readProposeUpdate>;
    assert.deepEqual(Buffer.from(encodeProposeUpdate(update)), Buffer.from(input));
    return;
  }
  const again = decodeArguments(SCHEMAS[method] as AnySchema, JSON.stringify(value), base58Decode);
  assert.deepEqual(again, { ok: true, value });
}

function shown(input: Uint8Array): string {
  return Buffer.from(input).toString("latin1").slice(0, 300);
}
