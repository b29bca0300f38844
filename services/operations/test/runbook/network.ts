import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Keyset } from "../../../../contract/src/protocol/state.ts";
import { type DemoChain, startChain } from "../../../../scripts/demo/chain.ts";
import { freePorts } from "../../../../scripts/demo/impostor.ts";
import { runProgram } from "../../../../scripts/demo/programs.ts";
import { bundledProgram, bundlePrograms } from "../bundle-programs.ts";
import { createOperator, installPrograms, type Operator } from "./operator.ts";

/** A 2-of-3 network on the embedded chain whose operators did what the page says. */
export interface RunbookNetwork {
  readonly chain: DemoChain;
  readonly folder: string;
  readonly operators: readonly [Operator, Operator, Operator];
  readonly keyset: Keyset;
  /** The contract's state as the chain shows it. */
  state(): Promise<Record<string, RunningView>>;
  stop(): Promise<void>;
}

export interface RunningView {
  readonly keyset: Keyset;
  readonly parameters: {
    readonly threshold: number;
    readonly participants: { readonly next_id: number; readonly participants: readonly ParticipantView[] };
  };
}

export type ParticipantView = readonly [
  string,
  number,
  { readonly url: string; readonly tls_public_key: string },
];

export const NODE = "the node's machine";
export const BACKUP = "the backup machine";
export const NEW_NODE = "the new machine";
export const NEW_BACKUP = "the new backup machine";

export const NETWORK_ID = "sandbox";
const DOMAINS = ["frost-ed25519", "frost-secp256k1"];

/** Starts it all; every node is listed and every backup confirmed. */
export async function startRunbookNetwork(): Promise<RunbookNetwork> {
  const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-runbook-"));
  await bundlePrograms();
  installPrograms(folder);
  const chain = await startChain("build/mpc_recovery.wasm");
  const settings = {
    folder,
    rpcUrl: chain.rpcUrl,
    contractId: chain.contract.accountId,
    networkId: NETWORK_ID,
  };
  const ports = await freePorts(3);
  const operators: Operator[] = [];
  for (const [index, port] of ports.entries()) {
    operators.push(createOperator(settings, await chain.createOperator(`operator-${index}`), port));
  }
  const [first, second, third] = operators as [Operator, Operator, Operator];
  const network = { chain, folder, operators: [first, second, third] as const };
  const stop = async () => {
    for (const operator of operators) {
      for (const name of [NODE, BACKUP, NEW_NODE, NEW_BACKUP])
        await operator.machines.stop(name, "SIGKILL").catch(() => undefined);
    }
    await chain.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const operator of operators) await operator.follow("Setting up");
    const keyset = await startContract(chain, folder, operators);
    await Promise.all(operators.map((operator) => operator.follow("Starting")));
    return { ...network, keyset, state: () => chain.contract.view("state"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startContract(
  chain: DemoChain,
  folder: string,
  operators: readonly Operator[],
): Promise<Keyset> {
  const infos = operators.map(({ account, url, machines }, participant_id) => ({
    account_id: account.accountId,
    participant_id,
    url,
    tls_public_key: tlsKeyOf(machines.folder(NODE)).public_key,
  }));
  const file = join(folder, "participants.json");
  writeFileSync(file, JSON.stringify({ threshold: 2, domains: DOMAINS, participants: infos }));
  const generate = ({ machines }: Operator) => {
    const config = join(machines.folder(NODE), "node/config.json");
    return runProgram(bundledProgram("node"), ["generate-keys", "--config", config, "--participants", file]);
  };
  const [text = "", ...others] = await Promise.all(operators.map(generate));
  for (const other of others) assert.equal(other, text);
  const keyset: Keyset = JSON.parse(text);
  const participants = infos.map(({ account_id, participant_id, ...info }) => [
    account_id,
    participant_id,
    info,
  ]);
  const domain = (id: number) => ({ id, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" });
  await chain.contract.call(chain.contract, "init_running", {
    domains: DOMAINS.map((_, id) => domain(id)),
    next_domain_id: DOMAINS.length,
    keyset,
    parameters: { participants: { next_id: operators.length, participants }, threshold: 2 },
    init_config: { network_id: NETWORK_ID },
  });
  return keyset;
}

function tlsKeyOf(machine: string): { readonly public_key: string } {
  return JSON.parse(readFileSync(join(machine, "node/keys/tls-key.json"), "utf8"));
}
