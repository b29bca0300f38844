/** The vote that reaches `threshold` takes the rollout one step on; there is no way back. Source: recovery-services.md §7. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import { requireInitialized, requireMember } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import { castVote } from "./ballots.ts";
import type { VoteRolloutPolicy } from "./commands.ts";
import { ROLLOUT_POLICIES } from "./transparency.ts";

export function voteRolloutPolicy(
  before: ProtocolState,
  { policy }: VoteRolloutPolicy,
  context: Context,
): Change {
  const state = requireInitialized(before);
  const [account_id] = requireMember(context);
  const stored = context.lookup.transparency.votes();
  const { rollout } = stored;
  const current = rollout.policy;
  if (ROLLOUT_POLICIES.indexOf(policy) !== ROLLOUT_POLICIES.indexOf(current) + 1) {
    refuse("ROLLOUT_POLICY_NOT_NEXT", { provided: policy, current });
  }
  const cast = castVote(state, [rollout], rollout, context);
  if (cast === null) return NO_CHANGE;
  const { ballots, votes, isDecided } = cast;
  const event: ProtocolEvent = { event: "rollout_policy_voted", data: { policy, account_id, votes } };
  const next = isDecided ? { policy, votes: [] } : (ballots[0] ?? rollout);
  return {
    transparency: { votes: { ...stored, rollout: next } },
    events: isDecided ? [event, { event: "rollout_policy_changed", data: { policy } }] : [event],
  };
}
