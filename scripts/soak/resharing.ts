import { join } from "node:path";
import type { EpochId, ParticipantId } from "../../contract/src/protocol/brand.ts";
import type {
  Keyset,
  ParametersProposal,
  ParticipantEntry,
  RunningState,
} from "../../contract/src/protocol/state.ts";
import {
  startReshareInstance,
  storageDeposit,
  voteCancelResharing,
  voteNewParameters,
  voteReshared,
} from "../../sdk/src/actions/calls.ts";
import { participantInfo, state as readState, storageBalanceBounds } from "../../sdk/src/actions/views.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import { createSender } from "../../sdk/src/client/sender.ts";
import { readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { type FileKeyshareStore, fileKeyshareStore } from "../../services/keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../services/keyshare/keyset-hash.ts";
import type { Keyshare } from "../../services/keyshare/keyshare.ts";
import { systemFiles } from "../../services/store/files.ts";
import { readStoreKeyFile } from "../../services/store/store-key.ts";
import { ClaimFailed } from "../demo/timeline.ts";
import { waitUntil } from "../demo/wait-until.ts";
import { dealAgain } from "./deal-shares.ts";
import type { Round } from "./plan.ts";
import type { Site } from "./site.ts";
import {
  killAll,
  memberSite,
  memberSites,
  outsideSite,
  runningState,
  type Soak,
  THRESHOLD,
} from "./world.ts";

/** The network agrees on new participants; each gets its new shares, and the contract takes them over or not. */
export async function reshareNetwork(
  soak: Soak,
  { leaver, end, kills }: Extract<Round, { readonly act: "reshare" }>,
): Promise<void> {
  const before = await runningState(soak);
  const leaving = leaver === null ? null : memberSite(soak, leaver);
  const joining = leaver === null ? null : outsideSite(soak);
  if (joining !== null) await becomeCandidate(soak, joining);
  const { parameters, sites, epoch_id } = proposalOf(soak, before, leaving, joining);
  const proposal: ParametersProposal = { parameters, per_domain_thresholds: {} };
  for (const { operator } of sites)
    await voteNewParameters(operator, { prospective_epoch_id: epoch_id, proposal });
  const half = Math.floor(kills.length / 2);
  await killAll(soak, kills.slice(0, half));
  const next: Keyset = {
    epoch_id,
    domains: before.keyset.domains.map((key) => ({ ...key, attempt: 0 as never })),
  };
  await handOutShares(soak, before, next, parameters.participants.participants, sites);
  if (end === "cancelled") {
    for (const { operator } of memberSites(soak).slice(0, THRESHOLD)) await voteCancelResharing(operator, {});
  } else {
    await completeKeyEvents(soak, next, sites);
    soak.members = sites.map(({ name }) => name);
  }
  await killAll(soak, kills.slice(half));
}

/** Its node makes itself known as soon as the deposit is there. */
async function becomeCandidate({ reader }: Soak, site: Site): Promise<void> {
  const { value: bounds } = await storageBalanceBounds(reader);
  const depositYocto = BigInt(bounds.min);
  await storageDeposit(site.operator, { account_id: null, registration_only: null }, { depositYocto });
  const { url, tlsPublicKey, account } = site.machines.node;
  await waitUntil(`${site.name} is known as a candidate`, async () => {
    const { value } = await participantInfo(reader, { account_id: account.accountId });
    const info = value?.participant_info;
    return info?.url === url && info.tls_public_key === tlsPublicKey && value?.node_key !== null;
  });
}

function proposalOf(
  soak: Soak,
  { parameters, ...before }: RunningState,
  leaving: Site | null,
  joining: Site | null,
) {
  const { next_id, participants } = parameters.participants;
  const stays = participants.filter(([account]) => account !== leaving?.account.accountId);
  const joins = joining === null ? [] : [entryOf(joining, next_id)];
  const entries = [...stays, ...joins];
  const sites = [
    ...memberSites(soak).filter((site) => site !== leaving),
    ...(joining === null ? [] : [joining]),
  ];
  const epoch = before.previously_cancelled_resharing_epoch_id ?? before.keyset.epoch_id;
  return {
    parameters: {
      threshold: THRESHOLD,
      participants: { next_id: (next_id + joins.length) as ParticipantId, participants: entries },
    },
    sites,
    epoch_id: (epoch + 1) as EpochId,
  };
}

function entryOf({ account, machines }: Site, id: number): ParticipantEntry {
  const { url, tlsPublicKey } = machines.node;
  const entry: readonly [string, number, object] = [
    account.accountId,
    id,
    { url, tls_public_key: tlsPublicKey },
  ];
  return entry as ParticipantEntry;
}

async function handOutShares(
  soak: Soak,
  { keyset }: RunningState,
  next: Keyset,
  participants: readonly ParticipantEntry[],
  sites: readonly Site[],
): Promise<void> {
  const held: (readonly Keyshare[])[] = [];
  for (const site of memberSites(soak)) {
    const shares = await (await sharesOf(soak, site)).export(keysetHash(keyset));
    if (shares === undefined)
      throw new ClaimFailed(`${site.name}: expected the shares of its keyset, found none`);
    held.push(shares);
  }
  const ids = participants.map(([, id]) => id);
  const dealt = dealAgain(next, held, ids, THRESHOLD);
  for (const [position, site] of sites.entries()) {
    const shares = dealt.get(ids[position] ?? -1) ?? [];
    // A node that starts clears away what it takes for a write that was interrupted.
    await waitUntil(`${site.name} stores its new shares`, async () => {
      const store = await sharesOf(soak, site);
      return store.import(next, shares).catch(() => undefined);
    });
  }
}

/** The shares of a site's node, as the MPC node beside it would reach them. */
export async function sharesOf({ settings }: Soak, { machines, account }: Site): Promise<FileKeyshareStore> {
  const { folder } = machines.node;
  const storeKey = await readStoreKeyFile(systemFiles, join(folder, "store-key.json"));
  const owner = { network: settings.networkId, contract: settings.contractId, account: account.accountId };
  return fileKeyshareStore(systemFiles, join(folder, "data/keyshares"), storeKey, owner);
}

/** Each node says for each key that it holds its new share; the last word puts the new parameters in force. */
async function completeKeyEvents(soak: Soak, next: Keyset, sites: readonly Site[]): Promise<void> {
  const nodes = await Promise.all(sites.map((site) => nodeOf(soak, site)));
  for (const { domain_id } of next.domains) {
    const key_event_id = { epoch_id: next.epoch_id, domain_id, attempt_id: 0 };
    const [leader] = nodes;
    if (leader === undefined) throw new Error("expected participants, found none");
    await startReshareInstance(leader, { key_event_id });
    for (const node of nodes) await voteReshared(node, { key_event_id });
  }
  const { value } = await readState(soak.reader);
  if (value.kind === "Resharing") throw new ClaimFailed("expected the last vote to end the Resharing");
}

/** Calls as the site's node, with its own access key. */
async function nodeOf({ settings }: Soak, { machines, account }: Site): Promise<CallContract> {
  const { keyPair } = await readKeyFile(join(machines.node.folder, "keys/near-key.json"));
  const { rpcUrl, contractId } = settings;
  return createSender({ endpoint: { url: rpcUrl }, contractId, accountId: account.accountId, keyPair });
}
