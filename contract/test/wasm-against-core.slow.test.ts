import { test } from "node:test";
import { checkWasmAgainstCore } from "./model/wasm-against-core.ts";

const TRACES = 300;
const SEED = Math.floor(Math.random() * 2 ** 31);

test(`the wasm does what the core does, to the byte, on ${TRACES} random traces (seed ${SEED})`, async (t) => {
  await checkWasmAgainstCore({ traces: TRACES, length: 80, seed: SEED }, (line) => t.diagnostic(line));
});
