/** A member moves to another URL. Source: contract.md §3. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { UpdateParticipantUrl } from "../commands.ts";
import type { Context } from "../context.ts";
import { requireMember } from "../rules/members.ts";
import { requireUrlLength } from "../rules/parameters.ts";
import { withEntry } from "../rules/proposals.ts";
import type { ParticipantEntry, RunningState } from "../state.ts";

export function updateParticipantUrl(
  state: RunningState,
  { url }: UpdateParticipantUrl,
  context: Context,
): Change {
  const [account_id, participant_id, info] = requireMember(context);
  if (info.url === url) return NO_CHANGE;
  requireUrlLength(url, context.config);
  const entry: ParticipantEntry = [account_id, participant_id, { url, tls_public_key: info.tls_public_key }];
  const { state: moved, events } = withEntry(state, entry);
  const { participants_revision } = moved;
  return {
    state: moved,
    events: [
      {
        event: "participant_url_changed",
        data: { account_id, url, previous: info.url, participants_revision },
      },
      ...events,
    ],
  };
}
