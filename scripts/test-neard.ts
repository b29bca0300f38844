/**
 * `npm run test:neard`: the near-workspaces suites on nearcore's own neard-sandbox, which NEAR_SANDBOX_BIN_PATH must
 * name. Without it nothing runs and the reason is printed; exit code 0, since nobody promised the binary.
 */
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { runAva } from "./testing/run-ava.ts";

const path = process.env.NEAR_SANDBOX_BIN_PATH;
if (path === undefined || !existsSync(path) || basename(path) !== "near-sandbox") {
  process.stdout.write(
    `skipped: expected NEAR_SANDBOX_BIN_PATH to name nearcore's binary as a file called near-sandbox, found ${path ?? "nothing"}\n`,
  );
  process.exit(0);
}
const file = resolve(path);
const { passed, failed } = await runAva({
  NEAR_SANDBOX_BIN_PATH: file,
  NEAR_SANDBOX_BINARY_PATH: dirname(file),
});
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
