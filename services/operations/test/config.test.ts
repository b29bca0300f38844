import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { configFields } from "../config-fields.ts";
import { ConfigInvalid, type ConfigNode, parseConfigJson } from "../config-json.ts";

function plain(node: ConfigNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(plain);
    case "object":
      return Object.fromEntries([...node.fields].map(([name, field]) => [name, plain(field)]));
  }
}

function refusal(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    assert.ok(error instanceof ConfigInvalid);
    return `${error.line}: ${error.message}`;
  }
  return assert.fail("expected a refusal");
}

describe("behavior: config JSON", () => {
  test("reads all of JSON as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2), (json, indent) => {
        // A property of this name can't be set on the plain object that the test compares with.
        fc.pre(!json.includes("__proto__"));
        const value: unknown = JSON.parse(json);
        assert.deepEqual(plain(parseConfigJson(JSON.stringify(value, null, indent))), value);
      }),
    );
  });

  test("skips comment lines and counts them", () => {
    const text = '// first\n{\n  // second\n  "url": "https://a.example//b",\n  "bad" 1\n}';
    assert.match(
      refusal(() => parseConfigJson(text)),
      /^5: expected a colon after "bad", found "1"/,
    );
    assert.deepEqual(plain(parseConfigJson(text.replace('"bad" 1', '"good": 1'))), {
      url: "https://a.example//b",
      good: 1,
    });
  });

  test("each fault is named with its line", () => {
    const faults: [string, RegExp][] = [
      ["", /^1: expected a value, found the end/],
      ['{\n"a": 1\n"b": 2}', /^3: expected a comma or "}", found "\\""/],
      ['{\n"a": 1,\n"a": 2}', /^3: "a" occurs twice/],
      ['{"a": 1}\n}', /^2: expected nothing after/],
      ['{"a":\n 01}', /^2: expected a value/],
      ["{a: 1}", /^1: expected a value, found "a"/],
      [`${"[".repeat(40)}${"]".repeat(40)}`, /^1: expected at most 16 levels/],
    ];
    for (const [text, message] of faults)
      assert.match(
        refusal(() => parseConfigJson(text)),
        message,
      );
  });

  test("no text makes the parser throw anything else", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ \n/1-e.tfn\u0000a') }), (text) => {
        try {
          parseConfigJson(text);
        } catch (error) {
          assert.ok(error instanceof ConfigInvalid);
        }
      }),
    );
  });
});

describe("behavior: config fields", () => {
  const fields = (text: string) => configFields(parseConfigJson(text));
  const NAME = /^[a-z]+$/;

  test("a missing, unknown or unfit field is named with its line and what was found", () => {
    assert.match(
      refusal(() => fields("{\n}").text("name", NAME, "a name")),
      /^1: "name" is missing/,
    );
    assert.match(
      refusal(() => fields('{\n"name": 7}').text("name", NAME, "a name")),
      /^2: "name": expected a name, found 7/,
    );
    assert.match(
      refusal(() => fields('{"n": 70000}').integer("n", 0, 65_535)),
      /a whole number from 0 to 65535, found 70000/,
    );
    assert.match(
      refusal(() => fields('{"n": 1.5}').integerOr("n", 0, 9, 1)),
      /found 1\.5/,
    );
    assert.match(
      refusal(() => fields('{"f": "yes"}').flagOr("f", false)),
      /expected true or false, found "yes"/,
    );
    assert.match(
      refusal(() => fields('{"l": []}').texts("l", NAME, "names")),
      /expected a list of names, found an empty list/,
    );
    assert.match(
      refusal(() => fields('{"l": ["a",\n"B"]}').texts("l", NAME, "names")),
      /^2: "l": expected names, found "B"/,
    );
    assert.match(
      refusal(() => fields("[]")),
      /expected an object/,
    );
  });

  test("unknown fields are refused, in sections too, with the known ones listed", () => {
    const config = fields('{\n"name": "a",\n"rpc": {\n"own_nod": true}}');
    config.text("name", NAME, "a name");
    config.section("rpc").flagOr("own_node", false);
    assert.match(
      refusal(() => config.end()),
      /^4: "rpc\.own_nod" is unknown; known here: own_node/,
    );
  });
});
