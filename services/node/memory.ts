/**
 * What the agent writes down, each entry under the TLS key that it is about: after `reactivate` has made new keys,
 * the old entries no longer apply.
 */
export type NodeEntry =
  /** The contract listed this key as the account's. */
  | { readonly type: "listed"; readonly tls_public_key: string }
  /** The contract showed a Recovery towards this key. */
  | { readonly type: "recovery_seen"; readonly tls_public_key: string; readonly recovery_id: number }
  /** The keyshares of this keyset were checked and stored. */
  | { readonly type: "keyshares_stored"; readonly tls_public_key: string; readonly keyset_hash: string }
  /** This machine was replaced and must not act again. */
  | { readonly type: "decommissioned"; readonly tls_public_key: string; readonly height: number };

/** What the journal says about the present TLS key. */
export interface NodeMemory {
  readonly wasListed: boolean;
  readonly recoverySeen: boolean;
  readonly decommissioned: boolean;
}

export function nodeMemory(entries: readonly NodeEntry[], tlsPublicKey: string): NodeMemory {
  const has = (type: NodeEntry["type"]) =>
    entries.some((entry) => entry.type === type && entry.tls_public_key === tlsPublicKey);
  return {
    wasListed: has("listed"),
    recoverySeen: has("recovery_seen"),
    decommissioned: has("decommissioned"),
  };
}

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseNodeEntry(value: unknown): NodeEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, tls_public_key, recovery_id, keyset_hash, height } = value as Record<string, unknown>;
  if (typeof tls_public_key !== "string") return undefined;
  if (type === "listed") return { type, tls_public_key };
  if (type === "recovery_seen" && typeof recovery_id === "number")
    return { type, tls_public_key, recovery_id };
  if (type === "keyshares_stored" && typeof keyset_hash === "string")
    return { type, tls_public_key, keyset_hash };
  if (type === "decommissioned" && typeof height === "number") return { type, tls_public_key, height };
  return undefined;
}
