import assert from "node:assert/strict";
import { test } from "node:test";
import { runFunctionCall } from "../../src/vm/run-function-call.ts";
import { bodyRepeating, buildModule, EMPTY_BODY } from "./build-module.ts";
import { request } from "./call.ts";

const CALL_FIRST = [0x10, 0];
const NOP = 0x01;

/** Calls, each of which nearcore's instrumentation makes 29 bytes of two, and nops, which stay what they are. */
function moduleOfCalls(nops: number): Uint8Array {
  const full = Array.from({ length: 5 }, () => bodyRepeating(CALL_FIRST, 98_000));
  const last = bodyRepeating(CALL_FIRST, 88_493).slice(0, -1);
  return buildModule({ bodies: [EMPTY_BODY, ...full, [...last, ...Array<number>(nops).fill(NOP), 0x0b]] });
}

// Both sides were run on near-vm-runner 0.38.0, which takes a minute for them; so the oracle does not repeat it.
test("behavior: instrumented code has at most 16,777,216 bytes", () => {
  const context = { prepaidGas: 10n ** 15n };
  assert.equal(runFunctionCall(request(moduleOfCalls(98), { context })).error, null);
  assert.deepEqual(runFunctionCall(request(moduleOfCalls(99), { context })).error, {
    kind: "CompilationError",
    cause: "PrepareError",
    detail: "InstrumentedCodeTooLarge",
  });
});
