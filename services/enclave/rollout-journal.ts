import type { Journal } from "../store/journal.ts";
import type { RolloutEntry, RolloutPolicy } from "./accept-upgrade.ts";

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseRolloutEntry(value: unknown): RolloutEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, nonce, reason } = value as Record<string, unknown>;
  if (type === "shadow_begun" || type === "enforced_found") return { type };
  if (typeof nonce !== "string" || !/^[0-9a-f]{64}$/.test(nonce)) return undefined;
  if (type === "vote_agreed") return { type, nonce };
  if (type !== "vote_missed" || typeof reason !== "string" || reason.length > MAX_REASON) return undefined;
  return { type, nonce, reason };
}

/** Writes down what a decision came to, unless the same was written down for the same request. */
export async function recordVote(journal: Journal<RolloutEntry>, record: RolloutEntry | null): Promise<void> {
  if (record === null || !("nonce" in record)) return;
  const isKnown = journal
    .entries()
    .some((entry) => entry.type === record.type && "nonce" in entry && entry.nonce === record.nonce);
  if (isKnown) return;
  const cut =
    record.type === "vote_missed" ? { ...record, reason: record.reason.slice(0, MAX_REASON) } : record;
  await journal.append(cut);
}

/**
 * Writes down that the members voted for more than the committee's word: that is never taken back.
 *
 * @param isRecovered whether what was learnt before was lost in a catastrophe: then `enforced` counts at once
 */
export async function recordPolicy(
  journal: Journal<RolloutEntry>,
  voted: RolloutPolicy,
  isRecovered: boolean,
): Promise<void> {
  const has = (type: RolloutEntry["type"]) => journal.entries().some((entry) => entry.type === type);
  if (voted !== "signer" && !has("shadow_begun")) await journal.append({ type: "shadow_begun" });
  if (voted === "enforced" && isRecovered && !has("enforced_found"))
    await journal.append({ type: "enforced_found" });
}

/** Takes over what a predecessor learnt; once, since what this program learns itself comes after it. */
export async function inheritRollout(
  journal: Journal<RolloutEntry>,
  rollout: readonly RolloutEntry[],
): Promise<void> {
  // What an interrupted attempt wrote down is the beginning of the same list.
  for (const entry of rollout.slice(journal.entries().length)) await journal.append(entry);
}

/** What a successor is told: the newest entries, after that the shadow has begun. */
export function rolloutForSuccessor(entries: readonly RolloutEntry[]): readonly RolloutEntry[] {
  if (entries.length <= MAX_ROLLOUT) return entries;
  const kept = entries.filter((entry) => !("nonce" in entry));
  return [...kept, ...entries.slice(kept.length - MAX_ROLLOUT)];
}

/** How many entries are handed on: far more than decide anything. */
export const MAX_ROLLOUT = 1_000;
const MAX_REASON = 500;
