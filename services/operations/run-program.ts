import { CommanderError } from "commander";
import { EXIT, exitCodeOf, oneLine } from "./program-error.ts";

/**
 * Runs a program's main function and sets the process's exit code. SIGTERM and SIGINT abort `signal`; a second one
 * ends the process at once. Whatever is thrown becomes one line on stderr.
 */
export async function runProgram(name: string, main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(EXIT.refused);
    stopping.abort();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  try {
    await main(stopping.signal);
  } catch (error) {
    process.exitCode = report(name, error, stopping.signal);
  } finally {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  }
}

function report(name: string, error: unknown, stopping: AbortSignal): number {
  // Commander has already printed its message or the help text.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (stopping.aborted && (error === stopping.reason || isAbort(error))) return EXIT.ok;
  process.stderr.write(`${name}: ${oneLine(error)}\n`);
  return exitCodeOf(error);
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || ("code" in error && error.code === "REQUEST_ABORTED"))
  );
}
