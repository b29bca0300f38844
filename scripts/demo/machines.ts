import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NearAccount } from "near-workspaces";
import type { Keyset } from "../../contract/src/protocol/state.ts";
import { programPath } from "../build-programs.ts";
import { type RunningProgram, runProgram, startProgram } from "./programs.ts";

/** What every machine of the demo is told. */
export interface DemoSettings {
  readonly rpcUrl: string;
  readonly contractId: string;
  readonly networkId: string;
  /** Folder that holds a folder for every machine. */
  readonly folder: string;
}

/** A machine as its operator set it up with `init`: its folder and the public halves of its keys. */
export interface Machine {
  readonly name: string;
  readonly account: NearAccount;
  /** Where the contract lists a node; empty for a backup service. */
  readonly url: string;
  readonly folder: string;
  readonly configFile: string;
  readonly nearPublicKey: string;
  readonly tlsPublicKey: string;
}

const POLL_INTERVAL_MILLIS = "250";

/** `mpc-node init`: a node that listens at `port` and that others reach at `url`. */
export function initNode(
  settings: DemoSettings,
  name: string,
  account: NearAccount,
  address: { readonly url: string; readonly port: number },
): Promise<Machine> {
  const own = ["--url", address.url, "--listen-port", String(address.port), "--sign-for-participants"];
  return init("mpc-node", settings, name, account, address.url, own);
}

/** `mpc-backup init`. */
export function initBackup(settings: DemoSettings, name: string, account: NearAccount): Promise<Machine> {
  return init("mpc-backup", settings, name, account, "", []);
}

/** `mpc-node run` as a process of its own. */
export function runNode(settings: DemoSettings, machine: Machine): RunningProgram {
  return startProgram(
    machine.name,
    programPath("mpc-node"),
    ["run", "--config", machine.configFile],
    settings.folder,
  );
}

/** `mpc-backup run` as a process of its own. */
export function runBackup(settings: DemoSettings, machine: Machine): RunningProgram {
  return startProgram(
    machine.name,
    programPath("mpc-backup"),
    ["run", "--config", machine.configFile],
    settings.folder,
  );
}

/** `mpc-node generate-keys`: takes part in the key generation; returns the keyset that it prints. */
export async function generateKeys(machine: Machine, participantsFile: string): Promise<Keyset> {
  const args = ["generate-keys", "--config", machine.configFile, "--participants", participantsFile];
  return JSON.parse(await runProgram(programPath("mpc-node"), args));
}

async function init(
  program: "mpc-node" | "mpc-backup",
  settings: DemoSettings,
  name: string,
  account: NearAccount,
  url: string,
  own: readonly string[],
): Promise<Machine> {
  const folder = join(settings.folder, name);
  const common = [
    "--folder",
    folder,
    "--account-id",
    account.accountId,
    "--contract-id",
    settings.contractId,
  ];
  const chain = ["--network-id", settings.networkId, "--rpc-url", settings.rpcUrl, "--own-node"];
  const pace = ["--poll-interval-millis", POLL_INTERVAL_MILLIS];
  const printed = JSON.parse(
    await runProgram(programPath(program), ["init", ...common, ...chain, ...pace, ...own]),
  );
  return {
    name,
    account,
    url,
    folder,
    configFile: printed.config_file,
    nearPublicKey: printed.near_public_key,
    tlsPublicKey: printed.tls_public_key,
  };
}

/** The files of a machine's folder whose content is secret, for the check that no log shows them. */
export function secretsOf(machine: Machine): string[] {
  const keyFiles = ["keys/near-key.json", "keys/tls-key.json"].map((file) => join(machine.folder, file));
  return keyFiles.map((file) => JSON.parse(readFileSync(file, "utf8")).secret_key);
}
