import { executeCommand } from "./cli/execute.ts";

const exitCode = await executeCommand(process.argv.slice(2));
if (exitCode !== null) process.exitCode = exitCode;
