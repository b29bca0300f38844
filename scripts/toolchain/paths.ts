import { fileURLToPath } from "node:url";

/** Root folder of the project. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A path inside the project, as an absolute path. */
export function projectPath(relative: string): string {
  return PROJECT_ROOT + relative;
}
