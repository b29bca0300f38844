import { HandoverError } from "./handover-error.ts";
import { type Settlement, standingOf } from "./settlement.ts";
import { type HandoverTerms, parseTerms } from "./terms.ts";

/** What the receiver writes down, each entry synced before the next operation. */
export type ReceiverEntry =
  | { readonly type: "asked"; readonly terms: HandoverTerms }
  /** The seed was checked against its commitment and is on disk, synced. */
  | { readonly type: "stored"; readonly handover: string }
  | { readonly type: "activated"; readonly handover: string }
  /** The handover ended without receipt; the seed was erased. */
  | { readonly type: "abandoned"; readonly handover: string };

export type ReceiverPhase =
  | { readonly kind: "empty" }
  | { readonly kind: "asked"; readonly terms: HandoverTerms }
  | { readonly kind: "stored"; readonly terms: HandoverTerms }
  | { readonly kind: "active"; readonly terms: HandoverTerms };

/** What the driver does, one after the other; a crash may come between any two. */
export type ReceiverOperation =
  | { readonly op: "append"; readonly entry: ReceiverEntry }
  | { readonly op: "send_request"; readonly terms: HandoverTerms }
  /** Checked, written and synced. */
  | { readonly op: "write_seed" }
  /** Signs the receipt and calls `confirm_handover`. */
  | { readonly op: "confirm_on_chain"; readonly terms: HandoverTerms }
  | { readonly op: "erase_seed" }
  | { readonly op: "start_serving" };

/** Where the journal says that the receiver is. */
export function receiverPhase(entries: readonly ReceiverEntry[]): ReceiverPhase {
  const asked = entries.findLast((entry) => entry.type === "asked");
  if (asked === undefined) return { kind: "empty" };
  const { terms } = asked;
  const since = entries.slice(entries.lastIndexOf(asked));
  const has = (type: ReceiverEntry["type"]) => since.some((entry) => entry.type === type);
  if (has("abandoned")) return { kind: "empty" };
  if (has("activated")) return { kind: "active", terms };
  return has("stored") ? { kind: "stored", terms } : { kind: "asked", terms };
}

/** Begins a handover on the terms that the sender's challenge and the approval give. Throws HandoverError. */
export function beginHandover(
  entries: readonly ReceiverEntry[],
  terms: HandoverTerms,
): readonly ReceiverOperation[] {
  const phase = receiverPhase(entries);
  if (phase.kind !== "empty")
    throw new HandoverError("HANDOVER_BUSY", `this program is ${phase.kind} already`);
  return [
    { op: "append", entry: { type: "asked", terms } },
    { op: "send_request", terms },
  ];
}

/**
 * What to do with a seed that came, opened and compared with its commitment. The receipt leaves only after the seed
 * and the journal are synced.
 */
export function acceptSeed(
  entries: readonly ReceiverEntry[],
  handover: string,
): readonly ReceiverOperation[] {
  const phase = receiverPhase(entries);
  // A copy that comes late or twice changes nothing.
  if (phase.kind !== "asked" || phase.terms.handover !== handover) return [];
  return [
    { op: "write_seed" },
    { op: "append", entry: { type: "stored", handover } },
    { op: "confirm_on_chain", terms: phase.terms },
  ];
}

/** What to do by itself: after a start, and whenever it looks at the chain. Empty when there is nothing to do. */
export function advanceReceiver(
  entries: readonly ReceiverEntry[],
  settlement: Settlement,
  isServing: boolean,
): readonly ReceiverOperation[] {
  const phase = receiverPhase(entries);
  switch (phase.kind) {
    case "empty":
      return [];
    case "asked":
      return settleAsked(phase.terms, settlement);
    case "stored":
      return settleStored(phase.terms, settlement);
    case "active":
      return isServing ? [] : [{ op: "start_serving" }];
  }
}

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseReceiverEntry(value: unknown): ReceiverEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, handover, terms } = value as Record<string, unknown>;
  if (type === "asked") return { type, terms: parseTerms(terms) };
  if (typeof handover !== "string") return undefined;
  return type === "stored" || type === "activated" || type === "abandoned" ? { type, handover } : undefined;
}

function settleAsked(terms: HandoverTerms, settlement: Settlement): readonly ReceiverOperation[] {
  switch (standingOf(settlement, terms.expires)) {
    case "open":
      return [{ op: "send_request", terms }];
    // Without the seed on disk there can be no receipt of ours: whoever shows one shows a false chain.
    case "receipted":
      return [];
    case "expired":
      return abandon(terms);
  }
}

function settleStored(terms: HandoverTerms, settlement: Settlement): readonly ReceiverOperation[] {
  const { handover } = terms;
  switch (standingOf(settlement, terms.expires)) {
    case "open":
      return [{ op: "confirm_on_chain", terms }];
    case "receipted":
      return [{ op: "append", entry: { type: "activated", handover } }, { op: "start_serving" }];
    case "expired":
      return abandon(terms);
  }
}

function abandon({ handover }: HandoverTerms): readonly ReceiverOperation[] {
  return [{ op: "erase_seed" }, { op: "append", entry: { type: "abandoned", handover } }];
}
