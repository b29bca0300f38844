import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DEFAULT_PROTOCOL_VERSION, runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import { giveMemoryBack, takeMemory } from "../../src/vm/memory-pool.ts";
import { runFunctionCall } from "../../src/vm/run-function-call.ts";
import { assemble } from "./assemble.ts";
import { CONTEXT, request } from "./call.ts";

const PARAMETERS = runtimeParameters(DEFAULT_PROTOCOL_VERSION);
const LAST = 1024 * 65_536 - 1;

/** `m` returns the bytes at 100, 1 MB and the memory's end, and its size in pages; the others leave traces there. */
const CONTRACT = assemble(`(module
  (import "env" "value_return" (func $return (param i64 i64)))
  (import "env" "panic" (func $panic))
  (memory 1)
  (data (i32.const 100) "D")
  (func $soil
    (i32.store8 (i32.const 100) (i32.const 1))
    (i32.store8 (i32.const 1048576) (i32.const 2))
    (i32.store8 (i32.const ${LAST}) (i32.const 3)))
  (func (export "m")
    (i32.store8 (i32.const 0) (i32.load8_u (i32.const 100)))
    (i32.store8 (i32.const 1) (i32.load8_u (i32.const 1048576)))
    (i32.store8 (i32.const 2) (i32.load8_u (i32.const ${LAST})))
    (i32.store16 (i32.const 3) (memory.size))
    (call $return (i64.const 5) (i64.const 0)))
  (func (export "return") (call $soil))
  (func (export "panic") (call $soil) (call $panic))
  (func (export "trap") (call $soil) unreachable)
  (func (export "burn") (call $soil) (loop $forever (br $forever)))
  (func (export "grow") (call $soil) (drop (memory.grow (i32.const 1)))))`);

const FRESH = Uint8Array.of("D".charCodeAt(0), 0, 0, 0, 4);

for (const method of ["return", "panic", "trap", "burn", "grow"]) {
  test(`a call after one that ends with ${method} finds its own data, zeros and the initial size`, () => {
    runFunctionCall({
      ...request(CONTRACT, { method }),
      context: { ...CONTEXT, prepaidGas: 10n ** 13n },
    });
    const outcome = runFunctionCall(request(CONTRACT));
    assert.deepEqual(outcome.returnValue, { kind: "Value", bytes: FRESH });
  });
}

test("property: wherever it was written, a memory that was given back is all zeros", () => {
  const written = fc.array(fc.tuple(fc.integer({ min: 0, max: LAST }), fc.integer({ min: 1, max: 255 })));
  fc.assert(
    fc.property(written, (places) => {
      const memory = takeMemory(PARAMETERS);
      const bytes = new Uint8Array(memory.buffer);
      for (const [at, value] of places) bytes[at] = value;
      giveMemoryBack(PARAMETERS, memory);
      assert.equal(takeMemory(PARAMETERS), memory);
      for (const [at] of places) assert.equal(bytes[at], 0);
      giveMemoryBack(PARAMETERS, memory);
    }),
    { numRuns: 30 },
  );
});
