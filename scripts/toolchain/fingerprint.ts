import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { engineHash } from "./engine-cache.ts";
import { projectPath } from "./paths.ts";

/** What the bytes of a built contract depend on besides its own sources. */
export interface ToolchainFingerprint {
  /** Version of every package that takes part in a build. */
  readonly packages: Readonly<Record<string, string>>;
  /** sha256 of the patched C sources, settings and tool versions, for each engine. */
  readonly compilerSha256Hex: string;
  readonly runtimeSha256Hex: string;
  /** sha256 over all of the above. */
  readonly sha256Hex: string;
}

const PACKAGES = [
  ...["@babel/core", "@babel/plugin-proposal-decorators", "@babel/preset-typescript", "@rollup/plugin-babel"],
  ...["@rollup/plugin-node-resolve", "@yowasp/clang", "binaryen", "esbuild", "near-sdk-js", "qjsc"],
  ...["rollup", "terser"],
];

/** Versions and source hashes of the toolchain as installed. Throws when a package is missing. */
export function toolchainFingerprint(): ToolchainFingerprint {
  const packages = Object.fromEntries(PACKAGES.map((name) => [name, installedVersion(name)]));
  const compilerSha256Hex = engineHash("compiler");
  const runtimeSha256Hex = engineHash("runtime");
  const all = JSON.stringify([packages, compilerSha256Hex, runtimeSha256Hex]);
  return {
    packages,
    compilerSha256Hex,
    runtimeSha256Hex,
    sha256Hex: createHash("sha256").update(all).digest("hex"),
  };
}

function installedVersion(name: string): string {
  return JSON.parse(readFileSync(projectPath(`node_modules/${name}/package.json`), "utf8")).version;
}
