import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build, type Metafile } from "esbuild";

const ENTRY = "services/safe-mode/cli.ts";
// The program's own folder and the primitives that it is made of; nothing that talks to a network or a chain.
const MAY_USE = /^(services\/safe-mode|sdk\/src\/(attestation|approval|crypto|errors|sharing))\//;
const SYSTEM = ["node:crypto", "node:fs", "node:module", "node:path", "node:url", "node:util"];
const PACKAGES = [
  "@noble/ciphers/chacha.js",
  "@noble/curves/ed25519.js",
  "@noble/hashes/blake2.js",
  "@noble/hashes/sha2.js",
  "@noble/hashes/utils.js",
  "@phala/dcap-qvl-web",
  "@scure/base",
  "canonicalize",
];
const NETWORK = [
  "http",
  "https",
  "http2",
  "net",
  "tls",
  "dns",
  "dgram",
  "child_process",
  "cluster",
  "worker_threads",
];

// The program is one sitting; the primitives below it, which the other programs share, are a second one. A change that
// needs more must say why it belongs into the last resort.
const MAX_OWN_LINES = 400;
const MAX_CODE_LINES = 2_400;
const MAX_BUNDLE_BYTES = 72_000;

test("behavior: the program is made of its own files and audited primitives only", async () => {
  const { inputs, imports } = await bundled(ENTRY, "external");
  assert.deepEqual(
    inputs.filter((file) => !MAY_USE.test(file)),
    [],
  );
  assert.deepEqual(
    imports.filter((name) => !SYSTEM.includes(name) && !PACKAGES.includes(name)),
    [],
  );
});

test("behavior: none of its packages brings network code along", async () => {
  const system = [
    await bundled(ENTRY, "bundle"),
    await bundled("node_modules/@phala/dcap-qvl/src/verify.js", "bundle"),
  ];
  for (const { imports } of system) {
    const names = imports.map((name) => name.replace(/^node:/, "").split("/")[0]!);
    assert.deepEqual(
      names.filter((name) => NETWORK.includes(name)),
      [],
    );
  }
});

test("behavior: it can be read in one sitting", async () => {
  const { inputs, bytes } = await bundled(ENTRY, "external");
  const own = inputs.filter((file) => file.startsWith("services/safe-mode/"));
  const [ownLines, codeLines] = [linesOf(own, () => true), linesOf(inputs, isCode)];
  assert.ok(ownLines <= MAX_OWN_LINES, `${ownLines} lines of its own`);
  assert.ok(codeLines <= MAX_CODE_LINES, `${codeLines} lines of code with all primitives`);
  assert.ok(bytes <= MAX_BUNDLE_BYTES, `${bytes} bytes`);
});

function linesOf(files: readonly string[], counts: (line: string) => boolean): number {
  return files.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(counts)).length;
}

function isCode(line: string): boolean {
  return line.trim() !== "" && !/^\s*(\/\/|\/?\*)/.test(line);
}

async function bundled(entry: string, packages: "external" | "bundle") {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const [output] = Object.values(metafile.outputs);
  return { inputs: Object.keys(metafile.inputs), imports: externalImports(metafile), bytes: output!.bytes };
}

function externalImports({ outputs }: Metafile): string[] {
  const all = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  return [...new Set(all.map(({ path }) => path))].sort();
}
