/** Which rule a command of upgrade transparency goes to. */
import type { Change } from "../change.ts";
import type { Context } from "../context.ts";
import { unreachable } from "../errors.ts";
import type { ProtocolState } from "../state.ts";
import { anchor } from "./anchor.ts";
import type { TransparencyCommand } from "./commands.ts";
import { confirmHandover } from "./confirm-handover.ts";
import { proposeCodeHash } from "./propose-code-hash.ts";
import { publishSeedBackup } from "./publish-seed-backup.ts";
import { publishShareKey } from "./publish-share-key.ts";
import { voteCodeHash } from "./vote-code-hash.ts";
import { voteRevokeCodeHash } from "./vote-revoke-code-hash.ts";
import { voteRolloutPolicy } from "./vote-rollout-policy.ts";

export function applyTransparency(
  state: ProtocolState,
  command: TransparencyCommand,
  context: Context,
): Change {
  switch (command.type) {
    case "propose_code_hash":
      return proposeCodeHash(state, command, context);
    case "vote_code_hash":
      return voteCodeHash(state, command, context);
    case "vote_revoke_code_hash":
      return voteRevokeCodeHash(state, command, context);
    case "vote_rollout_policy":
      return voteRolloutPolicy(state, command, context);
    case "anchor":
      return anchor(state, command, context);
    case "publish_share_key":
      return publishShareKey(state, command, context);
    case "publish_seed_backup":
      return publishSeedBackup(state, command, context);
    case "confirm_handover":
      return confirmHandover(state, command, context);
    default:
      return unreachable(command);
  }
}
