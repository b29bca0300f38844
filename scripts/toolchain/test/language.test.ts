import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { callContract, resultText } from "./host.ts";
import { buildProbe } from "./probe.ts";

/** Plain JavaScript that Node and the engine both run: what the engine's own paths for objects and texts must not change. */
const PROGRAM = `(steps) => {
  const objects = [{}], texts = [""], kept = [], seen = new Map(), closures = [];
  const last = (list) => list[list.length - 1];
  const operations = [
    (name, value) => objects.push({ first: value, second: name, third: { first: name } }),
    (name, value) => objects.push({ second: value, [name]: value, first: 1, first: value }),
    (name, value) => { last(objects)[name] = value; },
    (name) => { delete last(objects)[name]; },
    (name, value) => objects.push({ ...last(objects), [name]: value }),
    (name) => objects.push({ get [name]() { return "got " + name; }, plain: name }),
    (name) => { last(objects)["x" + name.length] = last(objects)[name]; },
    (name, value) => { for (let at = 0; at < 15; at++) last(objects)[name + at] = value; },
    (name) => { kept.push(last(texts)); texts[texts.length - 1] += name; texts.push(last(texts)); },
    (name, value) => { let text = name; for (let at = 0; at < 3; at++) text += value; texts.push(text); kept.push(name); },
    (name, value) => { seen.set(name, value); seen.set(name + value, seen.get(name)); },
    (name) => { for (let at = 0; at < 3; at++) closures.push(() => name + at); },
    (name) => kept.push([name === last(texts), (name + "!").slice(0, -1) === name, name === "first", name !== "third"]),
    (name, value) => { const list = []; for (let at = 0; at < 9; at++) list.push(at, value); kept.push(list.concat(name)); },
    (name, value) => { objects.push(Object.fromEntries([[name, value], ["second", name], ["first", 2]])); },
    (name, value) => { kept.push(Object.keys(last(objects)), name in last(objects), last(objects)[name]); },
  ];
  for (const [operation, name, value] of steps) operations[operation](name, value);
  return [objects, texts, kept, [...seen], closures.map((run) => run())];
}`;

const OPERATIONS = 16;
const NAMES = [
  "first",
  "second",
  "third",
  "a",
  "7",
  "42",
  "a name of more than eight",
  "Größe",
  "ключ",
  "ключ к двери №9",
];

const SOURCE = `
const program = ${PROGRAM};
export function run() { env.value_return(JSON.stringify(program(JSON.parse(env.input_utf8()!)))); }
class Base { made: string; constructor(made: string) { this.made = made; } }
class Derived extends Base { constructor() { super("made"); } }
function* numbers() { yield 1; yield* [2, 3]; }
const halves = new Float32Array([0.5, 1.5]);
export function rest() {
  env.value_return(JSON.stringify([new Derived().made, [...numbers()], Array.from(halves), new WeakMap().has({}),
    /b+/.exec("abbc")![0]]));
}
const maker = (name: string) => function (this: any) { this[name] = 1; };
export function prototypes() {
  const made = ["a", "b", "c"].map((name) => {
    const Maker: any = maker(name);
    Maker.prototype.shared = name + "!";
    return [new Maker()[name], new Maker().shared, Maker.prototype.constructor === Maker].join("");
  });
  env.value_return(made.join());
}
class Secret { #hidden = 1; seen = this.#hidden + 1; }
export function spread() {
  const stamped: any = { plain: 1 };
  class Stamp extends (function () { return stamped; } as any) { #mark = 2; static of(value: any) { return value.#mark; } }
  const isSame = new (Stamp as any)() === stamped;
  const copy: any = { ...stamped };
  let mark: string;
  try { mark = String((Stamp as any).of(copy)); } catch (e) { mark = (e as Error).name; }
  env.value_return(JSON.stringify([copy, { ...new Secret() }, isSame && (Stamp as any).of(stamped), mark]));
}
let touched: unknown;
class Early extends Base { constructor() { touched = this; super("early"); } }
class Later extends Base { constructor() { touched = (() => this)(); super("later"); } }
const nameOf = (make: () => unknown) => { try { make(); return "no error"; } catch (e) { return (e as Error).name; } };
export function early() {
  env.value_return([nameOf(() => new Early()), nameOf(() => new Later()), touched].join());
}
`;

const inNode = runInNewContext(PROGRAM) as (steps: unknown) => unknown;

describe("language", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });

  it("behavior: objects, texts, maps and closures do as in Node, for 300 seeded programs", () => {
    const step = fc.tuple(
      fc.nat(OPERATIONS - 1),
      fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 20 })),
      fc.oneof(fc.nat(9), fc.constantFrom("value", "значение"), fc.constant(null)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const input = JSON.stringify(steps);
        assert.equal(
          resultText(callContract(wasm, "run", { input })),
          JSON.stringify(inNode(JSON.parse(input))),
        );
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it("behavior: classes, generators, typed arrays, weak maps and regular expressions are there when named", () => {
    assert.equal(resultText(callContract(wasm, "rest")), '["made",[1,2,3],[0.5,1.5],false,"bb"]');
  });

  it("behavior: functions made in a call have prototypes", () => {
    assert.equal(resultText(callContract(wasm, "prototypes")), "1a!true,1b!true,1c!true");
  });

  it("behavior: spreading leaves private fields behind", () => {
    assert.equal(resultText(callContract(wasm, "spread")), '[{"plain":1},{"seen":2},2,"TypeError"]');
  });

  it("behavior: `this` before super() is an error", () => {
    assert.equal(resultText(callContract(wasm, "early")), "ReferenceError,ReferenceError,");
  });
});
