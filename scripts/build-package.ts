import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import { projectPath } from "./toolchain/paths.ts";

/** Where the package's files lie; `exports` in package.json names them. */
const OUT = "build/package";
const ENTRIES = [
  "sdk/src/index.ts",
  "sdk/src/interface.ts",
  "sdk/src/inspect/index.ts",
  "sdk/src/transport/json-rpc.ts",
  "sdk/src/transport/near-api-js.ts",
  "sdk/src/transport/near-kit.ts",
  "sdk/src/transport/near-workspaces.ts",
];
const SANDBOX = "scripts/package/sandbox.ts";

/**
 * Writes what `npm pack` puts into the package beside wasm, ABI and programs: the SDK, one JavaScript and one
 * declaration file per source, so that bundlers drop what isn't used, and the embedded chain.
 *
 * Types are not checked here: `npm run typecheck` does that.
 */
export async function buildPackage(): Promise<void> {
  // Tests may be reading the old one: the new one appears complete.
  const draft = `${OUT}.${process.pid}.tmp`;
  mkdirSync(draft, { recursive: true });
  try {
    await compile(ENTRIES, draft);
    await buildSandbox(join(draft, "sandbox"));
    rmSync(OUT, { recursive: true, force: true });
    renameSync(draft, OUT);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Compiles the entries and all they import. Throws with what the compiler says. */
async function compile(entries: readonly string[], out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const config = join(out, "tsconfig.json");
  writeFileSync(config, JSON.stringify(compilerConfig(entries, out)));
  const compiler = projectPath("node_modules/typescript/bin/tsc");
  try {
    await promisify(execFile)(process.execPath, [compiler, "-p", config]);
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout: string; stderr: string };
    throw new Error(`the package does not compile: ${stdout}${stderr}`, { cause: thrown });
  }
  rmSync(config);
  for (const file of readdirSync(out, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".d.ts")) nameJavaScript(join(out, file));
  }
}

function compilerConfig(entries: readonly string[], out: string): object {
  const root = relative(out, ".");
  return {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      outDir: ".",
      rootDir: root,
    },
    include: [],
    files: entries.map((entry) => join(root, entry)),
  };
}

/** The compiler rewrites the imports of JavaScript, but not those of declarations. */
function nameJavaScript(declaration: string): void {
  const text = readFileSync(declaration, "utf8");
  writeFileSync(declaration, text.replace(/((?:from|import\() ?"\.[^"]*)\.ts"/g, '$1.js"'));
}

async function buildSandbox(out: string): Promise<void> {
  const shared = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "error",
  } as const;
  await build({ ...shared, entryPoints: ["sandbox/src/main.ts"], outfile: join(out, "near-sandbox.mjs") });
  await build({ ...shared, entryPoints: [SANDBOX], outfile: join(out, "index.js"), plugins: [PACKAGED] });
  copyFileSync("sandbox/src/parameters/parameters.json", join(out, "parameters.json"));
  const declarations = join(out, "types");
  await compile([SANDBOX], declarations);
  keepOnly(declarations, [
    "scripts/package/sandbox.d.ts",
    "sandbox/src/launcher/ensure-sandbox.d.ts",
    "sandbox/src/launcher/start-sandbox.d.ts",
  ]);
}

/** The repository bundles the chain when it is first needed; the package has it in it. */
const PACKAGED: Plugin = {
  name: "packaged sandbox",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/ensure-sandbox\.ts$/ }, () => ({
      path: projectPath("scripts/package/packaged-sandbox.ts"),
    }));
  },
};

function keepOnly(folder: string, kept: readonly string[]): void {
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !kept.includes(relative(folder, path))) rmSync(path);
  }
  const missing = kept.filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) throw new Error(`expected ${missing.join(", ")} in ${folder}, found none`);
}
