import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { callContract, resultText } from "./host.ts";
import { buildProbe } from "./probe.ts";

const SOURCE = `
const doubles = () => new Float64Array(env.input().buffer);
export function shortest() { env.value_return(Array.from(doubles(), String).join(" ")); }
export function rounded() {
  env.value_return(Array.from(doubles(), (d) => [d.toFixed(3), d.toPrecision(5), d.toExponential(2)].join("/")).join(" "));
}
export function parse() {
  const numbers = new Float64Array(JSON.parse(env.input_utf8()!));
  env.value_return(new Uint8Array(numbers.buffer));
}
export function roundtrip() { env.value_return(JSON.stringify(JSON.parse(env.input_utf8()!))); }
export function bigints() {
  const words = new BigUint64Array(env.input().buffer);
  env.value_return(Array.from(words, (w) => [w, w * w, w % 1000007n, BigInt(String(w)), BigInt.asIntN(64, w)].join("/")).join(" "));
}
export function refuse() {
  const error = new Error("not this one");
  (error as any).panic = '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"X","info":{}}}}';
  throw error;
}
export function broken() { (undefined as any).foo(); }
export function thrown_text() { throw 'quote " backslash \\\\ newline \\n surrogate \\ud800'; }
export function thrown_long() { throw new Error("x".repeat(100000)); }
export function thrown_hostile() { throw { toString() { throw new Error("again"); } }; }
export function not_a_panic() { throw { panic: 5, toString: () => "a number is no panic text" }; }
export function depth() {
  let text: string;
  try { JSON.parse(env.input_utf8()!); text = "parsed"; } catch (e) { text = String(e); }
  env.value_return(text + " " + JSON.stringify(JSON.parse("[[1]]")));
}
export function missing() {
  env.value_return([typeof Date, typeof Proxy, typeof Promise, typeof Math.random].join());
}
export function regexp() {
  let made: string;
  try { made = String(new RegExp(env.input_utf8()!)); } catch (e) { made = "refused"; }
  env.value_return([/^[a-z0-9._-]{2,64}$/.test("alice.near"), /(\\d+)-(\\d+)/.exec("12-345")!.slice(1).join("+"), made].join());
}
let calls = 0;
export function counts() { calls += 1; env.value_return(String(calls)); }
`;

const asInput = (values: readonly number[]) => new Uint8Array(new Float64Array(values).buffer);
const near = (bound: number) => fc.double({ min: -bound, max: bound, noNaN: true });
const sample = (count: number) =>
  fc.sample(fc.oneof(fc.double(), near(1e6), near(9e15)), {
    numRuns: count,
    seed: 20260101,
  });
const EDGES = [
  0,
  -0,
  5e-324,
  2.2250738585072014e-308,
  Number.MAX_VALUE,
  1e21,
  1e-7,
  123456789012345680000,
  0.1,
  2 ** 53,
].concat([
  4.35, 0.000001, 654453871824780.2, 1e23, 1.7976931348623157e308, 0.5, 1.5, 2.5, -1.5, 1.0005, 25.5,
]);

describe("engine", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });

  it("behavior: numbers become the same text as in Node, for 4,000 seeded doubles and edge cases", () => {
    const values = [...EDGES, ...sample(4000)];
    const texts = resultText(callContract(wasm, "shortest", { input: asInput(values) })).split(" ");
    assert.deepEqual(texts, values.map(String));
  });

  it("behavior: toFixed, toPrecision and toExponential round as in Node", () => {
    const values = [...EDGES, ...sample(1000).filter(Number.isFinite)];
    const texts = resultText(callContract(wasm, "rounded", { input: asInput(values) })).split(" ");
    const expected = values.map((d) => [d.toFixed(3), d.toPrecision(5), d.toExponential(2)].join("/"));
    assert.deepEqual(texts, expected);
  });

  it("behavior: JSON numbers parse to the same double as in Node", () => {
    const values = sample(4000).filter(Number.isFinite);
    const long = values
      .map((d) => d.toExponential(25))
      .concat(["1e400", "-1e-400", "123456789012345678901234567890", "-18446744073709551617"]);
    const text = `[${[...EDGES.map((d) => JSON.stringify(d)), ...values.map((d) => JSON.stringify(d)), ...long].join()}]`;
    const { result } = callContract(wasm, "parse", { input: text });
    const parsed = [...new Float64Array(result!.slice().buffer)];
    assert.deepEqual(parsed, JSON.parse(text));
  });

  it("behavior: JSON values survive parse and stringify as in Node", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const input = JSON.stringify(value);
        assert.equal(
          resultText(callContract(wasm, "roundtrip", { input })),
          JSON.stringify(JSON.parse(input)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("behavior: 64-bit integers from 2^63 on are exact", () => {
    const words = [
      0n,
      1n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 63n - 1n,
      2n ** 63n,
      2n ** 63n + 1n,
      2n ** 64n - 1n,
    ].concat(fc.sample(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { numRuns: 500, seed: 7 }));
    const input = new Uint8Array(new BigUint64Array(words).buffer);
    const expected = words.map((w) => [w, w * w, w % 1000007n, w, BigInt.asIntN(64, w)].join("/"));
    assert.deepEqual(resultText(callContract(wasm, "bigints", { input })).split(" "), expected);
  });

  it("behavior: a thrown object's panic text is the panic, verbatim and without a stack", () => {
    const { panic } = callContract(wasm, "refuse");
    assert.equal(panic, '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"X","info":{}}}}');
  });

  it("behavior: every other error is one line of JSON with code INTERNAL", () => {
    const message = (method: string) => {
      const { panic } = callContract(wasm, method);
      assert.doesNotMatch(panic!, /\n/);
      const { error } = JSON.parse(panic!);
      assert.equal(error.name, "CUSTOM_CONTRACT_ERROR");
      assert.equal(error.cause.name, "INTERNAL");
      return error.cause.info.message;
    };
    assert.match(message("broken"), /^TypeError: cannot read property 'foo' of undefined$/);
    assert.equal(message("thrown_text"), 'quote " backslash \\ newline \n surrogate \ud800');
    assert.equal(message("thrown_long"), `Error: ${"x".repeat(1000)}`.slice(0, 1000));
    assert.equal(message("thrown_hostile"), "unknown");
    assert.equal(message("not_a_panic"), "a number is no panic text");
  });

  it("behavior: JSON nested deeper than 64 levels is a SyntaxError, however deep, and not a trap", () => {
    const nested = (open: string, close: string, n: number) => open.repeat(n) + close.repeat(n);
    const answer = (input: string) => resultText(callContract(wasm, "depth", { input }));
    assert.equal(answer(nested("[", "]", 64)), "parsed [[1]]");
    for (const deep of [nested("[", "]", 65), "[".repeat(10_000), '{"a":'.repeat(100_000)]) {
      assert.equal(answer(deep), "SyntaxError: nested deeper than 64 levels [[1]]");
    }
  });

  it("behavior: what has no meaning on chain is absent", () => {
    assert.equal(resultText(callContract(wasm, "missing")), "undefined,undefined,undefined,undefined");
  });

  it("behavior: regular expression literals work, patterns from text are refused", () => {
    assert.equal(resultText(callContract(wasm, "regexp", { input: "a+" })), "true,12+345,refused");
  });

  it("behavior: every call starts from the state after the module body", () => {
    assert.equal(resultText(callContract(wasm, "counts")), "1");
    assert.equal(resultText(callContract(wasm, "counts")), "1");
  });
});
