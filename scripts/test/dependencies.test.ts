import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const pins: Record<string, string> = { ...dependencies, ...devDependencies };
const page = readFileSync("docs/dependencies.md", "utf8");

test("every package is pinned to one exact version", () => {
  for (const [name, version] of Object.entries(pins)) {
    assert.match(
      version,
      /^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/,
      `${name}: expected an exact version, found ${version}`,
    );
  }
});

test("docs/dependencies.md gives a reason for every package, and for no other", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const documented = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  );
  assert.deepEqual([...documented].sort(), Object.keys(pins).sort());
});

test("nothing runs at install time", () => {
  assert.match(readFileSync(".npmrc", "utf8"), /^ignore-scripts=true$/m);
});
