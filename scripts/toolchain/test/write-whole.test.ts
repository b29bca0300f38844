import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { writeWhole } from "../write-whole.ts";

it("behavior: whoever reads while many write the same file finds one of them whole; nothing else stays", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mpc-whole-"));
  try {
    const path = join(folder, "made", "contract.wasm");
    const contents = Array.from({ length: 8 }, (_, at) => Buffer.alloc(500_000, at + 1));
    await writeWhole(path, contents[0]!);
    let open = true;
    const writers = Promise.all(contents.map((content) => writeWhole(path, content))).finally(() => {
      open = false;
    });
    while (open) {
      const found = readFileSync(path);
      assert.equal(found.length, 500_000);
      assert.equal(found[0], found.at(-1));
      await new Promise(setImmediate);
    }
    await writers;
    assert.deepEqual(readdirSync(join(folder, "made")), ["contract.wasm"]);
    await assert.rejects(writeWhole(join(folder, "made"), Buffer.of(1)));
    assert.deepEqual(readdirSync(folder), ["made"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
