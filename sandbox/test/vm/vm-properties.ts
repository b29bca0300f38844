import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { callState } from "../../src/vm/call-state.ts";
import { preparedContract } from "../../src/vm/contract-cache.ts";
import { execute } from "../../src/vm/execute.ts";
import { runFunctionCall } from "../../src/vm/run-function-call.ts";
import { assemble } from "./assemble.ts";
import { request } from "./call.ts";
import { generateModule, seededRandom } from "./generate-module.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
/** Enough for most generated contracts to end, little enough for some not to. */
const gas = fc.bigInt({ min: 10n ** 9n, max: 10n ** 13n });

/** How often each property is tried. */
export interface PropertyRuns {
  readonly metering: number;
  readonly repetition: number;
  readonly mutation: number;
  readonly garbage: number;
}

/** Registers what must hold for all contracts, good and bad, as tests. */
export function testVmProperties(runs: PropertyRuns): void {
  test("behavior: fast and exact metering agree to the unit", () => {
    fc.assert(
      fc.property(seeds, gas, (seed, prepaidGas) => {
        const made = request(assemble(generateModule(seededRandom(seed))), { context: { prepaidGas } });
        const preparation = preparedContract(made.code, made.parameters);
        assert.ok(preparation.kind === "Prepared");
        const [fast, exact] = [callState(made), callState(made)];
        const ending = execute(preparation.contract, "m", fast, "fast");
        const exactEnding = execute(preparation.contract, "m", exact, "exact");
        assert.equal(exactEnding.kind, "Finished");
        if (ending.kind === "Inconclusive") return;
        assert.deepEqual(ending, exactEnding);
        assert.deepEqual(fast.gas, exact.gas);
        assert.deepEqual(fast.storageChanges, exact.storageChanges);
        assert.deepEqual(fast.logs, exact.logs);
      }),
      { numRuns: runs.metering },
    );
  });

  test("behavior: the same request has the same outcome", () => {
    fc.assert(
      fc.property(seeds, gas, (seed, prepaidGas) => {
        const made = request(assemble(generateModule(seededRandom(seed))), { context: { prepaidGas } });
        assert.deepEqual(runFunctionCall(made), runFunctionCall(made));
      }),
      { numRuns: runs.repetition },
    );
  });

  test("behavior: no mutation of a contract's bytes makes the VM throw", () => {
    const originals = [1, 2, 3, 4].map((seed) => assemble(generateModule(seededRandom(seed))));
    const mutation = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 20 }),
        (original, mutations, cut) => {
          const code = Uint8Array.from(original);
          for (const { at, byte } of mutations) code[at % code.length] = byte;
          const shortened = cut === 0 ? code.subarray(0, mutations[0]!.at % code.length) : code;
          const outcome = runFunctionCall(request(shortened, { context: { prepaidGas: 10n ** 11n } }));
          assert.ok(outcome.burntGas <= 10n ** 11n && outcome.usedGas <= 10n ** 11n);
        },
      ),
      { numRuns: runs.mutation },
    );
  });

  test("behavior: bytes that are no module at all are refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withHeader) => {
        const header = withHeader ? [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0] : [];
        const { error } = runFunctionCall(request(Uint8Array.from([...header, ...bytes])));
        assert.ok(error !== null);
      }),
      { numRuns: runs.garbage },
    );
  });
}
