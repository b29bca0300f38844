/** The vote that reaches `threshold` ends that the program is allowed. Source: recovery-services.md §7. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { requireInitialized, requireMember } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import { castVote } from "./ballots.ts";
import type { VoteRevokeCodeHash } from "./commands.ts";

export function voteRevokeCodeHash(
  before: ProtocolState,
  { code_hash }: VoteRevokeCodeHash,
  context: Context,
): Change {
  const state = requireInitialized(before);
  const [account_id] = requireMember(context);
  const stored = context.lookup.transparency.votes();
  const chosen =
    stored.allowed.find((one) => one.code_hash === code_hash) ??
    refuse("UNKNOWN_CODE_HASH", { code_hash, expected: "allowed" });
  const cast = castVote(state, stored.allowed, chosen, context);
  if (cast === null) return NO_CHANGE;
  const { ballots, votes, isDecided } = cast;
  const event: ProtocolEvent = { event: "code_hash_revoke_voted", data: { code_hash, account_id, votes } };
  const allowed = isDecided ? ballots.filter((one) => one.code_hash !== code_hash) : ballots;
  return {
    transparency: { votes: { ...stored, allowed } },
    events: isDecided ? [event, { event: "code_hash_revoked", data: { code_hash } }] : [event],
  };
}
