import { cpSync, rmSync } from "node:fs";
import type { NearAccount } from "near-workspaces";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import type { ReadContract } from "../../sdk/src/client/read-contract.ts";
import { createSender } from "../../sdk/src/client/sender.ts";
import { ed25519KeyPairFromSecretKey } from "../../sdk/src/crypto/keys.ts";
import { freePorts } from "../demo/impostor.ts";
import {
  type DemoSettings,
  initBackup,
  initNode,
  type Machine,
  runBackup,
  runNode,
} from "../demo/machines.ts";
import { giveRoleKeys } from "../demo/network.ts";
import type { RunningProgram } from "../demo/programs.ts";
import type { ProgramKind } from "./plan.ts";
import { type RpcProxy, startRpcProxy } from "./rpc-proxy.ts";

/** One operator: an account, an RPC endpoint of its own, a machine for the node and one for the backup service. */
export interface Site {
  readonly name: string;
  readonly account: NearAccount;
  /** The operator's full-access key; calls go to the chain itself, past the endpoint that fails. */
  readonly operator: CallContract;
  readonly proxy: RpcProxy;
  readonly machines: Record<ProgramKind, Machine>;
  readonly programs: Record<ProgramKind, RunningProgram | null>;
  /** How many machines this operator has had; part of their names. */
  made: number;
}

/** What all sites share. */
export interface SoakChain {
  readonly settings: DemoSettings;
  readonly reader: ReadContract;
}

export async function setUpSite(chain: SoakChain, name: string, account: NearAccount): Promise<Site> {
  const proxy = await startRpcProxy(chain.settings.rpcUrl);
  const operator = await operatorOf(chain, account);
  const settings = { ...chain.settings, rpcUrl: proxy.url };
  const node = await newNode(settings, `node-${name}`, account);
  const backup = await initBackup(settings, `backup-${name}`, account);
  await giveRoleKeys(chain.reader, settings.contractId, node, backup);
  const programs = { node: null, backup: null };
  return { name, account, operator, proxy, machines: { node, backup }, programs, made: 1 };
}

/** A fresh machine with keys of its own in place of the site's; its access key is on chain, it doesn't run yet. */
export async function replaceMachine(chain: SoakChain, site: Site, kind: ProgramKind): Promise<Machine> {
  const settings = { ...chain.settings, rpcUrl: site.proxy.url };
  site.made += 1;
  const name = `${kind}-${site.name}-${site.made}`;
  const isNode = kind === "node";
  const machine = isNode
    ? await newNode(settings, name, site.account)
    : await initBackup(settings, name, site.account);
  await giveRoleKeys(chain.reader, settings.contractId, isNode ? machine : null, isNode ? null : machine);
  site.machines[kind] = machine;
  return machine;
}

export function start({ settings }: SoakChain, site: Site, kind: ProgramKind): RunningProgram {
  const run = kind === "node" ? runNode : runBackup;
  const program = run(settings, site.machines[kind]);
  site.programs[kind] = program;
  return program;
}

export async function kill(site: Site, kind: ProgramKind): Promise<void> {
  const program = site.programs[kind];
  site.programs[kind] = null;
  program?.process.kill("SIGKILL");
  await program?.ended;
}

/** Kills the program with its disk. @returns a copy of its folder, as a machine that could be switched on again */
export async function loseMachine(site: Site, kind: ProgramKind): Promise<Machine> {
  const { folder, ...machine } = site.machines[kind];
  await kill(site, kind);
  const saved = `${folder}.lost`;
  cpSync(folder, saved, { recursive: true });
  rmSync(folder, { recursive: true });
  return {
    ...machine,
    name: `${machine.name}-old`,
    folder: saved,
    configFile: machine.configFile.replace(folder, saved),
  };
}

async function newNode(settings: DemoSettings, name: string, account: NearAccount): Promise<Machine> {
  const [port = 0] = await freePorts(1);
  return initNode(settings, name, account, { url: `https://127.0.0.1:${port}`, port });
}

/** Calls with the account's full-access key. */
export async function operatorOf(
  { settings }: Pick<SoakChain, "settings">,
  account: NearAccount,
): Promise<CallContract> {
  const key = await account.getKey();
  if (key === null) throw new Error(`expected a key of ${account.accountId}, found none`);
  const { accountId } = account;
  const { rpcUrl, contractId } = settings;
  const keyPair = ed25519KeyPairFromSecretKey(key.toString());
  return createSender({ endpoint: { url: rpcUrl }, contractId, accountId, keyPair });
}
