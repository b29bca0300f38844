import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { NearAccount } from "near-workspaces";
import { bundledProgram, PROGRAMS, type Program } from "../bundle-programs.ts";
import { createMachines, type Machines } from "./machines.ts";
import { nearCommand } from "./near-command.ts";
import { type RunbookStep, stepsUnder } from "./operating-page.ts";

/** What every operator of a test network is told. */
export interface NetworkSettings {
  readonly folder: string;
  readonly rpcUrl: string;
  readonly contractId: string;
  readonly networkId: string;
}

/** An operator who follows docs/operating.md to the letter. */
export interface Operator {
  readonly account: NearAccount;
  /** Where the contract lists the node, wherever it runs. */
  readonly url: string;
  readonly machines: Machines;
  /** What the page calls `$NAME`. */
  readonly variables: Map<string, string>;
  /** Does everything that stands under a heading. */
  follow(heading: string): Promise<void>;
  /** The same up to the first wait, which isn't waited for. */
  begin(heading: string): Promise<void>;
  /** Everything that our commands printed and that our programs logged. */
  output(): string;
}

/** Where the full-access key is. */
export const DESK = "the full-access key";

export function createOperator(settings: NetworkSettings, account: NearAccount, port: number): Operator {
  const printed: string[] = [];
  const hands: Hands = {
    settings,
    account,
    url: `https://127.0.0.1:${port}`,
    port,
    machines: createMachines(account.accountId, settings.folder),
    variables: new Map<string, string>(),
    printed,
  };
  const { url, machines, variables } = hands;
  return {
    account,
    url,
    machines,
    variables,
    follow: (heading) => follow(hands, stepsUnder(heading)),
    begin: (heading) => follow(hands, untilFirstWait(stepsUnder(heading))),
    output: () => [...printed, machines.logged()].join("\n"),
  };
}

interface Hands {
  readonly settings: NetworkSettings;
  readonly account: NearAccount;
  readonly url: string;
  readonly port: number;
  readonly machines: Machines;
  readonly variables: Map<string, string>;
  readonly printed: string[];
}

async function follow(hands: Hands, steps: readonly RunbookStep[]): Promise<void> {
  let machine = DESK;
  let said = "";
  for (const step of steps) {
    if (step.kind === "machine") machine = step.name;
    else said = await perform(hands, step, machine, said);
  }
}

/** Returns what the last command printed, this one or the one before. */
async function perform(
  hands: Hands,
  step: Exclude<RunbookStep, { kind: "machine" }>,
  machine: string,
  said: string,
): Promise<string> {
  const { machines } = hands;
  switch (step.kind) {
    case "command":
      return command(hands, machine, substitute(hands, step.line));
    case "wait":
      await machines.last().waitFor(step.event, ({ event }) => event === step.event);
      return said;
    case "carry": {
      const to = join(machines.folder(step.to), basename(step.path));
      cpSync(join(machines.folder(machine), step.path), to, { recursive: true });
      return said;
    }
    case "says":
      assert.ok(said.includes(step.text), `expected "${step.text}", found: ${said}`);
      return said;
  }
}

async function command(hands: Hands, machine: string, line: string): Promise<string> {
  const { account, machines, settings, printed, variables } = hands;
  if (line.startsWith("near ")) {
    await nearCommand(line, account, machines.folder(machine));
    return "";
  }
  const run = /^mpc-(node|backup) (run .*)$/.exec(line);
  if (run !== null) {
    machines.start(machine, run[1] as Program, run[2]?.split(" ") ?? []);
    return "";
  }
  const output = await shell(line, machines.folder(machine), settings.folder);
  // What other tools print for the operator is the operator's.
  if (/\bmpc-(node|backup) /.test(line)) printed.push(output);
  remember(output, variables);
  return output;
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

function substitute({ settings, account, url, port, variables }: Hands, line: string): string {
  return line
    .replaceAll("https://node.you.example:4000", url)
    .replaceAll("--listen-port 4000", `--listen-port ${port}`)
    .replaceAll("you.near", account.accountId)
    .replaceAll("mpc.near", settings.contractId)
    .replaceAll("--network-id mainnet", `--network-id ${settings.networkId}`)
    .replaceAll(
      "--rpc-url https://rpc.one.example https://rpc.two.example",
      `--rpc-url ${settings.rpcUrl} --own-node --poll-interval-millis 200`,
    )
    .replace(
      /\$([A-Z_]+)\b/g,
      (_, name) => variables.get(name) ?? assert.fail(`the page uses $${name} before anything printed it`),
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
