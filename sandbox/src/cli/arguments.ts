import { homedir } from "node:os";
import { join } from "node:path";
import type { DumpLayout } from "./dump-state.ts";

export type Command =
  | { readonly kind: "version" }
  | { readonly kind: "help" }
  | {
      readonly kind: "init";
      readonly home: string;
      readonly accountId: string;
      readonly chainId: string | null;
      readonly protocolVersion: number | null;
      readonly pace: "normal" | "fast";
      readonly testSeed: string | null;
    }
  | { readonly kind: "dumpState"; readonly home: string; readonly layout: DumpLayout }
  | {
      readonly kind: "run";
      readonly home: string;
      readonly host: string;
      readonly port: number;
      /** Remove the home directory when the parent process is gone and can't do it. */
      readonly homeLifetime: "kept" | "parent";
    };

/** A command line that can't be understood; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options with a value; the rest are switches. neard's options that mean nothing here are taken and ignored. */
const VALUE_OPTIONS = new Set([
  "--home",
  "--account-id",
  "--chain-id",
  "--test-seed",
  "--protocol-version",
  "--rpc-addr",
  "--network-addr",
  "--num-shards",
  "--boot-nodes",
  "--verbose",
]);
const SWITCHES = new Set(["--fast", "--temporary-home", "--unsafe-fast-startup", "--stream"]);

/** Reads neard's command line: `[--home H] init|run [options]`. Throws UsageError. */
export function parseArguments(args: readonly string[]): Command {
  if (args.includes("--version") || args.includes("-V")) return { kind: "version" };
  if (args.length === 0 || args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const { command, switches, values } = split(args);
  const home = values.get("--home") ?? process.env.NEAR_HOME ?? join(homedir(), ".near");
  switch (command) {
    case "init":
      return {
        kind: "init",
        home,
        accountId: values.get("--account-id") ?? "test.near",
        chainId: values.get("--chain-id") ?? null,
        protocolVersion: numberOption(values, "--protocol-version"),
        pace: switches.has("--fast") ? "fast" : "normal",
        testSeed: values.get("--test-seed") ?? null,
      };
    case "run":
      return {
        kind: "run",
        home,
        ...address(values.get("--rpc-addr") ?? "0.0.0.0:3030"),
        homeLifetime: switches.has("--temporary-home") ? "parent" : "kept",
      };
    case "view-state dump-state":
      return { kind: "dumpState", home, layout: switches.has("--stream") ? "folder" : "file" };
    default:
      throw new UsageError(`expected the command init or run, found ${command ?? "none"}`);
  }
}

function split(args: readonly string[]) {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const commands: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const [option, inline] = splitInline(args[index]!);
    if (!option.startsWith("-")) commands.push(option);
    else if (SWITCHES.has(option)) switches.add(option);
    else if (VALUE_OPTIONS.has(option)) {
      const value = inline ?? args[++index];
      if (value === undefined) throw new UsageError(`expected a value after ${option}`);
      values.set(option, value);
    } else throw new UsageError(`unknown option ${option}`);
  }
  return { command: commands.length === 0 ? undefined : commands.join(" "), switches, values };
}

function splitInline(argument: string): readonly [string, string | undefined] {
  const equals = argument.indexOf("=");
  if (!argument.startsWith("--") || equals < 0) return [argument, undefined];
  return [argument.slice(0, equals), argument.slice(equals + 1)];
}

function address(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`expected host:port in --rpc-addr, found '${text}'`);
  }
  return { host: text.slice(0, colon), port };
}

function numberOption(values: ReadonlyMap<string, string>, option: string): number | null {
  const text = values.get(option);
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`expected a whole number after ${option}, found '${text}'`);
}
