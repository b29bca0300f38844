/**
 * Says what holds at this block, for a light-client proof of the call's outcome; changes nothing, and so not even an
 * expired Recovery is stored. Source: recovery-services.md §7.
 */
import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import type { ProtocolEvent } from "../events.ts";
import { requireInitialized } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import type { Anchor } from "./commands.ts";

export function anchor(
  before: ProtocolState,
  { nonce, handover, seed_backup }: Anchor,
  context: Context,
): Change {
  requireInitialized(before);
  const { lookup, ports, time } = context;
  const { allowed, rollout } = lookup.transparency.votes();
  const hashes = allowed.map(({ code_hash }) => code_hash).sort();
  // Texts without escapes: this is RFC 8785 JSON.
  const digest = ports.sha256Hex(JSON.stringify(hashes));
  const share_keys_digest = ports.sha256Hex(lookup.transparency.shareKeys());
  const rollout_policy = rollout.policy;
  const statements: ProtocolEvent[] = [
    { event: "code_hashes_anchored", data: { nonce, digest, share_keys_digest, rollout_policy, time } },
  ];
  if (handover) {
    const receipt = lookup.transparency.handover(handover) ?? null;
    statements.push({ event: "handover_anchored", data: { nonce, ...handover, receipt, time } });
  }
  if (seed_backup !== null) {
    const backup = lookup.transparency.seedBackupDigest(seed_backup) ?? null;
    const data = { nonce, version: seed_backup, digest: backup, time };
    statements.push({ event: "seed_backup_anchored", data });
  }
  return { ...NO_CHANGE, returns: digest, statements };
}
