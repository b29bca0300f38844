import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { babel } from "@rollup/plugin-babel";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { transform } from "esbuild";
import { type Plugin, rollup } from "rollup";
import { minify } from "terser";
import { contractExports } from "./contract-exports.ts";
import { projectPath } from "./paths.ts";

/** A contract as one minified JavaScript module and the names of its methods, sorted. */
export interface Bundle {
  readonly code: string;
  readonly methods: readonly string[];
}

const require = createRequire(import.meta.url);
/** Only for the decorators near-sdk-js has besides the markers; those leave no code. */
const LEGACY_DECORATORS = [require.resolve("@babel/plugin-proposal-decorators"), { version: "legacy" }];

/** Bundles a contract's TypeScript entry. Throws with the file and line of what can't be parsed or resolved. */
export async function bundleContract(entry: string): Promise<Bundle> {
  const build = await rollup({
    input: entry,
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    onwarn: (warning) => {
      if (warning.code === "UNRESOLVED_IMPORT" || warning.code === "MISSING_EXPORT")
        throw new Error(warning.message);
    },
    plugins: [
      markersOnly(),
      wasmVariants(),
      nodeResolve({ extensions: [".ts", ".js"] }),
      withoutTypes(),
      babel({
        babelHelpers: "bundled",
        babelrc: false,
        configFile: false,
        extensions: [".ts"],
        filter: isDecorated,
        presets: [require.resolve("@babel/preset-typescript")],
        plugins: [contractExports, LEGACY_DECORATORS],
      }),
    ],
  });
  try {
    const { output } = await build.generate({ format: "es" });
    const [chunk] = output;
    return { code: withSnapshot(await minified(chunk.code)), methods: [...chunk.exports].sort() };
  } finally {
    await build.close();
  }
}

/** `UNBUILT_SNAPSHOT` of the contract's metadata. */
const UNBUILT = "0".repeat(64);

/** Names the build in its own metadata (NEP-330): the hash of the bundle in which the name is still missing. */
function withSnapshot(code: string): string {
  return code.replace(UNBUILT, createHash("sha256").update(code).digest("hex"));
}

/**
 * What near-sdk-js imports and a contract of ours has no use for: its decorators at run time (they serialise the whole
 * state on each call) and lodash (600 modules for one function of the state decoder).
 */
const SHIMS: Readonly<Record<string, string>> = {
  "./near-bindgen": projectPath("scripts/toolchain/shims/near-bindgen.js"),
  "lodash-es": projectPath("scripts/toolchain/shims/lodash-es.js"),
};

function markersOnly(): Plugin {
  return {
    name: "markers-only",
    resolveId(source, importer) {
      return importer?.includes("/near-sdk-js/lib/") ? (SHIMS[source] ?? null) : null;
    },
  };
}

/** Beside `x.ts`, a module `x.wasm.ts` takes its place in contracts: the same by functions of the engine. */
function wasmVariants(): Plugin {
  return {
    name: "wasm-variants",
    resolveId(source, importer) {
      if (!source.startsWith(".") || !source.endsWith(".ts") || importer === undefined) return null;
      const variant = join(dirname(importer), source.replace(/\.ts$/, ".wasm.ts"));
      return existsSync(variant) ? variant : null;
    },
  };
}

/** Babel takes a second for what esbuild does at once: only a file with a contract's class goes through Babel. */
function isDecorated(file: string, code: string): boolean {
  return file.endsWith(".ts") && code.includes("@NearBindgen");
}

function withoutTypes(): Plugin {
  // fields without a value are types, as they are to Babel
  const compilerOptions = { verbatimModuleSyntax: true, useDefineForClassFields: false };
  return {
    name: "without-types",
    async transform(code, file) {
      if (!file.endsWith(".ts") || isDecorated(file, code)) return null;
      // the engine knows fields of classes, but no blocks in them
      const supported = { "class-static-blocks": false };
      const options = { loader: "ts", target: "es2022", supported, sourcefile: file } as const;
      return (await transform(code, { ...options, tsconfigRaw: { compilerOptions } })).code;
    },
  };
}

async function minified(code: string): Promise<string> {
  const result = await minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, pure_getters: true, unsafe_arrows: false },
    mangle: { module: true },
  });
  if (result.code === undefined) throw new Error("terser returned no code");
  return result.code;
}
