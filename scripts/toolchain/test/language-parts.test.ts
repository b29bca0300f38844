import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { runInNewContext } from "node:vm";
import { callContract, resultText } from "./host.ts";
import { buildProbe } from "./probe.ts";

/** Plain JavaScript for Node and the engine: what bytecode is rewritten for, and what is left out where nobody names it. */
const PARTS = `
let first = 1, second = { deep: [2] }, third = null, once = { only: "put" };
const texts = ["a.b", "ключ", "😀é", "\\ud800"];
class Counter {
  static count = 1;
  static #hidden = 2;
  static { Counter.count += Counter.#hidden; }
  #own = 3;
  static up() { return ++Counter.count; }
  get own() { return this.#own; }
  set own(value) { this.#own = value; }
}
const finish = (kind) => {
  try {
    if (kind === 1) throw new Error("thrown");
    if (kind === 2) return ["returned", first++];
    for (const at of [1, 2, 3]) {
      try {
        if (kind === 3 && at === 2) continue;
        if (kind === 4 && at === 2) return at;
        if (kind === 5 && at === 3) break;
      } finally {
        first += 10;
      }
    }
    return "through";
  } catch (error) {
    return error.message;
  } finally {
    first += 100;
    if (kind === 6) return "overruled";
  }
};
const parts = {
  finally: () => [0, 1, 2, 3, 4, 5, 6].map(finish).concat(first),
  swapped: () => { [first, third] = [third, first]; return [first, third]; },
  taken: () => { ({ a: second = 7, ...third } = { b: 8 }); return [second, third]; },
  compound: () => { first = 4; first += 2; first *= 3; first <<= 1; third = null; third ??= first--; return [first, third]; },
  loops: () => { const seen = []; for (first of [1, 2]) seen.push(first); for (first in { x: 1 }) seen.push(first); return seen; },
  nested: () => { first = 0; const inner = () => () => first++; inner()(); inner()(); return [first, typeof first]; },
  onlyPut: () => { once = { only: "put again" }; return JSON.stringify(once); },
  classes: () => { const one = new Counter(); one.own += 4; return [Counter.up(), one.own]; },
  powers: () => ["max", "pow"].map((name) => Math[name](2, 3)),
  wide: () => [texts.map((text) => [text.length, [...text].length, text.slice(1), text + texts[1]]), JSON.stringify(texts)],
  chosen: () => ["a", "b", "ключ", "7", "", 7, null, undefined, "a".concat("b"), new String("a")].map((value) => {
    const same = value === "a" ? 1 : value !== "ключ" ? 2 : 3;
    switch (value) { case "a": return [same, "A"]; case "ключ": return [same, "K"]; case "ab": case "7": return [same, "AB"]; case "": break; default: return [same]; }
    return "empty";
  }),
  read: () => ['{"a":1,"b":2}', '{"a":3}', '{"a":4,"b":5,"c":6}', '{"a":7,"b":8,"b":9}', '{"a":{"a":{"a":1,"z":2},"b":1},"b":2}', '{"a":1,"\\u0062":2}', '{"a":1,"7":2,"b":3}', '{"ключ":1,"b":2}', '{"ключ":3,"c":4}', '{"__proto__":1,"a":2}', '{"a":[{"a":1,"b":2},{"a":2}],"b":2}']
    .map((text) => { const value = JSON.parse(text); value.added = 1; delete value.b; return [Object.keys(value), value.a, value]; }),
  far: () => { const at = (x) => { switch (x) { ${Array.from({ length: 200 }, (_, at) => `case ${at}: return "at " + ${at};`).join(" ")} } return null; };
    return [at(0), at(199), at(200)]; },
};
`;

const SOURCE = `${PARTS}
export function run() { env.value_return(JSON.stringify(parts[env.input_utf8()]()) ?? "undefined"); }
export function pattern() { env.value_return(String("abc".search(env.input_utf8()))); }
`;
const NAMES = Object.keys(runInNewContext(`${PARTS}; parts`) as object);

describe("parts of the language", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(`// @ts-nocheck\n${SOURCE}`);
  });

  for (const name of NAMES)
    it(`behavior: ${name}: the engine does as Node`, () => {
      const inNode = runInNewContext(`"use strict";${PARTS}; JSON.stringify(parts.${name}())`);
      assert.equal(resultText(callContract(wasm, "run", { input: name })), inNode);
    });

  it("behavior: a text that would have to become a regular expression fails the call", () => {
    assert.match(callContract(wasm, "pattern", { input: "b" }).panic ?? "", /TypeError/);
  });
});

describe("what a build refuses", () => {
  const REFUSED: readonly (readonly [what: string, source: string, reason: RegExp])[] = [
    [
      "code that replaces a built-in, which functions find by number",
      `export function f() { Math = { max: () => "mine" } as any; env.value_return(String(Math.max(1, 2))); }`,
      /assigns to Math, which it doesn't declare/,
    ],
    [
      "a function with more than 255 variables",
      `export function f() { const t = []; ${Array.from({ length: 300 }, (_, at) => `let v${at} = env.input_utf8(); t.push(() => v${at}++);`).join("")} env.value_return(t.map((x: any) => x()).join()); }`,
      /more than 255/,
    ],
    [
      "more different names than the engine can keep",
      `export function f() { const t: any = {}; ${Array.from({ length: 4200 }, (_, at) => `t.name${at} = 1;`).join("")} env.value_return(JSON.stringify(t)); }`,
      /different names and words, more than 4096/,
    ],
  ];
  for (const [what, source, reason] of REFUSED)
    it(`behavior: ${what}`, async () => {
      await assert.rejects(buildProbe(`// @ts-nocheck\n${source}`), reason);
    });
});
