import type { Clock } from "./clock.ts";
import type { ContractView } from "./contract-view.ts";

/** Reads the contract's state and the account's records at one block. Throws what the reader throws. */
export type ReadContractView = (signal: AbortSignal) => Promise<ContractView>;

/** One reader for everybody in a program, so that strangers who knock at a server can't multiply the reads. */
export interface ViewSource {
  /** A view read after this call began. */
  refresh(): Promise<ContractView>;
  /** A view at most `maxAgeMillis` old, read anew if there is none. */
  recent(maxAgeMillis: number): Promise<ContractView>;
}

/** @param signal ends reads that are under way */
export function createViewSource(read: ReadContractView, clock: Clock, signal: AbortSignal): ViewSource {
  let latest: { readonly view: ContractView; readonly readAt: number } | undefined;
  let running: Promise<ContractView> | undefined;
  let next: Promise<ContractView> | undefined;
  const start = () => {
    const readAt = clock.now();
    running = read(signal)
      .then((view) => {
        latest = { view, readAt };
        return view;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const refresh = () => {
    if (running === undefined) return start();
    // A read that began earlier may answer from before this call: everybody who comes now shares the next one.
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return running ?? start();
      });
    return next;
  };
  return {
    refresh,
    recent(maxAgeMillis) {
      const age = latest === undefined ? -1 : clock.now() - latest.readAt;
      // Below 0 the clock was set back since: nothing is known of the age.
      if (latest !== undefined && age >= 0 && age <= maxAgeMillis) return Promise.resolve(latest.view);
      return running ?? start();
    },
  };
}
