import { isDeepStrictEqual } from "node:util";
import type { KeyGenerationRound, RoundMessages } from "./key-generation-messages.ts";

/** What the other participants sent so far: at most one message per round and sender. */
export interface MessageInbox {
  /**
   * Keeps a message. Until its round was collected the last one of a sender counts; afterwards
   * another one is `"changed"`, and the same one again is fine.
   */
  deliver<Round extends KeyGenerationRound>(
    round: Round,
    sender: number,
    message: RoundMessages[Round],
  ): "kept" | "changed";
  /** Those of the senders of whom there is no message in a round. */
  missing(round: KeyGenerationRound, senders: readonly number[]): readonly number[];
  /** Waits for the round's message of every sender. Rejects with the signal's reason. */
  collect<Round extends KeyGenerationRound>(
    round: Round,
    senders: readonly number[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, RoundMessages[Round]>>;
}

type Slots = { readonly [Round in KeyGenerationRound]: Map<number, RoundMessages[Round]> };

/** An empty inbox; one per key generation. */
export function createMessageInbox(): MessageInbox {
  const slots: Slots = {
    hello: new Map(),
    round1: new Map(),
    round2: new Map(),
    echo: new Map(),
    stored: new Map(),
  };
  const collected = new Set<KeyGenerationRound>();
  const arrivals = new Set<() => void>();
  const missing = (round: KeyGenerationRound, senders: readonly number[]): readonly number[] =>
    senders.filter((sender) => !slots[round].has(sender));
  return {
    missing,
    deliver(round, sender, message) {
      if (collected.has(round))
        return isDeepStrictEqual(slots[round].get(sender), message) ? "kept" : "changed";
      slots[round].set(sender, message);
      for (const arrived of [...arrivals]) arrived();
      return "kept";
    },
    async collect(round, senders, signal) {
      while (missing(round, senders).length > 0) await arrival(arrivals, signal);
      signal.throwIfAborted();
      collected.add(round);
      return new Map(slots[round]);
    },
  };
}

function arrival(arrivals: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = (): void => {
      arrivals.delete(onArrival);
      signal.removeEventListener("abort", onAbort);
    };
    const onArrival = (): void => {
      end();
      resolve();
    };
    const onAbort = (): void => {
      end();
      reject(signal.reason);
    };
    arrivals.add(onArrival);
    signal.addEventListener("abort", onAbort);
  });
}
