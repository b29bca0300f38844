/** Proposed updates as data: who pays, who votes, what goes when. Source: contract.md §3, §4.8. */
import type { AccountId } from "../brand.ts";
import type { Transfer } from "../context.ts";
import type { ProtocolEvent, UpdateDropped } from "../events.ts";
import { STORAGE_YOCTO_PER_BYTE, UPDATE_STORAGE_BYTES } from "../limits.ts";
import type { UpdateProposal, Updates } from "../records.ts";

/** What a proposer pays for the storage of an update with so much code. */
export function updateCostYocto(codeBytes: number): bigint {
  return (BigInt(codeBytes) + UPDATE_STORAGE_BYTES) * STORAGE_YOCTO_PER_BYTE;
}

/** The money of a proposal that goes, on its way back. */
export function refundOf({ proposer, deposit_yocto }: UpdateProposal): Transfer {
  return { account_id: proposer, amountYocto: BigInt(deposit_yocto) };
}

export function droppedEvent({ id, proposer }: UpdateProposal, cause: UpdateDropped["cause"]): ProtocolEvent {
  return { event: "update_dropped", data: { id, proposer, cause } };
}

/** The least supported, among equals the oldest: it gives way where a list is full. */
export function leastSupported<Proposal extends Voted>(proposals: readonly Proposal[]): Proposal | undefined {
  const [first, ...others] = proposals;
  return others.reduce(
    (least, one) => (least && one.votes.length >= least.votes.length ? least : one),
    first,
  );
}

interface Voted {
  readonly votes: readonly AccountId[];
}

/** The proposals without these accounts' votes; the same list when they have none. */
export function withoutVotesOf<Proposal extends Voted>(
  proposals: readonly Proposal[],
  accounts: readonly AccountId[],
): readonly Proposal[] {
  const isGone = (account: AccountId): boolean => accounts.includes(account);
  if (!proposals.some((proposal) => proposal.votes.some(isGone))) return proposals;
  return proposals.map((proposal) => ({
    ...proposal,
    votes: proposal.votes.filter((account) => !isGone(account)),
  }));
}

/** What remains when these accounts leave: neither their proposals nor their votes. `changed` is null for no change. */
export function updatesWithoutMembers(
  updates: Updates,
  left: readonly AccountId[],
): { changed: Updates | null; transfers: Transfer[]; events: ProtocolEvent[] } {
  const gone = updates.proposals.filter((proposal) => left.includes(proposal.proposer));
  const stay = gone.length === 0 ? updates.proposals : updates.proposals.filter((one) => !gone.includes(one));
  const proposals = withoutVotesOf(stay, left);
  return {
    changed: proposals === updates.proposals ? null : { ...updates, proposals },
    transfers: gone.map(refundOf),
    events: gone.map((proposal) => droppedEvent(proposal, "proposer_left")),
  };
}
