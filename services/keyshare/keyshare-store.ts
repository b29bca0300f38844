import type { Keyset, Keyshare } from "./keyshare.ts";

/**
 * What a signing node implements so that the agent can back it up and bring it back: three methods, keyed by the
 * hash of the whole keyset and never by the epoch alone, so that a wrong answer from an RPC endpoint can't take
 * the place of the right keyset.
 */
export interface KeyshareStore {
  /** Every keyset of which this store holds the shares, whole and readable. */
  list(): Promise<readonly StoredKeyset[]>;
  /** The shares of one keyset, or `undefined` when the store doesn't hold it. */
  export(keysetHash: string): Promise<readonly Keyshare[] | undefined>;
  /**
   * Keeps the shares of one keyset. Resolves only once they would survive a power cut; importing what is already
   * held changes nothing.
   */
  import(keyset: Keyset, shares: readonly Keyshare[]): Promise<StoredKeyset>;
}

export interface StoredKeyset {
  /** Lower-case hex, 64 characters: contract.md §1. */
  readonly keyset_hash: string;
  readonly epoch_id: number;
  /** sha256 of the sealed file, lower-case hex: what a backup receipt on chain names. */
  readonly digest: string;
}
