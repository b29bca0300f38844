import { chmodSync, mkdirSync } from "node:fs";
import { build } from "esbuild";
import { buildDashboard } from "../services/dashboard/build-dashboard.ts";

/** Source of each program by its name on the command line. */
const PROGRAMS = {
  ceremony: "services/ceremony/cli.ts",
  "mpc-backup": "services/backup/cli.ts",
  "mpc-inspect": "services/inspect/cli.ts",
  "mpc-node": "services/node/cli.ts",
  "safe-mode": "services/safe-mode/cli.ts",
} as const;

export type ProgramName = keyof typeof PROGRAMS;

/** Where `npm run build` puts a program: one executable ESM file that loads its packages from node_modules. */
export function programPath(name: ProgramName): string {
  return `build/bin/${name}.mjs`;
}

/** Bundles the programs' TypeScript into JavaScript that plain Node runs, and the dashboard into one page. */
export async function buildPrograms(): Promise<void> {
  mkdirSync("build/bin", { recursive: true });
  await Promise.all([...(Object.keys(PROGRAMS) as ProgramName[]).map(buildProgram), buildDashboard()]);
}

async function buildProgram(name: ProgramName): Promise<void> {
  await build({
    entryPoints: [PROGRAMS[name]],
    outfile: programPath(name),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  chmodSync(programPath(name), 0o755);
}
