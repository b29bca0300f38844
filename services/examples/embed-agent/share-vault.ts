import { createHash } from "node:crypto";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import type { Keyset, Keyshare } from "../../keyshare/keyshare.ts";
import type { KeyshareStore, StoredKeyset } from "../../keyshare/keyshare-store.ts";

/** Where the example's signing node keeps its shares: the port that the agent needs, and what the node itself asks. */
export interface ShareVault extends KeyshareStore {
  /** The newest share of a domain, to sign with. */
  shareOf(domainId: number): Keyshare | undefined;
  /** Forgets a keyset for good. */
  erase(keysetHash: string): Promise<void>;
}

/**
 * A vault in memory, so that the example stays short. A real node has its database here and resolves `import` only
 * after a commit that survives a power cut: on the strength of it the machine concludes its Recovery.
 */
export function createShareVault(): ShareVault {
  const keysets = new Map<string, { readonly stored: StoredKeyset; readonly shares: readonly Keyshare[] }>();
  return {
    list: async () => [...keysets.values()].map(({ stored }) => stored),
    export: async (hash) => keysets.get(hash)?.shares,
    async import(keyset, shares) {
      const stored = describe(keyset, shares);
      keysets.set(stored.keyset_hash, { stored, shares: structuredClone(shares) });
      return stored;
    },
    shareOf: (domainId) =>
      [...keysets.values()]
        .sort((one, other) => other.stored.epoch_id - one.stored.epoch_id)
        .flatMap(({ shares }) => shares)
        .find((share) => share.domain_id === domainId),
    async erase(hash) {
      keysets.delete(hash);
    },
  };
}

function describe(keyset: Keyset, shares: readonly Keyshare[]): StoredKeyset {
  const digest = createHash("sha256").update(JSON.stringify(shares)).digest("hex");
  return { keyset_hash: keysetHash(keyset), epoch_id: keyset.epoch_id, digest };
}
