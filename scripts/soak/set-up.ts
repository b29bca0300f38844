import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { initRunning } from "../../sdk/src/actions/calls.ts";
import { createRpcReader } from "../../sdk/src/index.ts";
import type { DemoChain } from "../demo/chain.ts";
import { type DemoSettings, generateKeys } from "../demo/machines.ts";
import { expectEqual, type Timeline } from "../demo/timeline.ts";
import { operatorOf, type Site, setUpSite, start } from "./site.ts";
import { PROGRAM_KINDS, type Soak, THRESHOLD } from "./world.ts";

const NAMES = ["a", "b", "c", "d"];
const MEMBERS = 3;
const DOMAIN_SCHEMES = ["frost-ed25519", "frost-secp256k1"];
/** Room for a run of hours: an account may be recovered as often as the contract allows at all. */
const INIT_CONFIG = {
  network_id: "soak",
  key_event_timeout_blocks: 2_000,
  recovery_timeout_blocks: 1_000,
  max_recoveries_per_window: 32,
  recovery_window_blocks: 128_000,
};

/** Four operators with all their machines running; three of them are the network, and a customer has an account. */
export async function setUpSoak(chain: DemoChain, folder: string, timeline: Timeline): Promise<Soak> {
  const contractId = chain.contract.accountId;
  const settings: DemoSettings = {
    rpcUrl: chain.rpcUrl,
    contractId,
    networkId: INIT_CONFIG.network_id,
    folder,
  };
  const reader = createRpcReader({ endpoint: { url: chain.rpcUrl }, contractId });
  const shared = { settings, reader };
  const sites: Site[] = [];
  for (const name of NAMES) sites.push(await setUpSite(shared, name, await chain.createOperator(name)));
  const customer = await operatorOf(shared, await chain.createOperator("customer"));
  const members = sites.slice(0, MEMBERS);
  await startNetwork(chain, settings, members);
  const soak: Soak = {
    ...shared,
    sites,
    customer,
    members: members.map(({ name }) => name),
  };
  for (const site of sites) for (const kind of PROGRAM_KINDS) start(soak, site, kind);
  await timeline.say("operators", `${NAMES.length}, of whom ${MEMBERS} are members (threshold ${THRESHOLD})`);
  return soak;
}

async function startNetwork(
  chain: DemoChain,
  settings: DemoSettings,
  members: readonly Site[],
): Promise<void> {
  const infos = members.map(({ account, machines: { node } }, participant_id) => ({
    account_id: account.accountId,
    participant_id,
    url: node.url,
    tls_public_key: node.tlsPublicKey,
  }));
  const file = join(settings.folder, "participants.json");
  writeFileSync(file, JSON.stringify({ threshold: THRESHOLD, domains: DOMAIN_SCHEMES, participants: infos }));
  const keysets = await Promise.all(members.map(({ machines }) => generateKeys(machines.node, file)));
  const [keyset] = keysets;
  if (keyset === undefined) throw new Error("expected a keyset of every node, found none");
  for (const other of keysets) expectEqual("the keyset that each node printed", other, keyset);
  const domains = DOMAIN_SCHEMES.map(
    (_, id) => ({ id, protocol: "Frost", reconstruction_threshold: THRESHOLD, purpose: "Sign" }) as const,
  );
  const participants = infos.map(
    ({ account_id, participant_id, ...info }) => [account_id, participant_id, info] as const,
  );
  await initRunning(await operatorOf({ settings }, chain.contract), {
    domains,
    next_domain_id: domains.length,
    keyset,
    parameters: { participants: { next_id: MEMBERS, participants }, threshold: THRESHOLD },
    init_config: INIT_CONFIG,
  });
}
