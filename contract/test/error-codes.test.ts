import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { decodePanic, encodePanic } from "../src/interface/panic.ts";
import { ERROR_TEXTS } from "../src/protocol/error-texts.ts";
import type { ProtocolError } from "../src/protocol/errors.ts";

const CODES = Object.keys(ERROR_TEXTS);

test("behavior: every code is expected by a scenario", () => {
  const folder = "contract/test";
  const tests = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  const scenarios = tests.map((file) => readFileSync(`${folder}/${file}`, "utf8")).join("\n");
  const unmet = CODES.filter((code) => !scenarios.includes(`"${code}"`));
  assert.deepEqual(unmet, []);
});

test("behavior: every code is in capitals and has two sentences for people", () => {
  for (const [code, { meaning, remedy }] of Object.entries(ERROR_TEXTS)) {
    assert.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    for (const text of [meaning, remedy]) assert.match(text, /^[A-Z`].*\.$/, `${code}: ${text}`);
  }
});

test("behavior: every code and its values come back from the panic text, whatever surrounds it", () => {
  const values = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.array(fc.string())));
  fc.assert(
    fc.property(fc.constantFrom(...CODES), values, fc.string(), (name, info, around) => {
      const error = { name, info } as unknown as ProtocolError;
      const json = JSON.parse(JSON.stringify(info));
      assert.deepEqual(decodePanic(encodePanic(error)), { name, info: json });
      const wrapped = `Smart contract panicked: ${encodePanic(error)}, in ${around.replaceAll("{", "")}`;
      assert.deepEqual(decodePanic(wrapped), { name, info: json });
    }),
  );
});
