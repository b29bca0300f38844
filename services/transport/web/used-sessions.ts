import { join } from "node:path";
import type { X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../../contract/src/protocol/records.ts";
import type { Files } from "../../store/files.ts";
import { type Journal, openJournal } from "../../store/journal.ts";
import type { LiveKey } from "./session-slots.ts";

/** Both keys of an exchange, written down before the exchange uses them. */
export interface UsedExchange {
  readonly purpose: EphemeralKeyPurpose;
  readonly node: LiveKey;
  readonly backup_service: LiveKey;
}

/** Durable memory of which keys were used, so that none is used twice, not even after a restart. */
export interface UsedSessions {
  /** Whether this key, or a later one of the same slot, was used. */
  wasUsed(purpose: EphemeralKeyPurpose, role: TlsKeyRole, key: LiveKey): boolean;
  /** Resolves once both keys would count as used after a power cut. */
  markUsed(exchange: UsedExchange): Promise<void>;
}

/** File name within a program's data folder. */
export const SESSIONS_JOURNAL = "sessions";

/** Opens the record in a program's data folder. Throws JournalDamaged. */
export async function openUsedSessions(files: Files, dataFolder: string): Promise<UsedSessions> {
  return usedSessions(await openJournal(files, join(dataFolder, SESSIONS_JOURNAL), parseUsedExchange));
}

function usedSessions(journal: Journal<UsedExchange>): UsedSessions {
  return {
    wasUsed(purpose, role, key) {
      const used = journal
        .entries()
        .filter((entry) => entry.purpose === purpose)
        .map((entry) => entry[role]);
      return used.some((earlier) => earlier.public_key === key.public_key || comesAfter(earlier, key));
    },
    markUsed: (exchange) => journal.append(exchange),
  };
}

/**
 * Sessions of a slot rise by one, and start anew only after the contract has removed the slot: then a lower session
 * comes with a later expiry. A key that is lower in both was in the slot before the one that was used.
 */
function comesAfter(used: LiveKey, key: LiveKey): boolean {
  return used.session >= key.session && used.expires_on >= key.expires_on;
}

function parseUsedExchange(value: unknown): UsedExchange | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { purpose, ...keys } = value as Record<string, unknown>;
  if (purpose !== "backup" && purpose !== "recovery") return undefined;
  const [node, backup_service] = [parseLiveKey(keys.node), parseLiveKey(keys.backup_service)];
  return node === undefined || backup_service === undefined ? undefined : { purpose, node, backup_service };
}

function parseLiveKey(value: unknown): LiveKey | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { session, public_key, expires_on } = value as Record<string, unknown>;
  if (typeof session !== "number" || typeof expires_on !== "number") return undefined;
  if (typeof public_key !== "string") return undefined;
  return { session, public_key: public_key as X25519PublicKey, expires_on };
}
