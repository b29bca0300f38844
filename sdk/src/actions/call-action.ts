import type { CallName } from "../../../contract/src/interface/arguments.ts";
import { CALLS, type CallInput } from "../../../contract/src/interface/methods.ts";
import type { CallContract, CallOutcome } from "../client/call-contract.ts";

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

/** Makes one call and waits until it is final. Throws what `CallContract.call` throws. */
export type CallAction<Name extends CallName> = (
  caller: CallContract,
  ...parameters: CallParameters<Name>
) => Promise<CallOutcome>;

/** Makes the action of a call method from the interface's catalogue, with its gas and deposit. */
export function callAction<Name extends CallName>(name: Name): CallAction<Name> {
  const { gas, deposit } = CALLS[name];
  const usualDepositYocto = deposit === "one_yocto" ? 1n : 0n;
  return (caller, ...[args, options]) => {
    const depositYocto = options?.depositYocto ?? usualDepositYocto;
    const signal = options?.signal === undefined ? {} : { signal: options.signal };
    return caller.call(name, args ?? {}, { gas, depositYocto, ...signal });
  };
}
