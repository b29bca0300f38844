import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { callContract, resultText } from "./host.ts";
import { buildProbe } from "./probe.ts";

const LONG_CASE = Array.from({ length: 40 }, (_, at) => `total = total * 3 + ${at};`).join(" ");

/** Plain JavaScript for Node and the engine: jumps, comparisons with texts and variables of the module in many forms. */
const PROGRAM = `
let total = 0, last = null, calls = 0;
const words = ["alpha", "beta", "gamma", "0", "длинно"];
function judge(word) {
  calls += 1;
  switch (word) {
    case "alpha": return 1;
    case "beta": case "gamma": break;
    case "delta": ${LONG_CASE} return total % 1000003;
    case "длинно": return "wide";
    case "0": return "zero";
    default: return typeof word;
  }
  return word === "beta" ? 2 : word !== "gamma" ? "never" : 3;
}
function attempt(word) {
  for (let round = 0; round < 4; round++) {
    try {
      if (word === "alpha" && round < 2) continue;
      if (word !== "beta") { if (round === 3) throw word; continue; }
      return "returned in round " + round;
    } catch (thrown) {
      last = thrown;
      if (thrown === "gamma" || thrown === "delta") return "caught " + thrown;
    } finally {
      total = (total + round) % 1000003;
    }
  }
  return "done";
}
function logic(word) {
  const isKnown = word === "alpha" || word === "beta" || (word !== "gamma" && words.includes(word));
  last ??= word;
  let kept = 0;
  while (word !== "" && kept < 3) { kept++; word = word === "alpha" ? "beta" : ""; }
  return [isKnown, kept, word, last];
}
const run = (inputs) => [inputs.map((word) => [judge(word), attempt(word), logic(String(word))]), total, calls, last];
`;

const SOURCE = `
${PROGRAM}
export function program() {
  const inputs = JSON.parse(env.input_utf8());
  env.value_return(JSON.stringify(run(inputs.map((word) => typeof word === "object" ? word.parts.join("") : word))));
}
export function objects() {
  let text;
  try { text = JSON.stringify(JSON.parse(env.input_utf8())); } catch { text = "refused"; }
  env.value_return(text);
}
const sample = { a: 1, b: 2, c: 3 };
export function known() { env.value_return(JSON.stringify([sample, JSON.parse(env.input_utf8()), sample])); }
`;

const SEED = 20_261_121;
const word = fc.oneof(
  fc.constantFrom("alpha", "beta", "gamma", "delta", "0", "длинно", "", "alph", "alphabet"),
  fc.constantFrom(0, 1, true, null),
  // put together at run time, so that the engine holds another text than the one it compares with
  fc.constantFrom(["al", "pha"], ["be", "ta"], ["gam", "ma"], ["дли", "нно"]).map((parts) => ({ parts })),
);

const name = fc.constantFrom(
  "a",
  "b",
  "c",
  "d",
  'a"b',
  "a\\b",
  "é",
  "Ã©",
  "ключ",
  "7",
  "toString",
  "__proto__",
  "",
);
const field = fc.tuple(name, fc.constantFrom("1", "null", '"x"', '{"a":1,"b":{"a":2}}', "[]"));
const object = fc
  .array(field, { maxLength: 6 })
  .map((fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`);
const list = fc.array(object, { minLength: 2, maxLength: 8 }).map((all) => `[${all.join(", ")}]`);
const damaged = fc
  .tuple(list, fc.nat(200), fc.constantFrom('"', "\\", ":", ",", "}", "a", "é", ""))
  .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));

function inNode(inputs: readonly unknown[]): string {
  const texts = inputs.map((input) =>
    typeof input === "object" && input !== null ? (input as { parts: string[] }).parts.join("") : input,
  );
  return runInNewContext(`${PROGRAM}\nJSON.stringify(run(${JSON.stringify(texts)}))`) as string;
}

function parsedInNode(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return "refused";
  }
}

describe("packed bytecode", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });
  const call = (method: string, input: string) => resultText(callContract(wasm, method, { input }));

  it("behavior: switches, comparisons, finally blocks and module variables do as in Node", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (inputs) => {
        const given = inputs.filter((input) => input !== null);
        assert.equal(call("program", JSON.stringify(given)), inNode(given));
      }),
      { numRuns: 150, seed: SEED },
    );
  });

  it("behavior: objects that begin alike are read each with its own fields, damaged ones as in Node", () => {
    const check = (text: string) => assert.equal(call("objects", text), parsedInNode(text), text);
    check('[{"a":1,"b":2},{"a":1,"b":2},{"a":1},{"a":1,"b":2,"c":3},{"a":1,"c":2},{"a":1,"b":2,"a":3}]');
    check('[{"a":1,"b":2},{"a":1,"b"2},{"a":1}]');
    fc.assert(fc.property(fc.oneof(list, damaged), check), { numRuns: 300, seed: SEED });
  });

  it("behavior: an object of the build doesn't change when one with its fields is read", () => {
    const sample = '{"a":1,"b":2,"c":3}';
    for (const text of [sample, '{"a":5,"b":6}', '{"a":5,"b":6,"c":7,"d":8}', '{"a":5,"c":6,"b":7}']) {
      assert.equal(call("known", text), `[${sample},${text},${sample}]`);
    }
  });

  it("behavior: a variable that is used before its declaration has run stops the build", async () => {
    const show = "export function show() { env.value_return(String(value)); }";
    const read = `const first = [1].map(later); const value = Number("2") + first.length; function later() { return value; }`;
    await assert.rejects(buildProbe(`${read} ${show}`), /module body fails at build time/);
    const written = `[1].forEach(set); let value = Number("1"); function set() { value = Number("2"); }`;
    await assert.rejects(buildProbe(`${written} ${show}`), /module body fails at build time/);
  });

  it("behavior: powers are there where the code raises something to one", async () => {
    const source = `const two = Number("2");
      export function powers() { env.value_return([two ** 0.5, two ** 10, 2n ** 70n, Math.pow(10, -3)].join(" ")); }`;
    const powers = await buildProbe(source);
    assert.equal(
      resultText(callContract(powers, "powers", {})),
      [2 ** 0.5, 2 ** 10, 2n ** 70n, 10 ** -3].join(" "),
    );
  });
});
