/** The backup service says that it holds the current keyset durably. Source: contract.md §3. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { ConfirmBackup } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { refuse } from "../errors.ts";
import { currentKeyset, requireInitialized } from "../rules/members.ts";
import type { ProtocolState } from "../state.ts";
import { requireServiceKey } from "./service-key.ts";

export function confirmBackup(before: ProtocolState, command: ConfirmBackup, context: Context): Change {
  const state = requireInitialized(before);
  const record = requireServiceKey(context);
  const { epoch_id, keyset_hash, digest } = command;
  const keyset = currentKeyset(state);
  const expected = context.ports.keysetHash(keyset);
  if (keyset_hash !== expected || epoch_id !== keyset.epoch_id) {
    refuse("RECEIPT_NOT_CURRENT", {
      provided_epoch_id: epoch_id,
      expected_epoch_id: keyset.epoch_id,
      provided_keyset_hash: keyset_hash,
      expected_keyset_hash: expected,
    });
  }
  if (record.receipt?.keyset_hash === keyset_hash && record.receipt.digest === digest) return NO_CHANGE;
  const receipt = { epoch_id, keyset_hash, digest, confirmed_in: context.height };
  const account_id = context.caller;
  const next = copyOf(record);
  next.receipt = receipt;
  return {
    records: [[account_id, next]],
    events: [{ event: "backup_confirmed", data: { account_id, epoch_id, keyset_hash, digest } }],
  };
}
