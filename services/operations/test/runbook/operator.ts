import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { NearAccount } from "near-workspaces";
import { type RunningProgram, startProgram } from "../../../../scripts/demo/programs.ts";
import { bundledProgram, PROGRAMS, type Program } from "../bundle-programs.ts";
import { nearCommand } from "./near-command.ts";
import { type RunbookStep, stepsUnder } from "./operating-page.ts";

/** What every operator of a test network is told. */
export interface NetworkSettings {
  readonly folder: string;
  readonly rpcUrl: string;
  readonly contractId: string;
  readonly networkId: string;
}

/** An operator who follows docs/operating.md to the letter, each machine being a folder. */
export interface Operator {
  readonly account: NearAccount;
  /** Where the contract lists the node, wherever it runs. */
  readonly url: string;
  /** Does everything that stands under a heading. */
  follow(heading: string): Promise<void>;
  /** The same up to the first wait, which isn't waited for. */
  begin(heading: string): Promise<void>;
  /** The folder of a machine by the name that the page gives it. */
  machine(name: string): string;
  /** The program that runs on a machine. */
  running(name: string): RunningProgram;
  /** Starts the machine's program again, as after a power cut. */
  start(name: string): RunningProgram;
  stop(name: string, signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** What the page calls `$NAME`. */
  readonly variables: Map<string, string>;
  /** Everything that our commands printed and that our programs logged. */
  output(): string;
  /** Of the programs that run. */
  pids(): readonly number[];
}

/** Where the full-access key is. */
export const DESK = "the full-access key";

export function createOperator(settings: NetworkSettings, account: NearAccount, port: number): Operator {
  const folders = new Map<string, string>();
  const programs = new Map<string, RunningProgram>();
  const variables = new Map<string, string>();
  const printed: string[] = [];
  const logs: RunningProgram[] = [];
  const own = join(settings.folder, account.accountId);
  const url = `https://127.0.0.1:${port}`;
  const machine = (name: string) => {
    const folder = folders.get(name) ?? join(own, `${folders.size}-${name.replaceAll(/\W/g, "-")}`);
    folders.set(name, folder);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const substitute = (line: string) =>
    replaceNames(line, settings, account.accountId, url, port).replace(
      /\$([A-Z_]+)\b/g,
      (_, name) => variables.get(name) ?? assert.fail(`the page uses $${name} before anything printed it`),
    );
  let last: RunningProgram | undefined;
  const started = new Map<string, () => RunningProgram>();
  const start = (name: string, program: Program, args: readonly string[]): RunningProgram => {
    const log = `${account.accountId}-${logs.length}`;
    last = startProgram(log, bundledProgram(program), inFolder(args, machine(name)), settings.folder);
    logs.push(last);
    programs.set(name, last);
    started.set(name, () => start(name, program, args));
    return last;
  };
  async function command(name: string, line: string): Promise<string> {
    const text = substitute(line);
    if (text.startsWith("near ")) {
      await nearCommand(text, account, machine(name));
      return "";
    }
    const run = /^mpc-(node|backup) (run .*)$/.exec(text);
    if (run !== null) {
      start(name, run[1] as Program, run[2]?.split(" ") ?? []);
      return "";
    }
    const output = await shell(text, machine(name), settings.folder);
    // What other tools print for the operator is the operator's.
    if (/\bmpc-(node|backup) /.test(text)) printed.push(output);
    remember(output, variables);
    return output;
  }
  async function follow(steps: readonly RunbookStep[]): Promise<void> {
    let name = DESK;
    let said = "";
    for (const step of steps) {
      if (step.kind === "machine") name = step.name;
      else said = await perform(step, name, said);
    }
  }
  async function perform(
    step: Exclude<RunbookStep, { kind: "machine" }>,
    name: string,
    said: string,
  ): Promise<string> {
    switch (step.kind) {
      case "command":
        return command(name, step.line);
      case "wait":
        await last?.waitFor(step.event, ({ event }) => event === step.event);
        return said;
      case "carry":
        cpSync(join(machine(name), step.path), join(machine(step.to), basename(step.path)), {
          recursive: true,
        });
        return said;
      case "says":
        assert.ok(said.includes(step.text), `expected "${step.text}", found: ${said}`);
        return said;
    }
  }
  return {
    account,
    url,
    follow: (heading) => follow(stepsUnder(heading)),
    begin: (heading) => follow(untilFirstWait(stepsUnder(heading))),
    machine,
    variables,
    running: (name) => programs.get(name) ?? assert.fail(`nothing runs on ${name}`),
    start: (name) => (started.get(name) ?? assert.fail(`nothing ran on ${name}`))(),
    async stop(name, signal) {
      const program = programs.get(name) ?? assert.fail(`nothing runs on ${name}`);
      program.process.kill(signal);
      await program.ended;
    },
    pids: () =>
      logs.flatMap(({ process: { pid, exitCode, signalCode } }) =>
        pid !== undefined && exitCode === null && signalCode === null ? [pid] : [],
      ),
    output: () => [...printed, ...logs.map(({ lines }) => JSON.stringify(lines))].join("\n"),
  };
}

/** Makes `mpc-node` and `mpc-backup` commands, as an installation does. */
export function installPrograms(folder: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  for (const program of PROGRAMS) {
    const path = join(folder, "bin", `mpc-${program}`);
    writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${resolve(bundledProgram(program))}' "$@"\n`);
    chmodSync(path, 0o755);
  }
}

function untilFirstWait(steps: readonly RunbookStep[]): readonly RunbookStep[] {
  return steps.slice(
    0,
    steps.findIndex(({ kind }) => kind === "wait"),
  );
}

function replaceNames(
  line: string,
  { rpcUrl, contractId, networkId }: NetworkSettings,
  accountId: string,
  url: string,
  port: number,
): string {
  return line
    .replaceAll("https://node.you.example:4000", url)
    .replaceAll("--listen-port 4000", `--listen-port ${port}`)
    .replaceAll("you.near", accountId)
    .replaceAll("mpc.near", contractId)
    .replaceAll("--network-id mainnet", `--network-id ${networkId}`)
    .replaceAll(
      "--rpc-url https://rpc.one.example https://rpc.two.example",
      `--rpc-url ${rpcUrl} --own-node --poll-interval-millis 200`,
    );
}

/** Public keys that `init`, `reactivate` and `age-keygen` print become the page's variables. */
function remember(output: string, variables: Map<string, string>): void {
  const near = /"near_public_key": "([^"]+)"/.exec(output)?.[1];
  const tls = /"tls_public_key": "([^"]+)"/.exec(output)?.[1];
  const age = /Public key: (age1\w+)/.exec(output)?.[1];
  if (near !== undefined) variables.set("NEAR_PUBLIC_KEY", near);
  if (tls !== undefined) variables.set("TLS_PUBLIC_KEY", tls);
  if (age !== undefined) variables.set("AGE_RECIPIENT", age);
}

function inFolder(args: readonly string[], folder: string): readonly string[] {
  return args.map((each) => (each.endsWith("config.json") ? join(folder, each) : each));
}

function shell(line: string, cwd: string, folder: string): Promise<string> {
  const PATH = `${resolve(folder, "bin")}:${process.env.PATH}`;
  const child = spawn("sh", ["-c", line], { cwd, env: { ...process.env, PATH }, stdio: "pipe" });
  child.stdin.end();
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((done, fail) => {
    child.once("close", (code) =>
      code === 0 ? done(output) : fail(new Error(`${line}: exit code ${code}: ${output}`)),
    );
  });
}
