import { test } from "node:test";
import { checkRandomSequences } from "./random-sequences.ts";

const RUNS = 50_000;
const SEED = Math.floor(Math.random() * 2 ** 31);

test(`behavior: random calls by honest, absent and hostile participants keep every promise of the protocol (${RUNS} sequences, seed ${SEED})`, (t) => {
  checkRandomSequences(RUNS, SEED, (line) => t.diagnostic(line));
});
