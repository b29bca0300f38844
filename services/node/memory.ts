/**
 * What the agent writes down, each entry under the TLS key that it is about: after `reactivate` has made new keys,
 * the old entries no longer apply.
 */
export type NodeEntry =
  /** The contract listed this key as the account's. */
  | { readonly type: "listed"; readonly tls_public_key: string; readonly height: number }
  /** The contract took the entry into Recovery; `height` is that of the view which led to it. */
  | { readonly type: "recovery_submitted"; readonly tls_public_key: string; readonly height: number }
  /** The contract showed a Recovery towards this key. */
  | {
      readonly type: "recovery_seen";
      readonly tls_public_key: string;
      readonly recovery_id: number;
      readonly height: number;
    }
  /** The keyshares of this keyset were checked and stored. */
  | { readonly type: "keyshares_stored"; readonly tls_public_key: string; readonly keyset_hash: string }
  /** This machine was replaced and must not act again. */
  | { readonly type: "decommissioned"; readonly tls_public_key: string; readonly height: number };

/** What the journal says about the present TLS key. */
export interface NodeMemory {
  readonly wasListed: boolean;
  /** Whether this machine ever was a member's or was to become it in a Recovery, under whatever key. */
  readonly everTookPart: boolean;
  readonly recoverySeen: boolean;
  readonly decommissioned: boolean;
  /** The view that led to the latest entry into Recovery, as a block height; undefined without one. */
  readonly submittedAt: number | undefined;
  /** The newest block that this machine has acted on, whatever its key was then; 0 at first. */
  readonly seenHeight: number;
}

export function nodeMemory(entries: readonly NodeEntry[], tlsPublicKey: string): NodeMemory {
  const has = (type: NodeEntry["type"]) =>
    entries.some((entry) => entry.type === type && entry.tls_public_key === tlsPublicKey);
  const submitted = entries.flatMap((entry) =>
    entry.type === "recovery_submitted" && entry.tls_public_key === tlsPublicKey ? [entry] : [],
  );
  const heights = entries.flatMap((entry) => ("height" in entry ? [entry.height] : []));
  return {
    wasListed: has("listed"),
    everTookPart: entries.some((entry) => entry.type !== "decommissioned"),
    recoverySeen: has("recovery_seen"),
    decommissioned: has("decommissioned"),
    submittedAt: submitted.at(-1)?.height,
    seenHeight: Math.max(0, ...heights),
  };
}

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseNodeEntry(value: unknown): NodeEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, tls_public_key, recovery_id, keyset_hash, height } = value as Record<string, unknown>;
  if (typeof tls_public_key !== "string") return undefined;
  if (type === "keyshares_stored" && typeof keyset_hash === "string")
    return { type, tls_public_key, keyset_hash };
  if (typeof height !== "number") return undefined;
  if (type === "listed" || type === "recovery_submitted" || type === "decommissioned")
    return { type, tls_public_key, height };
  if (type === "recovery_seen" && typeof recovery_id === "number")
    return { type, tls_public_key, recovery_id, height };
  return undefined;
}
