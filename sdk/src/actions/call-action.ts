import type { CallName } from "../../../contract/src/interface/arguments.ts";
import { CALLS, type CallInput, type ViewResult } from "../../../contract/src/interface/methods.ts";
import type { CallContract, CallOutcome } from "../client/call-contract.ts";
import { parseResult } from "../client/parse-result.ts";

/** What a caller may add to a call. */
export interface CallActionOptions {
  /** Over the method's own rule, for calls that take 1 yocto only in some cases. Needs a full-access key. */
  readonly depositYocto?: bigint;
  readonly signal?: AbortSignal;
}

/** Arguments and options of an action; the arguments can be left out where all are optional. */
export type CallParameters<Name extends CallName> =
  Record<never, never> extends CallInput<Name>
    ? [args?: CallInput<Name>, options?: CallActionOptions]
    : [args: CallInput<Name>, options?: CallActionOptions];

/** What a call answers: most answer nothing. */
export type CallResult<Name extends CallName> = Name extends "storage_deposit" | "storage_withdraw"
  ? ViewResult<"storage_balance_of">
  : Name extends "storage_unregister"
    ? boolean
    : Name extends "anchor"
      ? string
      : null;

/**
 * Makes one call, waits until it is final and checks its answer. Throws what `CallContract.call` throws, and
 * ResultError where the call happened, but answered something else than the catalogue says.
 */
export type CallAction<Name extends CallName> = (
  caller: CallContract,
  ...parameters: CallParameters<Name>
) => Promise<CallOutcome<CallResult<Name>>>;

/** Makes the action of a call method from the interface's catalogue, with its gas and deposit. */
export function callAction<Name extends CallName>(name: Name): CallAction<Name> {
  const { gas, deposit, result } = CALLS[name];
  const usualDepositYocto = deposit.startsWith("one_yocto") ? 1n : 0n;
  return async (caller, ...[args, options]) => {
    const depositYocto = options?.depositYocto ?? usualDepositYocto;
    const signal = options?.signal === undefined ? {} : { signal: options.signal };
    const outcome = await caller.call(name, args ?? {}, { gas, depositYocto, ...signal });
    const value = result === null ? null : parseResult(name, result, outcome.value);
    return { ...outcome, value: value as CallResult<Name> };
  };
}
