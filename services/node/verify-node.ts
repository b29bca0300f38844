import { join } from "node:path";
import { fileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { type ContractView, currentKeyset, memberEntry, recoveryOf } from "../operations/contract-view.ts";
import { openProgram } from "../operations/open-program.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { verifyDamaged, verifyModes, verifyReceipt, verifyShares } from "../operations/verify-files.ts";
import { type Finding, lookAt, note, ok, wrong } from "../operations/verify-report.ts";
import { systemFiles } from "../store/files.ts";
import { readJournal } from "../store/journal.ts";
import type { NodeConfig } from "./config.ts";
import { FROST_CHECKERS } from "./frost-checkers.ts";
import { parseNodeEntry } from "./memory.ts";
import { NODE_JOURNAL, NODE_SHARES } from "./run-node-program.ts";

/** `mpc-node verify`: everything on disk against the chain. Looks without touching anything, also while it runs. */
export async function verifyNode(config: NodeConfig, signal: AbortSignal): Promise<readonly Finding[]> {
  const { identity, nearKey, storeKey, owner, reader, proof } = await openProgram(config);
  const { account_id, data_folder } = config;
  const store = fileKeyshareStore(systemFiles, join(data_folder, NODE_SHARES), storeKey, owner);
  await requireContract(reader, config, signal);
  const view = await contractViewReader(reader, proof, account_id)(signal);
  const own = { tls_public_key: identity.publicKey, signer_public_key: nearKey.publicKey };
  const journal = join(data_folder, NODE_JOURNAL);
  const hash = view.state.kind === "NotInitialized" ? undefined : keysetHash(currentKeyset(view.state));
  const shares = hash === undefined ? undefined : await store.export(hash);
  return [
    verifyListed(view, account_id, own),
    ...verifyCurrent(view, account_id, shares),
    ...verifyDamaged(await store.damaged()),
    await lookAt("journal", async () => {
      const entries = await readJournal(systemFiles, journal, parseNodeEntry);
      return ok(`journal: ${entries.length} entries`);
    }),
    await verifyModes(config),
  ];
}

interface OwnKeys {
  readonly tls_public_key: string;
  readonly signer_public_key: string;
}

function verifyListed(view: ContractView, accountId: string, own: OwnKeys): Finding {
  const { state } = view;
  if (state.kind === "NotInitialized") return note("listed: the contract isn't initialized");
  const member = memberEntry(state, accountId);
  if (member === undefined) return note(`listed: ${accountId} isn't a participant`);
  const recovering = recoveryOf(state, accountId)?.recovering.prospective_info.tls_public_key;
  if (recovering === own.tls_public_key) return note("listed: the contract recovers this machine");
  if (member[2].tls_public_key !== own.tls_public_key)
    return wrong(`listed: the contract lists another machine, ${member[2].tls_public_key}`);
  return view.node_key === own.signer_public_key
    ? ok("listed: the contract lists this machine and takes its calls")
    : wrong(`listed: the contract takes this account's calls from ${view.node_key ?? "no key yet"}`);
}

function verifyCurrent(
  view: ContractView,
  accountId: string,
  shares: Parameters<typeof verifyShares>[2],
): readonly Finding[] {
  const { state } = view;
  const member = state.kind === "NotInitialized" ? undefined : memberEntry(state, accountId);
  if (state.kind === "NotInitialized" || member === undefined) return [];
  const keyset = currentKeyset(state);
  const hash = keysetHash(keyset);
  return [
    verifyShares(keyset, hash, shares, member[1], FROST_CHECKERS),
    // The receipt names the backup service's file, which isn't this one.
    verifyReceipt(view, hash, undefined),
  ];
}
