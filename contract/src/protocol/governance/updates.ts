/** Members change code and settings: one proposes and pays for the storage, `threshold` vote. Source: contract.md §3. */
import type { AccountId, UpdateId, YoctoText } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type { ProposeUpdate, VoteUpdate } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { MAX_CODE_BYTES, MAX_UPDATES } from "../limits.ts";
import type { UpdateProposal } from "../records.ts";
import { validateConfig } from "../rules/config.ts";
import { membersOf, requireInitialized, requireMember, thresholdOf } from "../rules/members.ts";
import { excessOf } from "../rules/storage-payment.ts";
import { droppedEvent, leastSupported, refundOf, updateCostYocto, withoutVotesOf } from "../rules/updates.ts";
import type { InitializedState, ProtocolState } from "../state.ts";

/** Opens a proposal, in place of the proposer's earlier one; a full list makes room by the least supported, oldest. */
export function proposeUpdate(before: ProtocolState, command: ProposeUpdate, context: Context): Change {
  requireInitialized(before);
  requireMember(context);
  requireUpdate(command);
  const { code_sha256, code_bytes, config } = command;
  const cost = updateCostYocto(code_bytes);
  const excess = excessOf(cost, context);
  const { next_id: id, proposals } = context.lookup.updates();
  const dropped = displacedBy(context.caller, proposals);
  const proposal: UpdateProposal = {
    id,
    proposer: context.caller,
    code_sha256,
    code_bytes,
    config,
    deposit_yocto: String(cost) as YoctoText,
    proposed_in: context.height,
    votes: [],
  };
  const stay = dropped === null ? proposals : proposals.filter((one) => one !== dropped.proposal);
  return {
    updates: { next_id: (id + 1) as UpdateId, proposals: [...stay, proposal] },
    transfers: [...excess, ...(dropped ? [refundOf(dropped.proposal)] : [])],
    returns: id,
    events: [
      { event: "update_proposed", data: { id, proposer: context.caller, code_sha256, code_bytes, config } },
      ...(dropped ? [droppedEvent(dropped.proposal, dropped.cause)] : []),
    ],
  };
}

/** The vote that reaches `threshold` applies the settings, has the code deployed and ends the proposal. */
export function voteUpdate(before: ProtocolState, { id }: VoteUpdate, context: Context): Change {
  const state = requireInitialized(before);
  const [account_id] = requireMember(context);
  const updates = context.lookup.updates();
  const proposal = updates.proposals.find((one) => one.id === id) ?? refuse("UNKNOWN_UPDATE", { id });
  const isRepeated = proposal.votes.includes(account_id);
  const voted = isRepeated ? proposal : { ...proposal, votes: [...proposal.votes, account_id] };
  // Whoever leaves takes its votes along, so they are all members'; where they decide, that is made sure of.
  const mayDecide = voted.votes.length >= thresholdOf(state);
  const votes = mayDecide ? votesOfMembers(state, voted) : voted.votes.length;
  const isAccepted = votes >= thresholdOf(state);
  if (isRepeated && !isAccepted) return NO_CHANGE;
  const event: ProtocolEvent = { event: "update_voted", data: { id, account_id, votes } };
  const others = withoutVotesOf(updates.proposals, [account_id]);
  if (isAccepted) {
    const proposals = others.filter((one) => one.id !== id);
    return { ...accept(voted), updates: { ...updates, proposals }, events: [event, acceptedEvent(voted)] };
  }
  const proposals = others.map((one) => (one.id === id ? voted : one));
  return { updates: { ...updates, proposals }, events: [event] };
}

/** Takes the caller's vote back; the caller's own proposal goes too, once nobody votes for it. */
export function removeUpdateVote(before: ProtocolState, context: Context): Change {
  requireInitialized(before);
  const [account_id] = requireMember(context);
  const updates = context.lookup.updates();
  const proposals = withoutVotesOf(updates.proposals, [account_id]);
  const withdrawn = proposals.find((one) => one.proposer === account_id && one.votes.length === 0);
  if (proposals === updates.proposals && !withdrawn) return NO_CHANGE;
  const events: ProtocolEvent[] =
    proposals === updates.proposals ? [] : [{ event: "update_vote_removed", data: { account_id } }];
  return {
    updates: { ...updates, proposals: proposals.filter((one) => one !== withdrawn) },
    transfers: withdrawn ? [refundOf(withdrawn)] : [],
    events: withdrawn ? [...events, droppedEvent(withdrawn, "withdrawn")] : events,
  };
}

function accept(proposal: UpdateProposal): Omit<Change, "events"> {
  return {
    ...(proposal.config && { config: proposal.config }),
    ...(proposal.code_sha256 !== null && { deploy: proposal.id }),
    transfers: [refundOf(proposal)],
  };
}

function acceptedEvent({ id, code_sha256, config }: UpdateProposal): ProtocolEvent {
  return { event: "update_accepted", data: { id, code_sha256, config } };
}

function requireUpdate({ code_sha256, code_bytes, config }: ProposeUpdate): void {
  if (code_sha256 === null && config === null) refuse("EMPTY_UPDATE", {});
  if (code_bytes > MAX_CODE_BYTES) {
    refuse("CODE_TOO_LONG", { found_bytes: code_bytes, limit_bytes: MAX_CODE_BYTES });
  }
  if (config !== null) validateConfig(config);
}

/** Neither one operator nor a few can keep others from proposing: one proposal each, the least wanted gives way. */
function displacedBy(
  proposer: AccountId,
  proposals: readonly UpdateProposal[],
): { proposal: UpdateProposal; cause: "replaced" | "displaced" } | null {
  const own = proposals.find((one) => one.proposer === proposer);
  if (own) return { proposal: own, cause: "replaced" };
  const least = proposals.length < MAX_UPDATES ? undefined : leastSupported(proposals);
  return least ? { proposal: least, cause: "displaced" } : null;
}

function votesOfMembers(state: InitializedState, { votes }: UpdateProposal): number {
  return membersOf(state).participants.filter(([account]) => votes.includes(account)).length;
}
