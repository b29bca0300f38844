/** A member's key to seal shares of seeds to, proven by its TLS key. Source: recovery-services.md §7. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { requireInitialized, requireMember } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import type { PublishShareKey } from "./commands.ts";
import { withShareKey } from "./share-keys.ts";
import { shareKeyText } from "./signed-texts.ts";

export function publishShareKey(
  state: ProtocolState,
  { public_key, proof }: PublishShareKey,
  context: Context,
): Change {
  requireInitialized(state);
  const [account_id, , { tls_public_key }] = requireMember(context);
  const { contractId: contract_id, config, ports, lookup } = context;
  const text = shareKeyText({ network_id: config.network_id, contract_id }, account_id, public_key);
  if (!ports.verifyText(tls_public_key, text, proof)) refuse("INVALID_SHARE_KEY_PROOF", { tls_public_key });
  const before = lookup.transparency.shareKeys();
  const shareKeys = withShareKey(before, account_id, public_key);
  if (shareKeys === before) return NO_CHANGE;
  return {
    transparency: { shareKeys },
    events: [{ event: "share_key_published", data: { account_id, public_key } }],
  };
}
