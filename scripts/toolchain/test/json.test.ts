import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { callContract, resultText } from "./host.ts";
import { buildProbe } from "./probe.ts";

const SOURCE = `
export function parse() {
  let text: string;
  try { text = JSON.stringify(JSON.parse(env.input_utf8()!)); } catch { text = "refused"; }
  env.value_return(text);
}
export function write() {
  const cycle: any = {};
  cycle.self = [cycle];
  const attempt = (value: unknown) => { try { return JSON.stringify(value); } catch { return "refused"; } };
  env.value_return([
    attempt({ a: undefined, b: () => 1, c: [undefined, () => 1], get d() { return "got"; }, [Symbol("s")]: 1 }),
    attempt({ 2: "two", b: 1, 1: "one" }),
    attempt({ toJSON: () => "own words" }),
    attempt(new Map([[1, 2]])),
    attempt([NaN, -0, 1e21, -2147483648, 0.1]),
    attempt(["\\u20ac", "\\ud800", "\\u0007\\n\\"\\\\"]),
    attempt(cycle),
    attempt(1n),
    attempt({ a: [1, { b: null }] }),
    String(attempt(undefined)),
  ].join(" "));
}
export function built_in() { env.value_return(typeof ([] as any)[env.input_utf8()!]); }
`;

function inNode(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return "refused";
  }
}

describe("JSON in the engine", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });
  const parse = (text: string) => resultText(callContract(wasm, "parse", { input: text }));

  it("behavior: what JSON.parse of Node refuses is refused, what it reads is read alike", () => {
    const texts = [
      ...[
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        " [ ] ",
        "[,]",
        "[1,]",
        '{"a":1,}',
        '{"a"}',
        '{"a":}',
        "{a:1}",
      ],
      ...[
        "01",
        "-",
        "-0",
        "-1",
        "1.",
        ".5",
        "1.5e",
        "1e5",
        "1E+2",
        "1e-2",
        "+1",
        "0x10",
        "1_0",
        "NaN",
        "Infinity",
      ],
      ...[
        "tru",
        "true",
        "truex",
        "null",
        "nul",
        "'a'",
        '"a',
        '"\\',
        '"\\x"',
        '"\\u12"',
        '"\\u12g4"',
        '"\\u0041"',
      ],
      ...[
        '"\t"',
        '"\u007f"',
        '"\\ud83d\\ude00"',
        '"grüße"',
        '"€"',
        '{"a":1,"a":2}',
        '{"1":1,"0":2}',
        '{"":0}',
      ],
      ...["[1] x", "[1]]", "\ufeff1", "\v1", "123456789012345678", "1234567890123456", "-9007199254740993"],
      ...['{"__proto__":{"x":1}}', `"${"a".repeat(7)}\\n"`, `"${"a".repeat(8)}\u0001"`],
    ];
    for (const text of texts) assert.equal(parse(text), inNode(text), JSON.stringify(text));
  });

  it("behavior: damaged JSON is judged as in Node", () => {
    const damaged = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('"', "\\", ",", "]", "}", "0", "-", " ", "\u0000", "ü"),
      )
      .map(
        ([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice(at % (text.length + 1)),
      );
    for (const text of fc.sample(damaged, { numRuns: 60, seed: 20261121 })) {
      assert.equal(parse(text), inNode(text), text);
    }
  });

  it("behavior: JSON.stringify leaves out, replaces and refuses as JavaScript does", () => {
    assert.equal(
      resultText(callContract(wasm, "write")),
      [
        '{"c":[null,null],"d":"got"}',
        '{"1":"one","2":"two","b":1}',
        '"own words"',
        "{}",
        "[null,0,1e+21,-2147483648,0.1]",
        '["€","\\ud800","\\u0007\\n\\"\\\\"]',
        "refused",
        "refused",
        '{"a":[1,{"b":null}]}',
        "undefined",
      ].join(" "),
    );
  });

  it("behavior: a built-in function whose name the contract nowhere writes does not exist at run time", () => {
    assert.equal(resultText(callContract(wasm, "built_in", { input: "copyWithin" })), "undefined");
    assert.equal(resultText(callContract(wasm, "built_in", { input: "join" })), "function");
  });
});
