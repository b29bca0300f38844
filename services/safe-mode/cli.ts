import { fileURLToPath } from "node:url";
import { runSafeMode } from "./safe-mode.ts";

const USAGE = `Usage: safe-mode --evidence FILE --approval FILE --sealed-seed FILE --out FILE [--dry-run]

Seals the master seed to an attested and approved program, offline; writes only --out, and only in the last step.
Exit codes: 0 sealed; refused by 2 the command line, 3 the attestation, 4 the approval, 5 unsealing, 6 sealing.
`;

const args = process.argv.slice(2);
if (args.length === 1 && args[0] === "--help") process.stdout.write(USAGE);
else {
  const { exitCode, audit } = runSafeMode(
    args,
    fileURLToPath(new URL("safe-mode.image.json", import.meta.url)),
    Math.floor(Date.now() / 1_000),
  );
  process.stdout.write(`${JSON.stringify(audit)}\n`);
  process.exitCode = exitCode;
}
