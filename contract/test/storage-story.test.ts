import assert from "node:assert/strict";
import { test } from "node:test";
import { storageSnapshot } from "./support/storage-story.ts";
import { loadWasm } from "./support/wasm-contract.ts";

test("behavior: the same story leaves the same bytes in storage, under keys that the layout knows", async () => {
  const wasm = await loadWasm();
  const snapshot = storageSnapshot(wasm);
  assert.equal(storageSnapshot(wasm), snapshot);
  const unknown = snapshot
    .split("\n")
    .filter((line) => !/^(|## .*|([HRFKQVULCYX]|p:\w+|u:\d+|[bd]:\d+|h:\d+:.+|a:.+|t:.+) = .*)$/.test(line));
  assert.deepEqual(unknown, []);
});
