import { type ReceiverEntry, receiverPhase } from "../../sdk/src/handover/receiver.ts";
import { type SenderEntry, senderPhase } from "../../sdk/src/handover/sender.ts";
import { type OpeningEntry, openingPhase } from "./opening.ts";

/** What a program is to do, by all that it wrote down. The one place that says who may serve. */
export type Role =
  /** It has no seed and asked nobody for one. */
  | { readonly kind: "new" }
  /** It made or brought back the seed and may not serve yet. */
  | { readonly kind: "opening" }
  | { readonly kind: "taking_over" }
  /** The seed is its own; from here on only the sender's journal says whether it serves. */
  | { readonly kind: "owner"; readonly commitment: string }
  | { readonly kind: "gone" };

/** Pure; whoever took a seed over is its owner for good, also while it hands it on. */
export function roleOf(
  opening: readonly OpeningEntry[],
  receiver: readonly ReceiverEntry[],
  sender: readonly SenderEntry[],
): Role {
  if (senderPhase(sender).kind === "erased") return { kind: "gone" };
  const opened = openingPhase(opening);
  if (opened.kind === "open") return { kind: "owner", commitment: opened.commitment };
  const received = receiverPhase(receiver);
  if (received.kind === "active") return { kind: "owner", commitment: received.terms.commitment };
  if (received.kind !== "empty") return { kind: "taking_over" };
  return { kind: opened.kind === "none" ? "new" : "opening" };
}
