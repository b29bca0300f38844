import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** How long a process may still be about to load a bundle that others have replaced meanwhile. */
const KEPT_MS = 60 * 60 * 1000;

/**
 * Removes bundles of earlier sources, `near-sandbox-<16 hex digits>`, but young ones: a process that was just started
 * from one would fail without a word to its client.
 */
export function removeOldBundles(folder: string, current: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!/^near-sandbox-[0-9a-f]{16}$/.test(name) || path === current) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
