/** The members agree on new domains. Source: contract.md §2, §3. */
import type { ProposalKey } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type { VoteAddDomains } from "../commands.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { MAX_DOMAINS } from "../limits.ts";
import { countOf, requireMember } from "../rules/members.ts";
import { requireReconstructible } from "../rules/parameters.ts";
import { castVote, countVotes, lostWithProposals } from "../rules/votes.ts";
import type { DomainConfig, RunningState } from "../state.ts";
import { startKeygen } from "../states/initializing.ts";

/** Once all members voted the identical list, its keys are generated. */
export function voteAddDomains(state: RunningState, { domains }: VoteAddDomains, context: Context): Change {
  const [account_id, participant_id] = requireMember(context);
  requireAddable(state, domains);
  const proposal: ProposalKey = context.ports.proposalKey(domains);
  const add_domains_votes = castVote(state.add_domains_votes, String(participant_id), proposal, domains);
  // Only members' votes are kept: whoever leaves takes its vote along.
  const votes = countVotes(add_domains_votes, proposal);
  const isAgreed = votes === countOf(state.parameters.participants);
  if (add_domains_votes === state.add_domains_votes && !isAgreed) return NO_CHANGE;
  const lost_votes = lostWithProposals(state.add_domains_votes, add_domains_votes);
  const voted: ProtocolEvent = {
    event: "add_domains_voted",
    data: { account_id, proposal, votes, lost_votes },
  };
  if (!isAgreed) return { state: { ...state, add_domains_votes }, events: [voted] };
  const initializing = startKeygen(state, domains);
  const domain_ids = domains.map((domain) => domain.id);
  const data = { epoch_id: initializing.epoch_id, domain_ids };
  return { state: initializing, events: [voted, { event: "keygen_started", data }] };
}

function requireAddable(state: RunningState, added: readonly DomainConfig[]): void {
  if (added.length === 0) refuse("NO_DOMAINS_PROPOSED", {});
  const provided = (state.domains.count ?? state.domains.domains.length) + added.length;
  if (provided > MAX_DOMAINS) refuse("TOO_MANY_DOMAINS", { provided, maximum: MAX_DOMAINS });
  let expected = state.domains.next_domain_id;
  for (const domain of added) {
    if (domain.id !== expected) refuse("DOMAIN_IDS_NOT_CONTIGUOUS", { provided: domain.id, expected });
    requireReconstructible(domain, state.parameters);
    expected = (expected + 1) as typeof expected;
  }
}
