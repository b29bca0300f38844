import { MAX_DOMAINS, MAX_PARTICIPANTS } from "../../../contract/src/protocol/limits.ts";

/** Caps that senders and receivers of the signer's messages keep, and that stored shares keep too. */
export const SIGNER_LIMITS = {
  participants: MAX_PARTICIPANTS,
  domains: MAX_DOMAINS,
  /** Contract ids stay below 2^53; one less, because the FROST identifier is the id + 1. */
  participantId: Number.MAX_SAFE_INTEGER - 1,
  messageBytes: 4_096,
  keyCharacters: 256,
  pointBytes: 33,
  scalarBytes: 32,
  proofBytes: 65,
} as const;
