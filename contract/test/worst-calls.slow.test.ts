import assert from "node:assert/strict";
import { test } from "node:test";
import type { MethodName } from "../src/interface/arguments.ts";
import { METHODS } from "../src/interface/methods.ts";
import { MAX_PARTICIPANTS, MAX_URL_BYTES, participantsShown } from "../src/protocol/limits.ts";
import { loadWasm } from "./support/wasm-contract.ts";
import { measureWorstCalls } from "./worst/measure.ts";

const CAP_GAS = 200_000_000_000_000n;
/** What `vote_update` gives to the `migrate` of the new code. */
const MIGRATE_GAS = 100_000_000_000_000n;

const SIZES = [
  { participants: participantsShown(MAX_URL_BYTES), urlBytes: MAX_URL_BYTES },
  { participants: MAX_PARTICIPANTS, urlBytes: 128 },
];

for (const size of SIZES) {
  const { participants, urlBytes } = size;
  test(`the worst legal calls with ${participants} participants and URLs of ${urlBytes} bytes stay under 200 Tgas`, async (t) => {
    const figures = measureWorstCalls(await loadWasm(), size);
    const sorted = [...figures].sort(([, one], [, other]) => Number(other - one));
    for (const [call, gas] of sorted) t.diagnostic(`${Number(gas / 10n ** 10n) / 100} Tgas ${call}`);
    const over = sorted.filter(([call, gas]) => gas >= capOf(call));
    assert.deepEqual(over, []);
  });
}

/** Our own cap, or what callers of the method attach if that is less; figures begin with the name of a method. */
function capOf(figure: string): bigint {
  const [method = ""] = figure.split(/[ ,]/);
  const spec = METHODS[method as MethodName];
  if (method === "migrate") return MIGRATE_GAS;
  const attached = spec.kind === "call" ? spec.gas : CAP_GAS;
  return attached < CAP_GAS ? attached : CAP_GAS;
}
