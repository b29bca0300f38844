/** What the service writes down before and after it acts, so that a restart goes on where it stopped. */
export type BackupEntry =
  | {
      readonly type: "stored";
      readonly keyset_hash: string;
      readonly digest: string;
      /** Of the block that showed the keyset. */
      readonly height: number;
      /** When it was stored, in milliseconds since 1970; entries of earlier versions have none. */
      readonly at_millis?: number;
    }
  | {
      readonly type: "shares_sent";
      readonly recovery_id: number;
      readonly tls_public_key: string;
      readonly height: number;
    }
  /** The contract took the confirmation, or refused it for good: either way there is nothing left to confirm. */
  | {
      readonly type: "recovery_settled";
      readonly recovery_id: number;
      readonly outcome: "confirmed" | "refused";
    }
  | { readonly type: "erased"; readonly keyset_hash: string };

/** Questions that decisions ask the journal. */
export interface BackupMemory {
  /** Whether the node with this TLS key acknowledged the shares in this recovery. */
  sentTo(recoveryId: number, tlsPublicKey: string): boolean;
  settledRecovery(recoveryId: number): boolean;
  /** The latest recovery in which this node got the shares and that isn't settled. */
  unsettledRecoveryOf(tlsPublicKey: string): number | undefined;
  /** The newest block that the service has acted on; 0 at first. */
  readonly seenHeight: number;
}

export function backupMemory(entries: readonly BackupEntry[]): BackupMemory {
  const settledRecovery = (id: number) =>
    entries.some((entry) => entry.type === "recovery_settled" && entry.recovery_id === id);
  const sent = entries.flatMap((entry) => (entry.type === "shares_sent" ? [entry] : []));
  return {
    sentTo: (id, key) => sent.some((entry) => entry.recovery_id === id && entry.tls_public_key === key),
    settledRecovery,
    seenHeight: Math.max(0, ...entries.flatMap((entry) => ("height" in entry ? [entry.height] : []))),
    unsettledRecoveryOf(key) {
      const latest = sent.filter((entry) => entry.tls_public_key === key).at(-1);
      return latest === undefined || settledRecovery(latest.recovery_id) ? undefined : latest.recovery_id;
    },
  };
}

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseBackupEntry(value: unknown): BackupEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, keyset_hash, digest, recovery_id, tls_public_key, outcome, height, at_millis } =
    value as Record<string, unknown>;
  if (type === "stored" && typeof keyset_hash === "string" && typeof digest === "string") {
    if (typeof height !== "number") return undefined;
    const at = typeof at_millis === "number" ? { at_millis } : {};
    return { type, keyset_hash, digest, height, ...at };
  }
  if (type === "shares_sent" && typeof recovery_id === "number" && typeof tls_public_key === "string") {
    return typeof height === "number" ? { type, recovery_id, tls_public_key, height } : undefined;
  }
  if (type === "recovery_settled" && typeof recovery_id === "number") {
    return outcome === "confirmed" || outcome === "refused" ? { type, recovery_id, outcome } : undefined;
  }
  if (type === "erased" && typeof keyset_hash === "string") return { type, keyset_hash };
  return undefined;
}
