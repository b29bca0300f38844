/** Stored proposals that a change of an account's info makes impossible. Source: contract.md §2, Votes. */
import type { AccountId } from "../brand.ts";
import type { ProtocolEvent } from "../events.ts";
import type { ParametersProposal, ParametersVotes, ParticipantInfo } from "../state.ts";
import { findParticipant } from "./members.ts";
import { keepVotes } from "./votes.ts";

/**
 * The votes without the proposals that list `account` with other info (any, when `info` is null), and one event for
 * every vote that went.
 */
export function dropStaleProposals(
  votes: ParametersVotes,
  account: AccountId,
  info: ParticipantInfo | null,
): { votes: ParametersVotes; events: ProtocolEvent[] } {
  const proposals = Object.entries(votes.proposals);
  const stale = new Set<string>(
    proposals.filter(([, body]) => listsOtherInfo(body, account, info)).map(([key]) => key),
  );
  if (stale.size === 0) return { votes, events: [] };
  const cast = Object.entries(votes.key_by_voter);
  return {
    votes: keepVotes(votes, (_, key) => !stale.has(key)),
    events: cast
      .filter(([, key]) => stale.has(key))
      .map(([voter]) => ({
        event: "proposal_dropped",
        data: { account_id: voter as AccountId, listed_account_id: account },
      })),
  };
}

function listsOtherInfo(
  proposal: ParametersProposal,
  account: AccountId,
  info: ParticipantInfo | null,
): boolean {
  const listed = findParticipant(proposal.parameters.participants, account)?.[2];
  if (!listed) return false;
  return listed.url !== info?.url || listed.tls_public_key !== info.tls_public_key;
}
