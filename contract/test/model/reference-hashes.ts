/** Code hashes, rollout policy and share keys in the reference model: names and sets. */
import assert from "node:assert/strict";
import type { AccountId } from "../../src/protocol/brand.ts";
import type { TransparencyWorld } from "../support/transparency-world.ts";
import { nameOf } from "./cast.ts";
import type { Model } from "./reference-model.ts";
import type { Steps } from "./reference-steps.ts";

export interface HashModel {
  proposed: { readonly hash: string; readonly by: string; readonly votes: Set<string> }[];
  allowed: { readonly hash: string; readonly votes: Set<string> }[];
  policy: "signer" | "shadow" | "enforced";
  policyVotes: Set<string>;
  shareKeys: Map<string, string>;
  /** Versions and handovers that are taken, for good. */
  readonly taken: Set<string>;
}

export function emptyHashes(): HashModel {
  return {
    proposed: [],
    allowed: [],
    policy: "signer",
    policyVotes: new Set(),
    shareKeys: new Map(),
    taken: new Set(),
  };
}

const MOST_PROPOSED = 8;
const MOST_ALLOWED = 16;

export const HASH_STEPS: Steps = {
  propose_code_hash: ({ hashes }, { code_hash }, name) => {
    assert.ok(!hashes.allowed.some(({ hash }) => hash === code_hash));
    const own = hashes.proposed.findIndex(({ by }) => by === name);
    const supporters = [...(hashes.proposed[own]?.votes ?? [])].filter((voter) => voter !== name);
    assert.deepEqual(supporters, [], "a proposal that others support is withdrawn");
    if (own >= 0) hashes.proposed.splice(own, 1);
    else if (hashes.proposed.length === MOST_PROPOSED) hashes.proposed.splice(leastWanted(hashes), 1);
    assert.ok(!hashes.proposed.some(({ hash }) => hash === code_hash), "proposed twice");
    hashes.proposed.push({ hash: code_hash, by: name, votes: new Set() });
  },
  vote_code_hash: ({ hashes, threshold }, { code_hash }, name) => {
    const votes = cast(hashes.proposed, code_hash, name);
    if (votes.size < threshold) return;
    hashes.proposed = hashes.proposed.filter(({ hash }) => hash !== code_hash);
    hashes.allowed.push({ hash: code_hash, votes: new Set() });
    assert.ok(hashes.allowed.length <= MOST_ALLOWED);
  },
  vote_revoke_code_hash: ({ hashes, threshold }, { code_hash }, name) => {
    const votes = cast(hashes.allowed, code_hash, name);
    if (votes.size >= threshold) hashes.allowed = hashes.allowed.filter(({ hash }) => hash !== code_hash);
  },
  vote_rollout_policy: ({ hashes, threshold }, { policy }, name) => {
    assert.equal(policy, hashes.policy === "signer" ? "shadow" : "enforced", "one step, never back");
    assert.notEqual(hashes.policy, "enforced");
    hashes.policyVotes.add(name);
    if (hashes.policyVotes.size < threshold) return;
    hashes.policy = policy;
    hashes.policyVotes.clear();
  },
  publish_share_key: ({ hashes }, { public_key }, name) => {
    hashes.shareKeys.set(name, public_key);
  },
  publish_seed_backup: ({ hashes }, { version }) => take(hashes, `backup ${version}`),
  confirm_handover: ({ hashes }, { version, from, to }) => take(hashes, `handover ${version} ${from} ${to}`),
};

/** Who is no member any more takes votes, proposals and keys along. */
export function dropLeavers({ hashes, members }: Model): void {
  hashes.proposed = hashes.proposed.filter(({ by }) => members.has(by));
  for (const votes of [...hashes.proposed, ...hashes.allowed]
    .map((one) => one.votes)
    .concat(hashes.policyVotes))
    for (const name of votes) if (!members.has(name)) votes.delete(name);
  for (const name of hashes.shareKeys.keys()) if (!members.has(name)) hashes.shareKeys.delete(name);
}

/** For a comparison with the contract's. */
export function shownHashes({
  proposed,
  allowed,
  policy,
  policyVotes,
  shareKeys,
  taken,
}: HashModel): unknown {
  return {
    proposed: proposed.map(({ hash, by, votes }) => [hash, by, [...votes].sort()]),
    allowed: allowed.map(({ hash, votes }) => [hash, [...votes].sort()]),
    rollout: [policy, [...policyVotes].sort()],
    shareKeys: [...shareKeys].sort(([one], [other]) => (one < other ? -1 : 1)),
    taken: taken.size,
  };
}

/** The same of the contract's own. */
export function contractHashes({ votes, shareKeys, seedBackups, handovers }: TransparencyWorld): unknown {
  return {
    proposed: votes.proposals.map((one) => [
      one.code_hash,
      nameOf(one.proposer),
      one.votes.map(nameOf).sort(),
    ]),
    allowed: votes.allowed.map((one) => [one.code_hash, one.votes.map(nameOf).sort()]),
    rollout: [votes.rollout.policy, votes.rollout.votes.map(nameOf).sort()],
    shareKeys: (JSON.parse(shareKeys) as [AccountId, string][]).map(([owner, key]) => [nameOf(owner), key]),
    taken: seedBackups.size + handovers.size,
  };
}

function cast(
  ballots: readonly { readonly hash: string; readonly votes: Set<string> }[],
  chosen: string,
  name: string,
): Set<string> {
  for (const { votes } of ballots) votes.delete(name);
  const found = ballots.find(({ hash }) => hash === chosen);
  assert.ok(found, "a vote for what nobody proposed or allowed");
  return found.votes.add(name);
}

function take({ taken }: HashModel, what: string): void {
  assert.ok(!taken.has(what), `${what} is there for good`);
  taken.add(what);
}

function leastWanted({ proposed }: HashModel): number {
  const fewest = Math.min(...proposed.map(({ votes }) => votes.size));
  return proposed.findIndex(({ votes }) => votes.size === fewest);
}
