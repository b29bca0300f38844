import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildContract } from "../build-contract.ts";
import { compileEngine } from "../engine.ts";
import { loadEngines } from "../engine-cache.ts";
import { projectPath } from "../paths.ts";
import { callContract, resultText } from "./host.ts";
import { withSource } from "./probe.ts";

const SOURCE = `export function hello() { env.value_return("hello " + env.input_utf8()); }`;

describe("build", () => {
  it("behavior: the same source gives the same bytes, which run, and the file has them", async () => {
    const out = projectPath("build/.probes/hello.wasm");
    const first = await withSource(SOURCE, (entry) => buildContract({ entry, out }));
    const second = await withSource(SOURCE, (entry) => buildContract({ entry }));
    assert.equal(first.sha256Hex, second.sha256Hex);
    assert.deepEqual(first.methods, ["hello"]);
    assert.ok(Buffer.from(first.wasm).equals(readFileSync(out)));
    assert.equal(resultText(callContract(first.wasm, "hello", { input: "you" })), "hello you");
  });

  it("behavior: the engine takes at most 310,000 bytes", async () => {
    const { wasm } = await withSource("export function empty() {}", (entry) => buildContract({ entry }));
    assert.ok(wasm.length <= 310_000, `the empty contract has ${wasm.length} bytes`);
  });

  it("behavior: engines built again have the same bytes as the cached ones", async () => {
    const cached = await loadEngines();
    for (const kind of ["compiler", "runtime"] as const) {
      assert.ok(Buffer.from(await compileEngine(kind)).equals(Buffer.from(cached[kind])), kind);
    }
  });
});
