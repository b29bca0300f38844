import { createRequire } from "node:module";

interface NearUtils {
  readonly Logger: { overrideLogger(logger: undefined): void };
}

/**
 * near-api-js 5, which near-workspaces uses, prints every failure of a contract to the console: a test that provokes
 * refusals would bury its own report. Loaded from where near-workspaces loads it, to meet its instance.
 */
export function silenceNearApiJs5(): void {
  const requireFromWorkspaces = createRequire(createRequire(import.meta.url).resolve("near-workspaces"));
  (requireFromWorkspaces("@near-js/utils") as NearUtils).Logger.overrideLogger(undefined);
}
