import { join } from "node:path";
import { fileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { type ContractView, memberEntry } from "../operations/contract-view.ts";
import { describeAttestations, describeContract, describeReceipt } from "../operations/describe-view.ts";
import { openProgram } from "../operations/open-program.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { systemFiles } from "../store/files.ts";
import { readJournal } from "../store/journal.ts";
import type { NodeConfig } from "./config.ts";
import { decideNode, type NodeAction } from "./decide.ts";
import { nodeMemory, parseNodeEntry } from "./memory.ts";
import { NODE_JOURNAL, NODE_SHARES } from "./run-node-program.ts";

/** `mpc-node status`: looks without touching anything, also while the node runs. */
export async function printNodeStatus(config: NodeConfig, signal: AbortSignal): Promise<void> {
  const program = await openProgram(config);
  const { account_id, data_folder, url } = config;
  const store = fileKeyshareStore(
    systemFiles,
    join(data_folder, NODE_SHARES),
    program.storeKey,
    program.owner,
  );
  const entries = await readJournal(systemFiles, join(data_folder, NODE_JOURNAL), parseNodeEntry);
  await requireContract(program.reader, config, signal);
  const view = await contractViewReader(program.reader, program.proof, account_id)(signal);
  const held = await store.list();
  const own = {
    url,
    tls_public_key: program.identity.publicKey,
    signer_public_key: program.nearKey.publicKey,
  };
  const action = decideNode({
    account_id,
    own,
    view,
    held: held.map((each) => each.keyset_hash),
    memory: nodeMemory(entries, own.tls_public_key),
    acceptMissingBackup: false,
  });
  const lines = [
    `account: ${account_id} on ${config.contract_id} (${config.network_id})`,
    `keys: TLS ${own.tls_public_key}, NEAR ${own.signer_public_key}`,
    `contract: ${describeContract(view)}`,
    `listed: ${describeListed(view, account_id, own.tls_public_key)}`,
    `held: ${held.map((each) => `epoch ${each.epoch_id} ${each.keyset_hash}`).join(", ") || "nothing"}`,
    ...(await store.damaged()).map(({ name, reason }) => `damaged: ${name}: ${reason}`),
    `backup: ${describeReceipt(view)}`,
    `attested: ${await describeAttestations(program, signal)}`,
    `next: ${describeAction(action)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function describeListed({ state }: ContractView, accountId: string, tlsKey: string): string {
  const entry = state.kind === "NotInitialized" ? undefined : memberEntry(state, accountId);
  if (entry === undefined) return "no, the account isn't a participant";
  const { url, tls_public_key } = entry[2];
  return tls_public_key === tlsKey ? `yes, as ${url}` : `another machine, ${tls_public_key} at ${url}`;
}

function describeAction(action: NodeAction): string {
  switch (action.kind) {
    case "wait":
      return `wait (${action.reason})`;
    case "blocked":
    case "refuse":
      return `${action.kind}: ${action.code}: ${action.message}`;
    default:
      return action.kind;
  }
}
