import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A program's log line: pino JSON with a stable `event` field. */
export interface LogLine {
  readonly event?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

export interface RunningProgram {
  readonly name: string;
  readonly process: ChildProcess;
  readonly lines: readonly LogLine[];
  /** Resolves with the first line, past or coming, that matches; rejects when the program ends or time runs out. */
  waitFor(what: string, matches: (line: LogLine) => boolean, timeoutMillis?: number): Promise<LogLine>;
  /** Resolves with the exit code (or the signal's name) once the program has ended. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const DEFAULT_WAIT_MILLIS = 60_000;

/**
 * Starts one of the project's programs as a process of its own; its log goes to `<logFolder>/<name>.log`.
 * The file is one that `npm run build` made or a TypeScript source, which tsx loads.
 */
export function startProgram(
  name: string,
  file: string,
  args: readonly string[],
  logFolder: string,
): RunningProgram {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: "a" });
  const lines: LogLine[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (text) => {
      log.write(`${text}\n`);
      lines.push(parseLine(text));
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => {
      log.end();
      resolve(code ?? signal ?? 1);
    });
  });
  const waitFor: RunningProgram["waitFor"] = (what, matches, timeoutMillis = DEFAULT_WAIT_MILLIS) =>
    new Promise((resolve, reject) => {
      const finish = (action: () => void) => {
        clearTimeout(timer);
        listeners.delete(look);
        action();
      };
      const look = () => {
        const found = lines.find(matches);
        if (found !== undefined) finish(() => resolve(found));
      };
      const lastWords = () =>
        lines
          .slice(-3)
          .map((line) => line.msg ?? JSON.stringify(line))
          .join(" / ");
      const fail = (why: string) =>
        finish(() =>
          reject(new Error(`${name}: expected "${what}", but ${why}; last log lines: ${lastWords()}`)),
        );
      const timer = setTimeout(() => fail(`${timeoutMillis / 1000} s passed`), timeoutMillis);
      listeners.add(look);
      look();
      void ended.then((code) => fail(`it ended with ${code}`));
    });
  return { name, process: child, lines, waitFor, ended };
}

/** Runs a program to its end and returns what it printed on stdout. Throws with its stderr on another exit code than 0. */
export async function runProgram(file: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0)
    throw new Error(`${file} ${args.join(" ")}: expected exit code 0, found ${code}: ${stderr.trim()}`);
  return stdout;
}

function parseLine(text: string): LogLine {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as LogLine) : { msg: text };
  } catch {
    return { msg: text };
  }
}
