import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type RunningProgram, startProgram } from "../../../../scripts/demo/programs.ts";
import { bundledProgram, type Program } from "../bundle-programs.ts";

/** An operator's machines, each a folder by the name that the page gives it, and what runs on them. */
export interface Machines {
  /** The folder of a machine. */
  folder(name: string): string;
  start(name: string, program: Program, args: readonly string[]): void;
  /** Starts what ran on the machine before, as after a power cut. */
  startAgain(name: string): RunningProgram;
  running(name: string): RunningProgram;
  stop(name: string, signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** The program that was started last, on whichever machine. */
  last(): RunningProgram;
  /** Of the programs that run. */
  pids(): readonly number[];
  /** Everything that the programs logged. */
  logged(): string;
}

/** @param owner names the logs, which stand in `logFolder` */
export function createMachines(owner: string, logFolder: string): Machines {
  const folders = new Map<string, string>();
  const programs = new Map<string, RunningProgram>();
  const starts = new Map<string, () => RunningProgram>();
  const all: RunningProgram[] = [];
  const folder = (name: string) => {
    const own = `${folders.size}-${name.replaceAll(/\W/g, "-")}`;
    const path = folders.get(name) ?? join(logFolder, owner, own);
    folders.set(name, path);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const start = (name: string, program: Program, args: readonly string[]): RunningProgram => {
    const inFolder = args.map((each) => (each.endsWith("config.json") ? join(folder(name), each) : each));
    const running = startProgram(`${owner}-${all.length}`, bundledProgram(program), inFolder, logFolder);
    all.push(running);
    programs.set(name, running);
    starts.set(name, () => start(name, program, args));
    return running;
  };
  const running = (name: string) => programs.get(name) ?? assert.fail(`nothing runs on ${name}`);
  return {
    folder,
    start,
    startAgain: (name) => (starts.get(name) ?? assert.fail(`nothing ran on ${name}`))(),
    running,
    async stop(name, signal) {
      running(name).process.kill(signal);
      await running(name).ended;
    },
    last: () => all.at(-1) ?? assert.fail("nothing was started yet"),
    pids: () => all.flatMap(pidOf),
    logged: () => all.map(({ lines }) => JSON.stringify(lines)).join("\n"),
  };
}

function pidOf({ process: { pid, exitCode, signalCode } }: RunningProgram): readonly number[] {
  return pid !== undefined && exitCode === null && signalCode === null ? [pid] : [];
}
