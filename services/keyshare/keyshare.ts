/**
 * One participant's share of one domain's distributed key, exactly as it is stored and sent.
 *
 * `public_key` is the group key in the contract's text form (`ed25519:<base58>`, `secp256k1:<base58>`), `attempt`
 * the attempt that made it. `secret` is opaque text that only the checker of its `scheme` understands.
 */
export interface Keyshare {
  readonly domain_id: number;
  readonly epoch_id: number;
  readonly attempt: number;
  readonly public_key: string;
  /** `frost-ed25519`, `frost-secp256k1`, or the name that another network gives to its own scheme. */
  readonly scheme: string;
  readonly secret: string;
}

/** The contract's keyset in the form that its hash is made of: one entry per domain, sorted by `domain_id`. */
export interface Keyset {
  readonly epoch_id: number;
  readonly domains: readonly KeysetDomain[];
}

export interface KeysetDomain {
  readonly domain_id: number;
  /** The group key as plain text, as on chain. */
  readonly key: string;
  readonly attempt: number;
}

/** Caps that both sides of every codec keep. Characters, except `keyshares` (a count) and `documentBytes`. */
export const KEYSHARE_LIMITS = {
  keyshares: 1_024,
  publicKeyCharacters: 256,
  schemeCharacters: 64,
  secretCharacters: 65_536,
  documentBytes: 16 * 1_024 * 1_024,
} as const;
