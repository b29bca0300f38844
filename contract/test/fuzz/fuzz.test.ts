import assert from "node:assert/strict";
import { test } from "node:test";
import { DECODER_CODES, firstOfEachCode, fuzzCodec, fuzzWasm, refusalGas, sharedRefusal } from "./fuzz.ts";
import { startedNetwork } from "./started.ts";

const CODEC_RUNS = 5000;
const WASM_RUNS = 100;
const SEED = Math.floor(Math.random() * 2 ** 31);

test(`behavior: malformed arguments are refused with a code (${CODEC_RUNS} through the codec, seed ${SEED})`, () => {
  fuzzCodec(CODEC_RUNS, SEED);
});

test(`behavior: core and wasm refuse with the same text, whatever the code (seed ${SEED})`, async () => {
  const { wasm, storage } = await startedNetwork();
  const calls = firstOfEachCode(SEED);
  for (const code of DECODER_CODES) {
    const call = calls.get(code) ?? assert.fail(`no input with ${code}`);
    assert.equal(sharedRefusal(wasm, storage, call), code);
  }
});

test(`behavior: and change nothing and cost little (${WASM_RUNS} through the wasm, seed ${SEED})`, async (t) => {
  const { wasm, storage } = await startedNetwork();
  const { codes, worstGas } = fuzzWasm(wasm, storage, WASM_RUNS, SEED);
  t.diagnostic(`worst refusal ${worstGas} gas, codes ${[...codes].sort().join(", ")}`);
});

test("behavior: as much as a transaction can carry is refused at a bounded price", async (t) => {
  const { wasm, storage } = await startedNetwork();
  const transaction = 1_500_000;
  const long = [
    ["vote_new_parameters", Buffer.alloc(transaction, "[")],
    ["vote_new_parameters", Buffer.alloc(transaction, '"')],
    ["vote_new_parameters", Buffer.alloc(transaction, 0xff)],
    ["propose_update", Buffer.concat([Buffer.of(1), Buffer.alloc(4, 0xff), Buffer.alloc(transaction)])],
    ["propose_update", Buffer.alloc(transaction)],
  ] as const;
  for (const [method, input] of long) {
    const { code, gas } = refusalGas(wasm, storage, { method, input, isIllegal: true });
    t.diagnostic(`${method}: ${code}, ${gas} gas`);
    assert.ok(gas < 100_000_000_000_000n, `${gas} gas`);
  }
});

test("behavior: nesting is refused alike by core and wasm, on both sides of the parser's depth", async () => {
  const { wasm, storage } = await startedNetwork();
  const codeAt = (levels: number, inner = "") => {
    const input = Buffer.from(`${"[".repeat(levels)}${inner}${"]".repeat(levels)}`);
    return sharedRefusal(wasm, storage, { method: "contract_source_metadata", input, isIllegal: true });
  };
  assert.equal(codeAt(64), "INVALID_ARGUMENT");
  assert.equal(codeAt(64, "1,{}"), "INVALID_JSON");
  assert.equal(codeAt(65), "INVALID_JSON");
  assert.equal(codeAt(320), "INVALID_JSON");
  assert.equal(codeAt(321), "INPUT_TOO_DEEP");
  assert.equal(codeAt(2, Array(200).fill("[]").join(",")), "INVALID_ARGUMENT");
});
