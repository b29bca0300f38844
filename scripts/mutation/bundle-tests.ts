/**
 * Program: `bundle-tests.ts <part>` runs inside Stryker's copy of the project, after the mutants were put into its
 * sources. It bundles the part's tests into one JavaScript file: a mutant costs one start of Node, without TypeScript.
 * Tests that load a contract's wasm are left out: it isn't made of the mutated sources.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { findTests } from "../testing/find-tests.ts";
import { BUNDLED_TESTS, type Part, partNamed } from "./parts.ts";

const LOADS_WASM = /^(scripts\/toolchain|sandbox\/src\/launcher)\//;

/** Tests read files beside them: in the bundle they must still find their own folder. */
const SAME_PLACE: Plugin = {
  name: "same place",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: "ts" };
    });
  },
};

const files: string[] = [];
for (const file of testsOf(partNamed(process.argv[2] ?? ""))) {
  if (!(await inputsOf([file])).some((input) => LOADS_WASM.test(input))) files.push(file);
}
mkdirSync(dirname(BUNDLED_TESTS), { recursive: true });
const { outputFiles } = await build(options(files));
for (const { contents } of outputFiles) writeFileSync(BUNDLED_TESTS, contents);

function testsOf({ tests, withoutTests = [] }: Part): string[] {
  const isOf = (file: string) => tests.includes(file) || tests.includes(dirname(file));
  return findTests("quick").filter((file) => isOf(file) && !withoutTests.includes(file));
}

async function inputsOf(chosen: readonly string[]): Promise<string[]> {
  return Object.keys((await build(options(chosen))).metafile.inputs);
}

function options(chosen: readonly string[]) {
  const contents = chosen.map((file) => `import ${JSON.stringify(`./${file}`)};`).join("\n");
  return {
    stdin: { contents, resolveDir: "." },
    bundle: true,
    // package.json says of all files that importing them does nothing; tests are there for what it does
    ignoreAnnotations: true,
    write: false,
    metafile: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    plugins: [SAME_PLACE],
  } satisfies BuildOptions;
}
