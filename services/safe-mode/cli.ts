import { fileURLToPath } from "node:url";
import { runSafeMode } from "./safe-mode.ts";

const { exitCode, audit } = runSafeMode(
  process.argv.slice(2),
  fileURLToPath(new URL("safe-mode.image.json", import.meta.url)),
);
process.stdout.write(`${JSON.stringify(audit)}\n`);
process.exitCode = exitCode;
