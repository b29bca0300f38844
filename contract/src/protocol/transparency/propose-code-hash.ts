/** A member opens a program for votes, in place of its own earlier proposal. Source: recovery-services.md §7. */
import type { BlockHeight } from "../brand.ts";
import type { Change } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { CODE_HASH_PROPOSAL_BLOCKS, MAX_CODE_HASH_PROPOSALS } from "../limits.ts";
import { requireInitialized, requireMember } from "../rules/members.ts";
import { leastSupported } from "../rules/updates.ts";
import type { ProtocolState } from "../state.ts";
import { droppedProposal, openProposals } from "./ballots.ts";
import type { ProposeCodeHash } from "./commands.ts";
import type { CodeHashProposal } from "./transparency.ts";

export function proposeCodeHash(
  before: ProtocolState,
  { code_hash, url }: ProposeCodeHash,
  context: Context,
): Change {
  requireInitialized(before);
  const [proposer] = requireMember(context);
  const votes = context.lookup.transparency.votes();
  if (votes.allowed.some((one) => one.code_hash === code_hash)) refuse("CODE_HASH_ALLOWED", { code_hash });
  const open = openProposals(votes, context.height);
  const own = open.find((one) => one.proposer === proposer);
  const same = open.find((one) => one.code_hash === code_hash && one !== own);
  // Else whoever proposed a hash first could empty its votes for ever, and nobody else could propose it.
  const supported = own?.votes.some((voter) => voter !== proposer) ? own : undefined;
  const held = same ?? supported;
  if (held) {
    const { code_hash: open_hash, proposer: by, expires_on: until } = held;
    refuse("CODE_HASH_PROPOSED", { code_hash: open_hash, proposer: by, expires_on: until });
  }
  const expires_on = (context.height + 1 + CODE_HASH_PROPOSAL_BLOCKS) as BlockHeight;
  const proposed_in = context.height;
  const proposal: CodeHashProposal = { code_hash, url, proposer, proposed_in, expires_on, votes: [] };
  // Neither one member nor a few can keep others from proposing.
  const gone = own ?? (open.length < MAX_CODE_HASH_PROPOSALS ? undefined : leastSupported(open));
  return {
    transparency: {
      votes: { ...votes, proposals: [...open.filter((one) => one !== gone), proposal] },
    },
    events: [
      { event: "code_hash_proposed", data: { code_hash, url, proposer, expires_on } },
      ...(gone ? [droppedProposal(gone, own ? "replaced" : "displaced")] : []),
    ],
  };
}
