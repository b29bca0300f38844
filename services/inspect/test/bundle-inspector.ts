import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "esbuild";
import { buildDashboard, replaceFile } from "../../dashboard/build-dashboard.ts";

/** The file that `bundleInspector` makes. */
export const INSPECTOR = "build/test-programs/inspect.mjs";

/** Bundles `mpc-inspect` and the page that it serves, as they are shipped. */
export async function bundleInspector(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: ["services/inspect/cli.ts"],
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  mkdirSync(dirname(INSPECTOR), { recursive: true });
  replaceFile(INSPECTOR, outputFiles[0]?.text ?? "");
  await buildDashboard();
}
