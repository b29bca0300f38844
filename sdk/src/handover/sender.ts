import { HandoverError } from "./handover-error.ts";
import { type Settlement, standingOf } from "./settlement.ts";
import { type HandoverTerms, parseTerms, receiptHash } from "./terms.ts";

/** What the sender writes down, each entry synced before the next operation. */
export type SenderEntry =
  /** `at`: Unix seconds by the chain's clock, proven; null where the chain wasn't seen. */
  | { readonly type: "challenged"; readonly handover: string; readonly at: number | null }
  /** It serves no more, since from now on the recipient may get the seed. */
  | { readonly type: "stopped"; readonly terms: HandoverTerms }
  /** The handover ended without receipt; it serves again. */
  | { readonly type: "resumed"; readonly handover: string }
  | { readonly type: "erased"; readonly handover: string };

export type SenderPhase =
  | { readonly kind: "serving" }
  | { readonly kind: "stopped"; readonly terms: HandoverTerms }
  | { readonly kind: "erased" };

/** What the driver does, one after the other; a crash may come between any two. */
export type SenderOperation =
  | { readonly op: "stop_serving" }
  | { readonly op: "start_serving" }
  | { readonly op: "append"; readonly entry: SenderEntry }
  | { readonly op: "send_envelope"; readonly terms: HandoverTerms }
  | { readonly op: "erase_seed" };

/** Where the journal says that the sender is. */
export function senderPhase(entries: readonly SenderEntry[]): SenderPhase {
  const last = entries.findLast(({ type }) => type !== "challenged");
  switch (last?.type) {
    case "stopped":
      return { kind: "stopped", terms: last.terms };
    case "erased":
      return { kind: "erased" };
    default:
      return { kind: "serving" };
  }
}

/**
 * What to do for a recipient that is attested, approved and shows one of this sender's challenges. The sender stops
 * for good or until the handover has expired *before* the first envelope leaves: then the recipient may begin without
 * hearing from the sender again. The same request again gets the envelope again.
 *
 * Throws HandoverError. Source: recovery-services.md §4.4.
 */
export function answerRequest(
  entries: readonly SenderEntry[],
  terms: HandoverTerms,
): readonly SenderOperation[] {
  const phase = senderPhase(entries);
  if (phase.kind === "erased") throw new HandoverError("HANDOVER_OVER", "the seed was given away already");
  if (phase.kind === "stopped") {
    if (receiptHash(phase.terms) === receiptHash(terms)) return [{ op: "send_envelope", terms }];
    throw new HandoverError("HANDOVER_BUSY", `the one to ${phase.terms.to} is under way`);
  }
  const { handover } = terms;
  const isChallenge = newestChallenge(entries)?.handover === handover;
  const wasUsed = entries.some((entry) => entry.type === "stopped" && entry.terms.handover === handover);
  if (!isChallenge || wasUsed)
    throw new HandoverError("HANDOVER_SPENT", `${handover} isn't an open challenge`);
  const stopped = { type: "stopped", terms } as const;
  return [{ op: "stop_serving" }, { op: "append", entry: stopped }, { op: "send_envelope", terms }];
}

/** The only challenge that may still be open: whoever kept an older one comes too late. */
export function newestChallenge(
  entries: readonly SenderEntry[],
): Extract<SenderEntry, { type: "challenged" }> | undefined {
  return entries.findLast((entry) => entry.type === "challenged");
}

/** What to do by itself: after a start, and whenever it looks at the chain. Empty when there is nothing to do. */
export function advanceSender(
  entries: readonly SenderEntry[],
  settlement: Settlement,
  isServing: boolean,
): readonly SenderOperation[] {
  const phase = senderPhase(entries);
  switch (phase.kind) {
    case "serving":
      return isServing ? [] : [{ op: "start_serving" }];
    case "erased":
      return [];
    case "stopped":
      return settle(phase.terms, settlement);
  }
}

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseSenderEntry(value: unknown): SenderEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, handover, terms, at } = value as Record<string, unknown>;
  if (type === "stopped") return { type, terms: parseTerms(terms) };
  if (typeof handover !== "string") return undefined;
  if (type === "challenged") {
    return at === null || Number.isSafeInteger(at) ? { type, handover, at: at as number | null } : undefined;
  }
  return type === "resumed" || type === "erased" ? { type, handover } : undefined;
}

function settle(terms: HandoverTerms, settlement: Settlement): readonly SenderOperation[] {
  const { handover } = terms;
  switch (standingOf(settlement, terms.expires)) {
    case "open":
      return [];
    case "receipted":
      return [{ op: "erase_seed" }, { op: "append", entry: { type: "erased", handover } }];
    case "expired":
      return [{ op: "append", entry: { type: "resumed", handover } }, { op: "start_serving" }];
  }
}
