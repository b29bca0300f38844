/** Stored proposals that a change of a participant's info makes impossible. Source: contract.md §2, Votes. */
import type { AccountId } from "../brand.ts";
import type { ProtocolEvent } from "../events.ts";
import type { ParametersProposal, ParametersVotes, ParticipantInfo } from "../state.ts";
import { findParticipant } from "./members.ts";

/** The votes without the proposals that list `account` with other info, and one event for each that went. */
export function dropStaleProposals(
  votes: ParametersVotes,
  account: AccountId,
  info: ParticipantInfo,
): { votes: ParametersVotes; events: ProtocolEvent[] } {
  const cast = Object.entries(votes.proposal_by_account);
  const stale = cast.filter(([, proposal]) => listsOtherInfo(proposal, account, info));
  if (stale.length === 0) return { votes, events: [] };
  const kept = cast.filter(([, proposal]) => !listsOtherInfo(proposal, account, info));
  return {
    votes: { proposal_by_account: Object.fromEntries(kept) },
    events: stale.map(([voter]) => ({
      event: "proposal_dropped",
      data: { account_id: voter as AccountId, listed_account_id: account },
    })),
  };
}

function listsOtherInfo(proposal: ParametersProposal, account: AccountId, info: ParticipantInfo): boolean {
  const listed = findParticipant(proposal.parameters.participants, account)?.[2];
  if (!listed) return false;
  return listed.url !== info.url || listed.tls_public_key !== info.tls_public_key;
}
