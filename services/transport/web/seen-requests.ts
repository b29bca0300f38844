import type { RequestClaim } from "./claim.ts";

/** Short memory of the requests that were answered, so that a replay costs no look at the contract. */
export interface SeenRequests {
  /** False for a request that was asked about before. Only for authentic ones: they alone take up room. */
  isNew(claim: RequestClaim): boolean;
}

/** It forgets the oldest of many, and all at a restart: that no key is used twice doesn't rest on it. */
export function createSeenRequests(): SeenRequests {
  const nonces = new Set<string>();
  return {
    isNew({ nonce }) {
      if (nonces.has(nonce)) return false;
      nonces.add(nonce);
      const [oldest] = nonces;
      if (nonces.size > MOST_REMEMBERED && oldest !== undefined) nonces.delete(oldest);
      return true;
    },
  };
}

const MOST_REMEMBERED = 1_000;
