/** NEP-145: a candidate's deposit has one size, so nothing of it is ever available. Source: contract.md §3. */
import type { AccountId, YoctoText } from "../brand.ts";
import { type Change, NO_CHANGE } from "../change.ts";
import type { StorageDeposit, StorageWithdraw } from "../commands.ts";
import type { Context, Transfer } from "../context.ts";
import { refuse } from "../errors.ts";
import { type AccountRecord, EMPTY_RECORD } from "../records.ts";
import { recordOfCaller } from "../rules/account-record.ts";
import { requireInitialized } from "../rules/members.ts";
import { withoutProposalsOf } from "../rules/proposals.ts";
import { candidateDepositYocto, requireNotFrozen } from "../rules/storage-deposit.ts";
import type { ProtocolState } from "../state.ts";

export interface StorageBalance {
  readonly total: YoctoText;
  readonly available: YoctoText;
}

/** Null for accounts without a deposit, members among them. */
export function storageBalance(record: AccountRecord | undefined): StorageBalance | null {
  const total = record?.storage_deposit_yocto ?? null;
  return total === null ? null : { total, available: "0" as YoctoText };
}

/** Pays for a candidate, the caller or another; what is more than needed goes back to the caller. */
export function storageDeposit(before: ProtocolState, command: StorageDeposit, context: Context): Change {
  requireInitialized(before);
  const account_id = command.account_id ?? context.caller;
  if (context.lookup.member(account_id)) refuse("STORAGE_NOT_NEEDED", { account_id });
  const record = context.lookup.record(account_id) ?? EMPTY_RECORD;
  if (record.storage_deposit_yocto !== null) {
    return { returns: storageBalance(record), transfers: payBack(context.depositYocto, context), events: [] };
  }
  const required = candidateDepositYocto();
  const amount_yocto = String(required) as YoctoText;
  if (context.depositYocto < required) {
    const attached_yocto = String(context.depositYocto);
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto: amount_yocto, reason: "storage" });
  }
  const paid = { ...record, storage_deposit_yocto: amount_yocto };
  return {
    records: [[account_id, paid]],
    returns: storageBalance(paid),
    transfers: payBack(context.depositYocto - required, context),
    events: [{ event: "storage_deposited", data: { account_id, amount_yocto } }],
  };
}

export function storageWithdraw(
  before: ProtocolState,
  { amount }: StorageWithdraw,
  context: Context,
): Change {
  requireInitialized(before);
  const account_id = context.caller;
  const balance = storageBalance(context.lookup.record(account_id));
  if (balance === null) return refuse("STORAGE_NOT_REGISTERED", { account_id });
  if (amount !== null && BigInt(amount) > 0n) {
    refuse("STORAGE_AMOUNT_TOO_HIGH", { requested_yocto: amount, available_yocto: balance.available });
  }
  return { ...NO_CHANGE, returns: balance };
}

/** Removes the candidate's record with its votes and the proposals that list it; the deposit goes back. */
export function storageUnregister(before: ProtocolState, context: Context): Change {
  const state = requireInitialized(before);
  const account_id = context.caller;
  const deposit = recordOfCaller(context).storage_deposit_yocto;
  if (deposit === null) return { ...NO_CHANGE, returns: false };
  requireNotFrozen(state, account_id);
  const { state: rest, events } = withoutProposalsOf(state, account_id);
  return {
    ...(rest && { state: rest }),
    records: [[account_id, null]],
    returns: true,
    transfers: payBack(BigInt(deposit), context),
    events: [{ event: "storage_unregistered", data: { account_id, amount_yocto: deposit } }, ...events],
  };
}

function payBack(amountYocto: bigint, { caller }: { readonly caller: AccountId }): Transfer[] {
  return amountYocto === 0n ? [] : [{ account_id: caller, amountYocto }];
}
