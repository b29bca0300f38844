import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const CITATION = /`([^`]+)` \(([\w./-]+\.test\.ts)\)/g;

test("every test that the threat model names exists in the file it names", () => {
  const citations = [...readFileSync("docs/threat-model.md", "utf8").matchAll(CITATION)];
  assert.ok(citations.length >= 30, `expected at least 30 citations, found ${citations.length}`);
  for (const [, name = "", file = ""] of citations) {
    assert.ok(readFileSync(file, "utf8").includes(name), `${file}: expected a test named "${name}"`);
  }
});
