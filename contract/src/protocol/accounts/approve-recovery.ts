/** The operator names the keys of one coming entry. Source: contract.md §3, §4.2. */
import type { BlockHeight } from "../brand.ts";
import type { Change } from "../change.ts";
import type { ApproveRecovery } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { refuse } from "../errors.ts";
import { recordOfCaller } from "../rules/account-record.ts";
import { requireSignerRole, requireTlsRole } from "../rules/key-roles.ts";
import { ownRecovery, requireInitialized, requireMember } from "../rules/members.ts";
import type { ProtocolState, StateKind } from "../state.ts";

const EXPECTED: readonly StateKind[] = ["Running", "Recovery"];

/** Stores the approval, in place of an earlier one; it reserves no key. */
export function approveRecovery(before: ProtocolState, command: ApproveRecovery, context: Context): Change {
  const state = requireInitialized(before, EXPECTED);
  if (!EXPECTED.includes(state.kind)) {
    refuse("UNEXPECTED_STATE", { current: state.kind, expected: EXPECTED });
  }
  const member = requireMember(context);
  const record = recordOfCaller(context);
  const { tls_public_key, signer_account_pk } = command;
  const open = ownRecovery(state, context.caller);
  requireTlsRole("recovering", tls_public_key, member[2].tls_public_key, record, open);
  requireSignerRole("recovering", signer_account_pk, record, open);
  const expires_on = (context.height + 1 + context.config.recovery_timeout_blocks) as BlockHeight;
  const approval = { tls_public_key, signer_account_pk, expires_on };
  const next = copyOf(record);
  next.approval = approval;
  return {
    records: [[context.caller, next]],
    events: [{ event: "recovery_approved", data: { account_id: context.caller, ...approval } }],
  };
}
