import { test } from "node:test";
import { checkWasmAgainstCore } from "./model/wasm-against-core.ts";

const TRACES = 40;
const SEED = 20260801;

test(`the wasm does what the core does, to the byte, on ${TRACES} random traces (seed ${SEED})`, async (t) => {
  await checkWasmAgainstCore({ traces: TRACES, length: 30, seed: SEED }, (line) => t.diagnostic(line));
});
