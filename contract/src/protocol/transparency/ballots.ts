/** Votes of members on ballots, one of a kind each, and what leaves with members. */
import type { AccountId, BlockHeight } from "../brand.ts";
import type { Context } from "../context.ts";
import type { ProtocolEvent } from "../events.ts";
import { thresholdOf } from "../rules/members.ts";
import { withoutVotesOf } from "../rules/updates.ts";
import type { InitializedState } from "../state.ts";
import type { TransparencyEvents } from "./events.ts";
import { withoutOwners } from "./share-keys.ts";
import type {
  Ballot,
  CodeHashProposal,
  CodeHashVotes,
  TransparencyChange,
  TransparencyLookup,
} from "./transparency.ts";

/** What one vote does. */
export interface CastVote<Kind extends Ballot> {
  /** All ballots of the kind with it, in place of the voter's earlier one. */
  readonly ballots: readonly Kind[];
  /** How many there are for the one that was voted for. */
  readonly votes: number;
  readonly isDecided: boolean;
}

/** The caller's vote for `chosen`; null where it was there before and decides nothing. */
export function castVote<Kind extends Ballot>(
  state: InitializedState,
  ballots: readonly Kind[],
  chosen: Kind,
  { caller }: Context,
): CastVote<Kind> | null {
  const isRepeated = chosen.votes.includes(caller);
  const voters = isRepeated ? chosen.votes : [...chosen.votes, caller];
  // Whoever leaves takes its votes along, so they are all members'.
  const isDecided = voters.length >= thresholdOf(state);
  if (isRepeated && !isDecided) return null;
  const at = ballots.indexOf(chosen);
  const others = withoutVotesOf(ballots, [caller]);
  return {
    ballots: others.map((one, index) => (index === at ? { ...one, votes: voters } : one)),
    votes: voters.length,
    isDecided,
  };
}

/** The proposals that can be voted for at this height. */
export function openProposals(
  { proposals }: CodeHashVotes,
  height: BlockHeight,
): readonly CodeHashProposal[] {
  return proposals.filter(({ expires_on }) => height < expires_on);
}

export function droppedProposal(
  { code_hash, proposer }: CodeHashProposal,
  cause: TransparencyEvents["code_hash_proposal_dropped"]["cause"],
): ProtocolEvent {
  return { event: "code_hash_proposal_dropped", data: { code_hash, proposer, cause } };
}

/** What remains when these accounts leave: neither their proposals and votes nor their keys. Null for no change. */
export function transparencyWithoutMembers(
  lookup: TransparencyLookup,
  left: readonly AccountId[],
): { readonly change: TransparencyChange; readonly events: readonly ProtocolEvent[] } | null {
  const before = lookup.votes();
  const keys = lookup.shareKeys();
  const stay = before.proposals.filter(({ proposer }) => !left.includes(proposer));
  const votes: CodeHashVotes = {
    proposals: withoutVotesOf(stay, left),
    allowed: withoutVotesOf(before.allowed, left),
    rollout: withoutVotesOf([before.rollout], left)[0] ?? before.rollout,
  };
  const shareKeys = withoutOwners(keys, left);
  const gone = before.proposals.filter((proposal) => !stay.includes(proposal));
  const isSame =
    gone.length === 0 &&
    votes.proposals === stay &&
    votes.allowed === before.allowed &&
    votes.rollout === before.rollout;
  if (isSame && shareKeys === keys) return null;
  return {
    change: { ...(!isSame && { votes }), ...(shareKeys !== keys && { shareKeys }) },
    events: gone.map((proposal) => droppedProposal(proposal, "proposer_left")),
  };
}
