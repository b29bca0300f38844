import assert from "node:assert/strict";
import { test } from "node:test";
import { compareExact, compareFigures } from "../snapshots/compare.ts";
import { replaceGeneratedSection } from "../snapshots/generated-section.ts";
import { stateDiagram } from "../snapshots/state-diagram.ts";

test("a figure may fall or rise by 2 %, not more", () => {
  const committed = JSON.stringify({ call: { total: 1000 } });
  assert.deepEqual(compareFigures(committed, JSON.stringify({ call: { total: 500 } })), []);
  assert.deepEqual(compareFigures(committed, JSON.stringify({ call: { total: 1020 } })), []);
  assert.equal(compareFigures(committed, JSON.stringify({ call: { total: 1021 } })).length, 1);
});

test("a figure that appears or vanishes is a difference", () => {
  assert.equal(compareFigures('{"a":1}', '{"a":1,"b":1}').length, 1);
  assert.equal(compareFigures('{"a":1,"b":1}', '{"a":1}').length, 1);
});

test("an exact snapshot tells the line, what was expected and what was found", () => {
  assert.deepEqual(compareExact("a\nb\n", "a\nc\n"), ['line 2: expected "b", found "c"']);
  assert.deepEqual(compareExact("a\n", "a\n"), []);
});

test("a page without the marks of a generated section is refused", () => {
  assert.throws(() => replaceGeneratedSection("no marks", "table", "x"), /expected the marks/);
  const page = "before\n<!-- generated: table -->\nold\n<!-- /generated: table -->\nafter";
  assert.match(replaceGeneratedSection(page, "table", "new"), /before\n.*\n\nnew\n\n.*\nafter/s);
});

test("the diagram joins triggers of one edge and leaves out what keeps the state", () => {
  const diagram = stateDiagram([
    ["Recovery", "conclude_recovery", "Running"],
    ["Recovery", "expiry", "Running"],
    ["Running", "approve_recovery", "Running"],
  ]);
  assert.match(diagram, /Recovery --> Running: conclude_recovery<br\/>expiry/);
  assert.doesNotMatch(diagram, /approve_recovery/);
});
