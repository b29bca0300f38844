/** The differential test: recorded sequences of all commands on core and wasm. */
import assert from "node:assert/strict";
import { CALL_RULES } from "../../src/interface/method-rules.ts";
import { loadWasm } from "../support/wasm-contract.ts";
import { diceOf } from "./dice.ts";
import { newTally, replay } from "./replay.ts";
import { recordTraces } from "./traces.ts";

export async function checkWasmAgainstCore(
  { traces, length, seed }: { readonly traces: number; readonly length: number; readonly seed: number },
  report: (line: string) => void,
): Promise<void> {
  const wasm = await loadWasm();
  const tally = newTally();
  for (const [at, calls] of recordTraces(traces, length, seed).entries()) {
    replay(wasm, calls, diceOf(seed + at), tally);
  }
  const { calls, accepted, methods, codes } = tally;
  report(`${calls} calls, ${accepted} of them accepted, ${methods.size} methods, ${codes.size} error codes`);
  const missing = Object.keys(CALL_RULES).filter((method) => !methods.has(method));
  assert.deepEqual(missing, [], "methods that no trace calls");
}
