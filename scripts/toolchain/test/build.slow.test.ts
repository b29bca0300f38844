import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { buildContract } from "../build-contract.ts";
import { engineHash, loadEngines } from "../engine-cache.ts";
import { OPTIMISE_OPTIONS, optimise } from "../optimise.ts";
import { projectPath } from "../paths.ts";
import { wasmOpt } from "../wasm-opt.ts";
import { callContract, resultText } from "./host.ts";
import { buildProbe, withSource } from "./probe.ts";

const run = promisify(execFile);
const CONTRACT = "contract/src/index.ts";
const BUILD = `
import { buildContract } from "./scripts/toolchain/build-contract.ts";
process.stdout.write((await buildContract({ entry: process.cwd() + "/${CONTRACT}" })).sha256Hex);
`;
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

  it("behavior: optimising code apart from its data gives what optimising both together gives", async () => {
    const whole = await buildProbe(SOURCE);
    const together = await wasmOpt(whole, OPTIMISE_OPTIONS);
    assert.ok(Buffer.from(await optimise(whole)).equals(Buffer.from(together)));
  });

  it("behavior: two clean copies of the sources, elsewhere and with nothing cached, give this one's bytes", async () => {
    const here = await buildContract({ entry: projectPath(CONTRACT) });
    const engines = await loadEngines();
    for (const folder of ["mpc-clone-", "mpc-clone-in-a-folder-with-a-longer-name-"]) {
      const copy = mkdtempSync(join(tmpdir(), folder));
      try {
        await cleanCopy(copy);
        const built = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", BUILD], {
          cwd: copy,
        });
        assert.equal(built.stdout, here.sha256Hex);
        for (const kind of ["compiler", "runtime"] as const) {
          const name = `build/.engines/${kind}-${engineHash(kind).slice(0, 20)}.wasm`;
          assert.ok(readFileSync(join(copy, name)).equals(Buffer.from(engines[kind])), kind);
        }
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    }
  });
});

/** What a clone has after its install: the sources, the manifest, the packages; no folder `build`. */
async function cleanCopy(folder: string): Promise<void> {
  for (const path of ["contract/src", "contract/engine", "scripts", "package.json", "tsconfig.json"]) {
    await cp(projectPath(path), join(folder, path), { recursive: true });
  }
  await symlink(projectPath("node_modules"), join(folder, "node_modules"));
}
