import { TransportError } from "../../transport/transport-error.ts";

/** Hashes of the keysets that a node says it holds. Throws TransportError `PEER_ANSWER_INVALID`. */
export function parseHeldKeysets(body: unknown): readonly string[] {
  const held = (body as { held_keysets?: unknown } | null | undefined)?.held_keysets;
  if (Array.isArray(held) && held.every((each) => typeof each === "string")) return held;
  const message = "The node's hello doesn't list the keysets that it holds.";
  throw new TransportError("PEER_ANSWER_INVALID", message, { retryable: false });
}
