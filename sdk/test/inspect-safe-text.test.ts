import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { line, type Span, span } from "../src/inspect/render/lines.ts";
import { printLines } from "../src/inspect/render/print-lines.ts";
import { safeText } from "../src/inspect/render/safe-text.ts";
import { tableLines } from "../src/inspect/render/table.ts";

const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const OUR_CODES = ["0", "1", "2", "32", "33", "1;31"].map((code) => `\u001b[${code}m`);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\u001b]8;;http://evil\u0007",
    "\r\u001b[2K",
    "a\nb",
    "\u202e",
    "\u200b",
    "\ud800",
    "\u2028",
    "\u009b2J",
  ),
);

test("behavior: no text from elsewhere steers a terminal, breaks a line or hides (seed 11)", () => {
  fc.assert(
    fc.property(fc.array(anyText), fc.integer({ min: 20, max: 120 }), (texts, width) => {
      const spans: Span[] = texts.map((text) => span(text, "bad"));
      const table = tableLines({ headings: texts.map(() => "heading"), rows: [spans] }, width);
      for (const isColoured of [false, true]) {
        const printed = printLines([line(...spans), ...table], { width, isColoured });
        const ours = OUR_CODES.reduce((text, code) => text.replaceAll(code, ""), printed).replaceAll(
          "\n",
          "",
        );
        assert.doesNotMatch(ours, STEERING);
        if (!isColoured) assert.ok(!printed.includes("\u001b"));
      }
    }),
    { seed: 11 },
  );
});

test("behavior: what was made safe still shows what it held", () => {
  assert.equal(safeText("a\u001b[31mb\nc\u202ed"), "a\\u{1b}[31mb\\u{a}c\\u{202e}d");
  assert.equal(safeText("Grüße, 日本 – ✓ 😀"), "Grüße, 日本 – ✓ 😀");
});

test("behavior: wrapping loses and adds nothing but blanks (seed 12)", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 20, max: 60 }), (texts, width) => {
      const printed = printLines([line(...texts)], { width, isColoured: false });
      const bare = (text: string) => text.replaceAll(/\s/g, "");
      assert.equal(bare(printed), bare(texts.map(safeText).join("")));
      assert.ok(printed.split("\n").every((row) => row.length <= width));
    }),
    { seed: 12 },
  );
});
