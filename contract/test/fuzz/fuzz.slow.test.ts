import assert from "node:assert/strict";
import { test } from "node:test";
import { DECODER_CODES, fuzzCodec, fuzzWasm } from "./fuzz.ts";
import { startedNetwork } from "./started.ts";

const CODEC_RUNS = 50_000;
const WASM_RUNS = 1000;
const SEED = Math.floor(Math.random() * 2 ** 31);

test(`behavior: malformed arguments are refused with a code (${CODEC_RUNS} through the codec, seed ${SEED})`, () => {
  const codes = fuzzCodec(CODEC_RUNS, SEED);
  assert.deepEqual(
    DECODER_CODES.filter((code) => !codes.has(code)),
    [],
  );
});

test(`behavior: and change nothing and cost little (${WASM_RUNS} through the wasm, seed ${SEED})`, async (t) => {
  const { wasm, storage } = await startedNetwork();
  const { codes, worstGas } = fuzzWasm(wasm, storage, WASM_RUNS, SEED);
  t.diagnostic(`worst refusal ${worstGas} gas, codes ${[...codes].sort().join(", ")}`);
});
