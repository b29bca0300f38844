import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { ClaimFailed, type Timeline } from "./timeline.ts";

const WASM = "build/mpc_recovery.wasm";
const MAX_WASM_BYTES = 450_000;

/** `npm run build`: contract, ABI and programs. Returns the wasm's path. */
export async function build(timeline: Timeline): Promise<string> {
  await timeline.say(
    "build",
    "compiling the contract from TypeScript (the first time with its engine, about a minute)",
  );
  const result = spawnSync(process.execPath, ["--import", "tsx", "scripts/build.ts"], { encoding: "utf8" });
  if (result.status !== 0)
    throw new ClaimFailed(`npm run build: expected exit code 0, found ${result.status}: ${result.stderr}`);
  const bytes = statSync(WASM).size;
  if (bytes > MAX_WASM_BYTES)
    throw new ClaimFailed(`size of ${WASM}: expected at most ${MAX_WASM_BYTES} bytes, found ${bytes}`);
  const hash = /sha256:\s+(\w+)/.exec(result.stdout)?.[1] ?? "unknown";
  await timeline.held("build", `${WASM}: ${bytes} bytes, sha256 ${hash.slice(0, 16)}…`);
  return WASM;
}
