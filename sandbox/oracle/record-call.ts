import { appendFileSync } from "node:fs";
import { basename, join } from "node:path";
import { callLine, type OracleCall } from "./oracle-call.ts";

/** Environment variable naming the directory where the VM tests leave every call they make, one file per process. */
export const RECORDING_DIRECTORY = "VM_ORACLE_CALLS";

let count = 0;

/** Notes a call of the VM tests for the oracle; does nothing unless {@link RECORDING_DIRECTORY} is set. */
export function recordCall(call: Omit<OracleCall, "name">, protocolVersion: number): void {
  const directory = process.env[RECORDING_DIRECTORY];
  if (directory === undefined) return;
  const test = basename(process.argv[1] ?? "", ".test.ts");
  const line = callLine({ ...call, name: `${test}, call ${++count}` }, protocolVersion);
  appendFileSync(join(directory, `${test}-${process.pid}.jsonl`), `${line}\n`);
}
