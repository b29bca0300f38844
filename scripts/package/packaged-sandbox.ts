/** Takes the place of `sandbox/src/launcher/ensure-sandbox.ts` in the package, where the chain is bundled already. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let executable: string | undefined;

/** The absolute path of an executable `near-sandbox` that lasts as long as this process. */
export function ensureSandbox(): string {
  executable ??= writeExecutable();
  return executable;
}

/**
 * Variables under which client libraries find the executable: near-workspaces 5 looks into the directory
 * `NEAR_SANDBOX_BINARY_PATH`, near-sandbox 0.2 and near-kit take the file `NEAR_SANDBOX_BIN_PATH`.
 */
export function sandboxEnvironment(): { NEAR_SANDBOX_BIN_PATH: string; NEAR_SANDBOX_BINARY_PATH: string } {
  const file = ensureSandbox();
  return { NEAR_SANDBOX_BIN_PATH: file, NEAR_SANDBOX_BINARY_PATH: dirname(file) };
}

/** A folder of this process alone: a package's own folder may be read-only, and another's in /tmp may be a trap. */
function writeExecutable(): string {
  const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-sandbox-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "near-sandbox");
  const bundle = fileURLToPath(new URL("./near-sandbox.mjs", import.meta.url));
  writeFileSync(file, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(bundle)} "$@"\n`, {
    mode: 0o755,
  });
  return file;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
