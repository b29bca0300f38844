import { build } from "esbuild";
import { buildDashboard } from "../../dashboard/build-dashboard.ts";

/** The file that `bundleInspector` makes. */
export const INSPECTOR = "build/test-programs/inspect.mjs";

/** Bundles `mpc-inspect` and the page that it serves, as they are shipped. */
export async function bundleInspector(): Promise<void> {
  await build({
    entryPoints: ["services/inspect/cli.ts"],
    outfile: INSPECTOR,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  await buildDashboard();
}
