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
    process.exitCode = report(name, error);
  } finally {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  }
}

/** For a program that runs until it is stopped: what a stop breaks off isn't an error. */
export async function untilStopped(signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function report(name: string, error: unknown): number {
  // Commander has already printed its message or the help text.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  process.stderr.write(`${name}: ${oneLine(error)}\n`);
  return exitCodeOf(error);
}
