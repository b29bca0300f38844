import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { METHODS } from "../../contract/src/interface/methods.ts";
import { growths, MOST_GAS_PER_PARTICIPANT } from "../bench/growth.ts";
import { type GasTable, PARTICIPANT_COUNTS } from "../bench/measure-gas.ts";

/** `snapshots -- check` holds it to what the contract burns. */
const table = JSON.parse(readFileSync("contract/snapshots/gas.json", "utf8")) as GasTable;

/** It refuses every call: that is what it is for. */
const NEVER_SUCCEEDS = ["fail_on_timeout"];

test("the gas of every method is measured, at every number of participants", () => {
  for (const count of PARTICIPANT_COUNTS) {
    const figures = Object.keys(table[`n=${count}`] ?? {});
    assert.deepEqual(
      Object.keys(METHODS).filter((method) => ![...figures, ...NEVER_SUCCEEDS].includes(method)),
      [],
    );
  }
});

test("no call grows faster than 0.01 Tgas per participant unless its arguments hold them all", () => {
  const tooFast = growths(table).filter(
    ({ isExpected, perParticipant }) => !isExpected && !(perParticipant <= MOST_GAS_PER_PARTICIPANT),
  );
  assert.deepEqual(tooFast, []);
});

test("a call whose arguments hold all participants is known by its schema", () => {
  const expected = growths(table)
    .filter(({ isExpected }) => isExpected)
    .map(({ figure }) => figure.split(/[ ,]/)[0]);
  const known = ["init", "init_running", "publish_seed_backup", "vote_new_parameters"];
  assert.deepEqual([...new Set(expected)].sort(), known);
});
