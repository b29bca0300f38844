/** The vote that reaches `threshold` allows the program. Source: recovery-services.md §7. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { MAX_ALLOWED_CODE_HASHES } from "../limits.ts";
import { requireInitialized, requireMember } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import { castVote, openProposals } from "./ballots.ts";
import type { VoteCodeHash } from "./commands.ts";

export function voteCodeHash(before: ProtocolState, { code_hash }: VoteCodeHash, context: Context): Change {
  const state = requireInitialized(before);
  const [account_id] = requireMember(context);
  const stored = context.lookup.transparency.votes();
  const open = openProposals(stored, context.height);
  const proposal =
    open.find((one) => one.code_hash === code_hash) ??
    refuse("UNKNOWN_CODE_HASH", { code_hash, expected: "proposed" });
  const cast = castVote(state, open, proposal, context);
  if (cast === null) return NO_CHANGE;
  const event: ProtocolEvent = {
    event: "code_hash_voted",
    data: { code_hash, account_id, votes: cast.votes },
  };
  if (!cast.isDecided) {
    return { transparency: { votes: { ...stored, proposals: cast.ballots } }, events: [event] };
  }
  const { allowed } = stored;
  if (allowed.length >= MAX_ALLOWED_CODE_HASHES) {
    refuse("TOO_MANY_CODE_HASHES", { allowed: allowed.length, limit: MAX_ALLOWED_CODE_HASHES });
  }
  const { url } = proposal;
  const votes = {
    ...stored,
    proposals: cast.ballots.filter((one) => one.code_hash !== code_hash),
    allowed: [...allowed, { code_hash, url, allowed_in: context.height, votes: [] }],
  };
  return {
    transparency: { votes },
    events: [event, { event: "code_hash_allowed", data: { code_hash, url } }],
  };
}
