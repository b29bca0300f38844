import { createHash } from "node:crypto";

/** How long a leader has before the next participant takes its request over. */
export const LEADER_MILLIS = 2_000;
/** How long one that let others take over goes last. */
export const SLOW_MILLIS = 60_000;

/** Who let others take over, and until when (milliseconds of a clock) it goes last. */
export type SlowLeaders = ReadonlyMap<string, number>;

/**
 * The order in which participants lead a request: by a hash of both, so that every node finds the same order without a
 * word and the load spreads. Those that this node found slow go last; two nodes that disagree on that answer twice at
 * worst, and the contract takes the first.
 */
export function leadersOf(
  requestId: string,
  accounts: readonly string[],
  slow: SlowLeaders,
  now: number,
): readonly string[] {
  const rank = (account: string) => {
    const isSlow = (slow.get(account) ?? 0) > now;
    return (isSlow ? "1" : "0") + createHash("sha256").update(`${requestId}\n${account}`).digest("hex");
  };
  return [...accounts].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

/** How long after a node first saw a request it takes the lead; undefined for one that isn't among the leaders. */
export function takesLeadAfterMillis(leaders: readonly string[], account: string): number | undefined {
  const place = leaders.indexOf(account);
  return place < 0 ? undefined : place * LEADER_MILLIS;
}
